import { assertEquals } from "@std/assert";
import { formatSpan } from "../../../src/model/mod.ts";
import {
  count,
  displayWidth,
  formatDuration,
  formatElapsed,
  joinCommand,
  makeVisible,
  padEnd,
  paint,
  quote,
  truncate,
} from "../../../src/view/mod.ts";

Deno.test("width: ASCII, wide, combining, emoji, colours", () => {
  const rows: [string, number][] = [
    ["", 0],
    ["npm test", 8],
    ["日本語", 6],
    ["ｱ", 1],
    ["Ａ", 2],
    ["e\u0301", 1],
    ["한글", 4],
    ["👍🏽", 2],
    ["👩‍💻", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["✓ ✗ → │ …", 9],
    ["\u200b", 0],
    ["\x1b[1;38;5;208mok\x1b[0m", 2],
  ];
  for (const [text, width] of rows) {
    assertEquals(displayWidth(text), width, text);
  }
  assertEquals(padEnd("日本", 6), "日本  ");
  assertEquals(padEnd("long", 2), "long");
});

Deno.test("truncate: never wider than asked, characters stay whole, colours are closed", () => {
  assertEquals(truncate("npm test", { columns: 8 }), "npm test");
  assertEquals(truncate("npm test", { columns: 7 }), "npm te…");
  assertEquals(truncate("日本語", { columns: 5 }), "日本…");
  assertEquals(truncate("日本語", { columns: 4 }), "日…");
  assertEquals(truncate("👩‍💻👩‍💻x", { columns: 4 }), "👩‍💻…");
  assertEquals(truncate("abcdef", { columns: 5, ellipsis: "..." }), "ab...");
  assertEquals(
    truncate("\x1b[31mabcdef\x1b[0m", { columns: 4 }),
    "\x1b[31mabc\x1b[0m…",
  );
  assertEquals(
    truncate("\x1b[31mab\x1b[0mcdef", { columns: 4 }),
    "\x1b[31mab\x1b[0mc…",
  );
  assertEquals(truncate("abc", { columns: 0 }), "");
  const long = "x".repeat(50_000_000);
  assertEquals(truncate(long, { columns: 5 }), "xxxx…");
  assertEquals(truncate(long, { columns: Infinity }).length, long.length);
});

Deno.test("visible: a child cannot steer the terminal", () => {
  const rows: [string, string][] = [
    ["plain", "plain"],
    ["a\tb", "a       b"],
    ["\x1b[31mred\x1b[0m", "red"],
    ["\x1b]0;title\x07x", "␛]0;title␇x"],
    ["\x1b[2J\x1b[Hgone", "␛[2J␛[Hgone"],
    ["10%\r100%\r", "10%␍100%"],
    ["\x9b31m", "\\u009b31m"],
    ["a\u202eb", "a\\u202eb"],
    ["\x7f\0", "␡␀"],
    ["日本", "日本"],
  ];
  for (const [line, expected] of rows) {
    assertEquals(makeVisible(line), expected);
  }
  assertEquals(makeVisible("\x1b[2J\x7f", { unicode: false }), "^[[2J^?");
});

Deno.test("visible: colours are kept where they may be, and always closed", () => {
  const options = { color: true };
  assertEquals(makeVisible("\x1b[31mred", options), "\x1b[31mred\x1b[0m");
  assertEquals(makeVisible("\x1b[31mr\x1b[m", options), "\x1b[31mr\x1b[m");
  assertEquals(
    makeVisible("\x1b[38;5;1mr\x1b[1A", options),
    "\x1b[38;5;1mr␛[1A\x1b[0m",
  );
});

Deno.test("quote: what was typed, on one line and not too long", () => {
  assertEquals(quote(""), '""');
  assertEquals(quote("a\nb\x1b"), '"a␊b␛"');
  assertEquals(quote("x".repeat(100), 10), '"xxxxxxxxx…"');
});

Deno.test("durations: carries are handled", () => {
  const rows: [number, string][] = [
    [0, "0.0s"],
    [49, "0.0s"],
    [4_120, "4.1s"],
    [59_949, "59.9s"],
    [59_950, "1m 0s"],
    [59_960, "1m 0s"],
    [119_600, "2m 0s"],
    [125_000, "2m 5s"],
    [3_599_600, "1h 0m 0s"],
    [3_723_000, "1h 2m 3s"],
    [90_000_000, "25h 0m 0s"],
  ];
  for (const [ms, expected] of rows) assertEquals(formatDuration(ms), expected);
  assertEquals(formatElapsed(59_999), "59s");
  assertEquals(formatElapsed(3_600_000), "1h 0m 0s");
  assertEquals(formatElapsed(-5), "0s");
  assertEquals(formatSpan(0), "0s");
  assertEquals(formatSpan(90_000), "1m 30s");
  assertEquals(formatSpan(250), "0.25s");
  assertEquals(formatSpan(86_400_000), "24h");
});

Deno.test("small words", () => {
  assertEquals(count(1, "step"), "1 step");
  assertEquals(count(0, "retry", "retries"), "0 retries");
  assertEquals(
    joinCommand(["ll-loop", "run", "a b", "x=y"]),
    "ll-loop run 'a b' x=y",
  );
  assertEquals(joinCommand(["$(x)", "", "-n"]), "'$(x)' '' -n");
  assertEquals(
    paint("x", { tone: "failure", color: true }),
    "\x1b[38;5;208mx\x1b[0m",
  );
  assertEquals(paint("", { tone: "failure", color: true }), "");
});
