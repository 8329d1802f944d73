// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values

import { assertEquals } from "@std/assert";
import { ByteSearch } from "../../../../src/adapters/process/byte_search.ts";
import {
  type CaptureOptions,
  StreamCapture,
} from "../../../../src/adapters/process/capture_stream.ts";
import {
  HEAD_BYTES,
  KEPT_MAX_BYTES,
  KeptOutput,
  markerLine,
} from "../../../../src/adapters/process/kept_output.ts";
import {
  MARKED_MAX_LENGTH,
  MarkedLines,
} from "../../../../src/adapters/process/marked_lines.ts";
import { SpillFile } from "../../../../src/adapters/process/spill_file.ts";
import {
  LineSplitter,
  MAX_LINE_LENGTH,
} from "../../../../src/adapters/process/split_lines.ts";
import { withScratch } from "../../../support/scratch.ts";

const TAIL_BYTES = KEPT_MAX_BYTES - HEAD_BYTES;
const MIB = 1024 * 1024;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Returns the batches of lines that come from `pieces`, the last unterminated line in a batch of its own. */
function split(...pieces: readonly string[]): string[][] {
  const batches: string[][] = [];
  const splitter = new LineSplitter((lines) => batches.push([...lines]));
  for (const piece of pieces) splitter.push(piece);
  splitter.flush();
  return batches;
}

function capture(
  pieces: readonly (string | Uint8Array)[],
  options: Partial<CaptureOptions> = {},
) {
  const lines: string[] = [];
  const stream = new StreamCapture({
    mask: null,
    spillPath: null,
    onLines: (more) => lines.push(...more),
    linesMaxBytes: Infinity,
    ...options,
  });
  for (const piece of pieces) {
    // The pipe's buffer is used again: what is kept must be a copy.
    const buffer = typeof piece === "string" ? bytes(piece) : piece.slice();
    stream.push(buffer);
    buffer.fill(0x21);
  }
  const output = stream.finish();
  return { output, lines };
}

Deno.test("LineSplitter hands out the lines of one piece at once, without their ends", () => {
  assertEquals(split("a\nb\r\n\nc"), [["a", "b", ""], ["c"]]);
  assertEquals(split("a", "b", "c\n"), [["abc"]]);
  assertEquals(split("a\r", "\nb\rc\n"), [["a", "b\rc"]]);
  assertEquals(split("a\r"), [["a\r"]]);
  assertEquals(split(""), []);
  assertEquals(split("\n"), [[""]]);
});

Deno.test("LineSplitter cuts a long line into pieces, however it arrives", () => {
  const long = "x".repeat(MAX_LINE_LENGTH);
  const expected = [long, long, "yz", "end"];
  assertEquals(split(`${long}${long}yz\nend\n`).flat(), expected);
  assertEquals(split(long, long, "y", "z\nend\n").flat(), expected);
  assertEquals(split(long, long, "yz", "\nend").flat(), expected);
  // Nothing empty follows a line of exactly that length, nor one that is cut just at its end.
  assertEquals(split(`${long}\n`, "a\n").flat(), [long, "a"]);
  assertEquals(split(`${long}\r`, "\na\n").flat(), [long, "a"]);
  assertEquals(split(`${long}x`, "\n\n").flat(), [long, "x", ""]);
});

Deno.test("LineSplitter never cuts a character in two", () => {
  const [first, second] = split(`${"x".repeat(MAX_LINE_LENGTH - 1)}😀y\n`)
    .flat();
  assertEquals(first, "x".repeat(MAX_LINE_LENGTH - 1));
  assertEquals(second, "😀y");
});

Deno.test("StreamCapture puts a character together that arrives in parts", () => {
  const [a = 0, b = 0, c = 0] = bytes("€");
  const pieces = [[a], [b], [c, 0x0a]].map((part) => new Uint8Array(part));
  const { output, lines } = capture(pieces);
  assertEquals(lines, ["€"]);
  assertEquals(output, {
    text: "€\n",
    sizeBytes: 4,
    isTruncated: false,
    spill: null,
  });
});

Deno.test("StreamCapture replaces bytes that are not text, and keeps a byte order mark", () => {
  const odd = capture([new Uint8Array([0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82])]);
  assertEquals(odd.output.text, "a\ufffdb\n\ufffd");
  assertEquals(odd.lines, ["a\ufffdb", "\ufffd"]);
  assertEquals(odd.output.sizeBytes, 6);
  assertEquals(capture(["\ufeffa\n"]).output.text, "\ufeffa\n");
  assertEquals(capture(["\ufeffa\n"]).lines, ["\ufeffa"]);
});

Deno.test("StreamCapture masks what is kept and what is handed out, also over pieces", () => {
  const mask = {
    start() {
      let held = "";
      return {
        push(text: string) {
          held += text;
          const whole = held.lastIndexOf("\n") + 1;
          const shown = held.slice(0, whole).replaceAll("secret", "***");
          held = held.slice(whole);
          return shown;
        },
        flush: () => held.replaceAll("secret", "***"),
      };
    },
  };
  const { output, lines } = capture(["a sec", "ret\nb ", "secret"], { mask });
  assertEquals(output.text, "a ***\nb ***");
  assertEquals(lines, ["a ***", "b ***"]);
  assertEquals(output.sizeBytes, 17);
});

Deno.test("StreamCapture hands out lines until more than the wanted bytes have come", () => {
  const { lines, output } = capture(["one\n", "two\nthr", "ee\nfour\n"], {
    linesMaxBytes: 5,
  });
  assertEquals(lines, ["one", "two", "thr"]);
  assertEquals(output.text, "one\ntwo\nthree\nfour\n");
  const exact = capture(["one\n", "t\n", "x\n"], { linesMaxBytes: 6 });
  assertEquals(exact.lines, ["one", "t", "x"]);
});

Deno.test("KeptOutput keeps 1 MiB whole, and one byte more as head, marker and tail", () => {
  const whole = new KeptOutput({ spillPath: null });
  whole.push(bytes("x".repeat(MIB - 1)));
  whole.push(bytes("y"));
  assertEquals(whole.finish(), {
    text: "x".repeat(MIB - 1) + "y",
    isTruncated: false,
    spill: null,
  });
  const longer = new KeptOutput({ spillPath: null });
  longer.push(bytes("h".repeat(HEAD_BYTES)));
  longer.push(bytes("m".repeat(11)));
  longer.push(bytes("t".repeat(TAIL_BYTES)));
  assertEquals(longer.finish(), {
    text: `${"h".repeat(HEAD_BYTES)}\n[… 11 bytes left out …]\n${
      "t".repeat(TAIL_BYTES)
    }`,
    isTruncated: true,
    spill: null,
  });
});

Deno.test("KeptOutput keeps the right bytes whatever the size of the pieces", () => {
  const stream = new Uint8Array(3 * MIB + 12345);
  for (let index = 0; index < stream.length; index++) {
    stream[index] = 97 + (index * 7 + (index >> 10)) % 26;
  }
  const text = new TextDecoder().decode(stream);
  const leftOut = stream.length - KEPT_MAX_BYTES;
  const expected = `${text.slice(0, HEAD_BYTES)}\n${markerLine(leftOut, null)}${
    text.slice(-TAIL_BYTES)
  }`;
  for (const size of [1021, 65536, 300_000, 2 * MIB, stream.length]) {
    const kept = new KeptOutput({ spillPath: null });
    for (let at = 0; at < stream.length; at += size) {
      kept.push(stream.subarray(at, at + size));
    }
    assertEquals(kept.finish().text === expected, true, `pieces of ${size}`);
  }
});

Deno.test("lines that talk to the runner were lost in the middle of a long stream", () => {
  const mark = "FATAL_ERROR: the disk is gone";
  const line = `${"x".repeat(99)}\n`;
  const total = 2 * MIB + 500_000;
  const filler = line.repeat(total / 100 + 1).slice(0, total);
  const leftEnd = total + mark.length + 2 - TAIL_BYTES;
  const places = [
    1000,
    HEAD_BYTES - mark.length - 3,
    HEAD_BYTES - 20,
    HEAD_BYTES - 1,
    HEAD_BYTES,
    HEAD_BYTES + 7,
    MIB,
    leftEnd - mark.length - 3,
    leftEnd - 20,
    leftEnd - 2,
    leftEnd,
    total,
  ];
  for (const place of places) {
    const stream = bytes(
      `${filler.slice(0, place)}\n${mark}\n${filler.slice(place)}`,
    );
    for (const size of [65536, stream.length]) {
      const kept = new KeptOutput({ spillPath: null, marks: ["FATAL_ERROR:"] });
      for (let at = 0; at < stream.length; at += size) {
        kept.push(stream.subarray(at, at + size));
      }
      const { text } = kept.finish();
      assertEquals(text.split("\n").includes(mark), true, `${place} ${size}`);
    }
  }
});

Deno.test("KeptOutput shows the marked lines of what is left out, and only those", () => {
  const kept = new KeptOutput({ spillPath: null, marks: ["STOP:"] });
  kept.push(bytes("h".repeat(HEAD_BYTES - 1) + "\n"));
  kept.push(bytes("a\nno STOP: 1\nb\n"));
  kept.push(bytes("t".repeat(TAIL_BYTES)));
  assertEquals(
    kept.finish().text,
    `${"h".repeat(HEAD_BYTES - 1)}\n[… 15 bytes left out …]\n` +
      `no STOP: 1\n[…]\n${"t".repeat(TAIL_BYTES)}`,
  );
});

/** The marked lines of a text that comes in pieces of `size`. */
function markedIn(text: string, size: number, following = ""): string {
  const lines = new MarkedLines(["STOP:", "GO:"]);
  const stream = bytes(text);
  for (let at = 0; at < stream.length; at += size) {
    lines.push(stream.slice(at, at + size));
  }
  return lines.finish(following);
}

Deno.test("ByteSearch finds what a search of the text finds", () => {
  const texts = ["abca", "bcab:", "cc"];
  const search = new ByteSearch(texts);
  assertEquals(search.longest, 5);
  assertEquals(new ByteSearch([]).isIn(bytes("a")), false);
  // Every text of seven of three letters, and a few with the fourth.
  for (let number = 0; number < 3 ** 7; number++) {
    const text = number.toString(3).padStart(7, "0")
      .replaceAll("0", "a").replaceAll("1", "b").replaceAll("2", "c");
    for (const each of [text, `${text}:`, `${text.slice(3)}:${text}`]) {
      const expected = texts.some((one) => each.includes(one));
      assertEquals(search.isIn(bytes(each)), expected, each);
    }
  }
});

Deno.test("MarkedLines keeps whole lines whatever the pieces", () => {
  const text = "a\nx€ STOP: 1\nb\nGO:\n \n\nnext\nc\n  GO: 2\nSTOP:";
  for (let size = 1; size <= text.length + 2; size++) {
    assertEquals(
      markedIn(text, size, " here\nd\n"),
      "x€ STOP: 1\nGO:\nnext\n  GO: 2\nSTOP: here\n",
      `pieces of ${size}`,
    );
  }
  assertEquals(markedIn("a\nSTOP:\n", 3, "\nb\nSTOP: c"), "STOP:\nb\n");
  assertEquals(markedIn("nothing\nhere", 4, "\nSTOP: there"), "");
});

Deno.test("MarkedLines: long lines are cut in front, floods come to an end", () => {
  const long = "y".repeat(1000);
  assertEquals(
    markedIn(`${long}STOP: 1${long}\n`, 100),
    `…${"y".repeat(256)}STOP: 1${long}\n`,
  );
  const endless = markedIn(`STOP: ${"z".repeat(500_000)}`, 65536);
  assertEquals(endless.length, MARKED_MAX_LENGTH + 1);
  const flood = markedIn(`${"STOP: flood\n".repeat(20_000)}GO: 1\n`, 65536);
  assertEquals(flood.length < MARKED_MAX_LENGTH + 8000, true);
  assertEquals(flood.endsWith("\nGO: 1\n"), true);
});

Deno.test("KeptOutput cuts between characters", () => {
  // Three bytes each, and neither cut falls on a multiple of three.
  const kept = new KeptOutput({ spillPath: null });
  kept.push(bytes("€".repeat(MIB)));
  const { text } = kept.finish();
  const head = Math.floor(HEAD_BYTES / 3);
  const tail = Math.floor(TAIL_BYTES / 3);
  const leftOut = 3 * (MIB - head - tail);
  assertEquals(
    text ===
      `${"€".repeat(head)}\n${markerLine(leftOut, null)}${"€".repeat(tail)}`,
    true,
  );
  // Bytes that are no characters are cut anywhere.
  const binary = new KeptOutput({ spillPath: null });
  binary.push(new Uint8Array(2 * MIB).fill(0x80));
  assertEquals(
    binary.finish().text ===
      `${"\ufffd".repeat(HEAD_BYTES)}\n${markerLine(MIB, null)}${
        "\ufffd".repeat(TAIL_BYTES)
      }`,
    true,
  );
});

Deno.test("KeptOutput writes the whole stream to the spill only once it is too long", async () => {
  await withScratch((folder) => {
    const path = `${folder}/outputs/7.stdout`;
    const stream = "0123456789abcdef\n".repeat(100_000);
    const kept = new KeptOutput({ spillPath: path });
    const first = bytes(stream.slice(0, KEPT_MAX_BYTES));
    kept.push(first);
    assertEquals([...Deno.readDirSync(folder)], []);
    kept.push(bytes(stream.slice(KEPT_MAX_BYTES)));
    const { text, isTruncated, spill } = kept.finish();
    assertEquals(isTruncated, true);
    assertEquals(spill, "7.stdout");
    assertEquals(Deno.readTextFileSync(path) === stream, true);
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    const marker = markerLine(stream.length - KEPT_MAX_BYTES, {
      name: "7.stdout",
      isCut: false,
    });
    assertEquals(text.includes(`\n${marker}`), true);
  });
});

Deno.test("SpillFile stops at its limit and says so", async () => {
  await withScratch((folder) => {
    const file = new SpillFile(`${folder}/a`, { maxBytes: 5 });
    for (const piece of ["abc", "def", "ghi"]) file.write(bytes(piece));
    assertEquals(file.finish(), { name: "a", isCut: true });
    assertEquals(Deno.readTextFileSync(`${folder}/a`), "abcde");
    assertEquals(
      markerLine(4, { name: "a", isCut: true }),
      "[… 4 bytes left out, the start of it is in a …]\n",
    );
  });
});

Deno.test("KeptOutput has no spill where none can be written", async () => {
  await withScratch((folder) => {
    const withSpillAt = (path: string) => {
      const kept = new KeptOutput({ spillPath: path });
      kept.push(bytes("x".repeat(2 * MIB)));
      return kept.finish();
    };
    Deno.writeTextFileSync(`${folder}/file`, "");
    const unopened = withSpillAt(`${folder}/file/1.stdout`);
    assertEquals(unopened.spill, null);
    assertEquals(
      unopened.text.includes("\n[… 1048576 bytes left out …]\n"),
      true,
    );
    if (Deno.build.os !== "linux") return;
    // As on a full disk: it opens, and no byte goes in.
    Deno.symlinkSync("/dev/full", `${folder}/2.stdout`);
    const full = withSpillAt(`${folder}/2.stdout`);
    assertEquals(full.spill, null);
    assertEquals(full.text, unopened.text);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [
      "file",
    ]);
  });
});
