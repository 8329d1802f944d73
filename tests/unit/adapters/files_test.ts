// deno-lint-ignore-file no-boolean-literal-for-arguments no-sync-fn-in-async-fn -- expected values, and tests may block
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  appendTo,
  cannotWrite,
  createFiles,
  createLocks,
  createSources,
  describeCause,
  MAX_SOURCE_BYTES,
  ShortWriteError,
  writeAll,
} from "../../../src/adapters/mod.ts";
import { BUILTIN_TEXTS } from "../../../src/adapters/sources/builtins.ts";
import { listLoops as loopsHere } from "../../../src/app/loops/mod.ts";
import { LoopError } from "../../../src/model/mod.ts";
import type { Sources } from "../../../src/ports/mod.ts";
import { listLoops, renderModule } from "../../../tools/embed_loops.ts";
import { withScratch } from "../../support/scratch.ts";

const files = createFiles();

function errorOf(run: () => unknown): LoopError {
  return assertThrows<LoopError>(run, LoopError);
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("new folders are 0700 and new files 0600", () =>
  withScratch((dir) => {
    files.makeFolder(`${dir}/a/b`);
    files.replace(`${dir}/a/b/replaced`, "1");
    files.create(`${dir}/a/b/created`, "2");
    files.openAppend(`${dir}/a/b/appended`).close();
    assertEquals(modeOf(`${dir}/a`), 0o700);
    assertEquals(modeOf(`${dir}/a/b`), 0o700);
    for (const name of files.list(`${dir}/a/b`)) {
      assertEquals(modeOf(`${dir}/a/b/${name}`), 0o600);
    }
  }));

Deno.test("replace swaps the whole file and leaves no temporary one", () =>
  withScratch((dir) => {
    files.replace(`${dir}/f`, "a long text");
    files.replace(`${dir}/f`, "short", { sync: true });
    assertEquals(files.readText(`${dir}/f`), "short");
    assertEquals(files.list(dir), ["f"]);
  }));

Deno.test("replace that fails removes its temporary file and keeps the old one", () =>
  withScratch((dir) => {
    files.makeFolder(`${dir}/f/inside`);
    const error = errorOf(() => files.replace(`${dir}/f`, "text"));
    assertEquals(error.code, "cannot-write");
    assertEquals(error.message, `Cannot write "${dir}/f": Is a directory`);
    assertEquals(files.list(dir), ["f"]);
    assertEquals(files.list(`${dir}/f`), ["inside"]);
  }));

Deno.test("replace writes over the file where no other one can be made, if it fits", () =>
  withScratch((dir) => {
    // The name of the temporary file is too long for the system.
    const path = `${dir}/${"x".repeat(245)}`;
    files.create(path, "the first text");
    const error = errorOf(() => files.replace(path, "second"));
    assertEquals(error.code, "cannot-write");
    assertEquals(files.readText(path), "the first text");
    files.replace(path, "second", { orInPlace: true });
    assertEquals(files.readText(path), "second");
    const long = "x".repeat(1024 * 1024);
    errorOf(() => files.replace(path, long, { orInPlace: true }));
    assertEquals(files.readText(path), "second");
  }));

Deno.test({
  name: "a link to a folder has the owners of both",
  // Only root can give files away.
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: () =>
    withScratch(async (dir) => {
      Deno.mkdirSync(`${dir}/folder`);
      Deno.symlinkSync("folder", `${dir}/link`);
      const chown = { args: ["-h", "65534", `${dir}/link`] };
      await new Deno.Command("chown", chown).output();
      assertEquals(files.owners(`${dir}/folder`), [0, 0]);
      assertEquals(files.owners(`${dir}/link`), [65534, 0]);
      assertEquals(files.owners(`${dir}/gone`), []);
    }),
});

Deno.test("a pipe in the place of a file hung whoever read it", () =>
  withScratch(async (dir) => {
    const pipe = `${dir}/pipe`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    for (
      const use of [
        () => files.readText(pipe),
        () => files.readTextIfExists(pipe),
        () => files.readText("/dev/zero"),
      ]
    ) {
      const { code, message } = errorOf(use);
      assertEquals(code, "unreadable");
      assertEquals(message.split(": ")[1], "It is a pipe or a device");
    }
    assertEquals(await createLocks().isHeld(pipe), false);
  }));

Deno.test("create and makeNewFolder say whether they were first", () =>
  withScratch((dir) => {
    assertEquals(files.create(`${dir}/f`, "1"), true);
    assertEquals(files.create(`${dir}/f`, "2"), false);
    files.create(`${dir}/program`, "#!/bin/sh\n", { isProgram: true });
    assertEquals(modeOf(`${dir}/program`), 0o700);
    assertEquals(files.readText(`${dir}/f`), "1");
    assertEquals(files.makeNewFolder(`${dir}/runs/x`), true);
    assertEquals(files.makeNewFolder(`${dir}/runs/x`), false);
    assertEquals(files.makeNewFolder(`${dir}/f`), false);
  }));

Deno.test("a file in place of a folder cannot be written into", () =>
  withScratch((dir) => {
    files.create(`${dir}/f`, "");
    for (
      const write of [
        () => files.makeFolder(`${dir}/f/x`),
        () => files.create(`${dir}/f/x`, ""),
        () => files.replace(`${dir}/f/x`, ""),
        () => files.openAppend(`${dir}/f/x`),
      ]
    ) {
      const error = errorOf(write);
      assertEquals(error.code, "cannot-write");
      assertEquals(error.exitStatus, 73);
      assertEquals(error.message, `Cannot write "${dir}/f/x": Not a directory`);
      assertEquals(
        error.hint,
        "A part of that path is a file where a folder is needed",
      );
    }
    assertEquals(files.readTextIfExists(`${dir}/f/x`), null);
    files.remove(`${dir}/f/x`);
  }));

Deno.test("a full disk is told by name with what to do", {
  ignore: Deno.build.os !== "linux",
}, () => {
  const file = files.openAppend("/dev/full");
  const error = errorOf(() => file.write("line\n"));
  file.close();
  assertEquals(error.code, "cannot-write");
  assertEquals(
    error.message,
    'Cannot write "/dev/full": No space left on device',
  );
  assertEquals(
    error.hint,
    "Free some space on that disk, then start again",
  );
});

Deno.test("failures of the system keep their words and get a hint", () => {
  const failure = (code: string, message: string): Error =>
    Object.assign(new Error(message), { code });
  const quota = cannotWrite(
    "/x",
    failure("EDQUOT", "Disk quota exceeded (os error 122): write '/x'"),
  );
  assertEquals(quota.message, 'Cannot write "/x": Disk quota exceeded');
  assertEquals(quota.hint, "Free some of your disk quota, then start again");
  const readOnly = cannotWrite(
    "/x",
    failure("EROFS", "Read-only file system (os error 30)"),
  );
  assertEquals(readOnly.message, 'Cannot write "/x": Read-only file system');
  assertEquals(
    readOnly.hint,
    "Name a folder that can be written with --loops-dir or LL_LOOPS_DIR",
  );
  assertEquals(describeCause("plain"), "plain");
  assertEquals(cannotWrite("/y", quota), quota);
});

Deno.test("permissions refuse with their name, not with a crash", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, () =>
  withScratch(async (dir) => {
    const script = `import { createFiles } from ${
      JSON.stringify(import.meta.resolve("../../../src/adapters/files/mod.ts"))
    };
       for (const name of ["makeFolder", "readText", "list"]) {
         try { createFiles()[name]("${dir}/locked/x"); } catch (error) { console.log(error.code, error.message); }
       }`;
    Deno.writeTextFileSync(`${dir}/script.ts`, script);
    Deno.mkdirSync(`${dir}/locked`, { mode: 0o700 });
    Deno.chmodSync(dir, 0o755);
    const bundle = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", "-q", `${dir}/script.ts`],
      cwd: new URL("../../../", import.meta.url),
      stderr: "null",
    }).output();
    Deno.writeFileSync(`${dir}/script.js`, bundle.stdout);
    const { stdout } = await new Deno.Command("setpriv", {
      args: [
        "--reuid=65534",
        "--clear-groups",
        Deno.execPath(),
        "run",
        "-A",
        "--no-config",
        `${dir}/script.js`,
      ],
      env: { DENO_DIR: `${dir}/cache`, HOME: dir },
      stderr: "null",
    }).output();
    assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [
      `cannot-write Cannot write "${dir}/locked/x": Permission denied`,
      `unreadable Cannot read "${dir}/locked/x": Permission denied`,
      `unreadable Cannot read "${dir}/locked/x": Permission denied`,
    ]);
  }));

Deno.test("reading tells missing from unreadable", () =>
  withScratch((dir) => {
    const missing = errorOf(() => files.readText(`${dir}/no`));
    assertEquals(missing.code, "not-found");
    assertEquals(
      missing.message,
      `Cannot read "${dir}/no": No such file or directory`,
    );
    assertEquals(errorOf(() => files.readText(dir)).code, "unreadable");
    assertEquals(errorOf(() => files.readTextIfExists(dir)).code, "unreadable");
    assertEquals(files.readTextIfExists(`${dir}/no`), null);
    assertEquals(files.list(`${dir}/no`), []);
    assertEquals(files.stat(`${dir}/no`), null);
    files.create(`${dir}/f`, "");
    Deno.symlinkSync(`${dir}/no`, `${dir}/gone`);
    const absent = ["no", "no/f", "f/no", "gone", "f", "."].map((name) =>
      files.isAbsent(`${dir}/${name}`)
    );
    assertEquals(absent, [true, true, true, true, false, false]);
    // It cannot be told, and reading says why.
    assertEquals(files.isAbsent(`${dir}/${"n".repeat(300)}`), false);
  }));

Deno.test("list sorts, stat describes, remove takes folders and what is not there", () =>
  withScratch((dir) => {
    files.makeFolder(`${dir}/d/e`);
    files.create(`${dir}/b`, "four");
    files.create(`${dir}/B`, "");
    assertEquals(files.list(dir), ["B", "b", "d"]);
    const info = files.stat(`${dir}/b`);
    assertEquals([info?.isFile, info?.sizeBytes, info?.uid], [
      true,
      4,
      Deno.uid(),
    ]);
    assert(Math.abs((info?.modifiedMs ?? 0) - Date.now()) < 60_000);
    assertEquals(files.stat(`${dir}/d`)?.isDirectory, true);
    files.remove(`${dir}/d`);
    files.remove(`${dir}/d`);
    assertEquals(files.list(dir), ["B", "b"]);
  }));

Deno.test("realPath follows links as far as there is something, then takes the rest by the letter", () =>
  withScratch((dir) => {
    files.makeFolder(`${dir}/real/inner`);
    Deno.symlinkSync(`${dir}/real/inner`, `${dir}/link`);
    Deno.symlinkSync("real/later", `${dir}/dangling`);
    Deno.symlinkSync("loop", `${dir}/loop`);
    const cases: [string, string][] = [
      [`${dir}/link`, `${dir}/real/inner`],
      [`${dir}/link/`, `${dir}/real/inner`],
      [`${dir}/link/..`, `${dir}/real`],
      [`${dir}/link/no/where`, `${dir}/real/inner/no/where`],
      [`${dir}/no/../x`, `${dir}/x`],
      [`${dir}/dangling/x`, `${dir}/real/later/x`],
      [`${dir}/loop/x`, `${dir}/loop/x`],
      ["/", "/"],
    ];
    for (const [path, wanted] of cases) {
      assertEquals(files.realPath(path), wanted, path);
    }
  }));

Deno.test("makeTempFolder makes a private folder", () => {
  const folder = files.makeTempFolder("ll-loop-test-");
  try {
    assertEquals(modeOf(folder), 0o700);
  } finally {
    files.remove(folder);
  }
});

Deno.test("append writes each text with one call and completes what was cut", () => {
  const calls: string[] = [];
  let text = "";
  const file = appendTo({
    writeSync(bytes) {
      const taken = bytes.subarray(0, 4);
      calls.push(new TextDecoder().decode(bytes));
      text += new TextDecoder().decode(taken);
      return taken.length;
    },
    syncDataSync() {},
    statSync: () => ({ size: text.length }),
    truncateSync() {},
    close() {},
  }, "/j");
  file.write("one");
  file.write("longer");
  assertEquals(calls, ["one", "longer", "er"]);
  assertEquals(text, "onelonger");
});

Deno.test("append that runs out of space takes back the half line", () => {
  let text = "kept\n";
  let room = 3;
  const file = appendTo({
    writeSync(bytes) {
      if (room === 0) {
        throw Object.assign(
          new Error("No space left on device (os error 28)"),
          { code: "ENOSPC" },
        );
      }
      const taken = new TextDecoder().decode(bytes.subarray(0, room));
      room -= taken.length;
      text += taken;
      return taken.length;
    },
    syncDataSync() {
      throw Object.assign(new Error("Input/output error (os error 5)"), {
        code: "EIO",
      });
    },
    statSync: () => ({ size: text.length }),
    truncateSync(sizeBytes) {
      text = text.slice(0, sizeBytes);
    },
    close() {},
  }, "/j");
  const error = errorOf(() => file.write("a long line\n"));
  assertEquals(error.message, 'Cannot write "/j": No space left on device');
  assertEquals(text, "kept\n");
  assertEquals(
    errorOf(() => file.sync()).message,
    'Cannot write "/j": Input/output error',
  );
});

Deno.test("append keeps the lines of many writers whole", () =>
  withScratch((dir) => {
    const first = files.openAppend(`${dir}/j`);
    const second = files.openAppend(`${dir}/j`);
    first.write("a\n");
    second.write("b\n");
    first.write("ü\n");
    first.sync();
    first.close();
    second.close();
    assertEquals(files.readText(`${dir}/j`), "a\nb\nü\n");
  }));

Deno.test("cut shortens a file to its first bytes and never makes one longer", () =>
  withScratch((dir) => {
    const path = `${dir}/j`;
    Deno.writeTextFileSync(path, "whole\ntorn");
    const sizes = [100, 10, 6, 6].map((sizeBytes) => {
      files.cut(path, sizeBytes);
      return Deno.readTextFileSync(path);
    });
    assertEquals(sizes, ["whole\ntorn", "whole\ntorn", "whole\n", "whole\n"]);
    assertEquals(
      errorOf(() => files.cut(`${dir}/none`, 0)).message,
      `Cannot write "${dir}/none": No such file or directory`,
    );
  }));

Deno.test("writeAll does not spin on a sink that takes nothing", () => {
  const error = assertThrows<ShortWriteError>(
    () => writeAll({ writeSync: () => 0 }, "x"),
    ShortWriteError,
  );
  assertEquals(error.writtenBytes, 0);
});

Deno.test("sources answer whatever the file is", () =>
  withScratch((dir) => {
    const sources = createSources(
      new Map([["b/x.yaml", () => "X"], ["a.yaml", () => "A"]]),
    );
    Deno.writeTextFileSync(`${dir}/ok`, "\ufeffname: ü\n");
    Deno.writeTextFileSync(`${dir}/sign`, "name: a\ufffd\n");
    Deno.writeTextFileSync(`${dir}/empty`, "");
    Deno.writeFileSync(`${dir}/latin`, Uint8Array.of(0x61, 0xfc));
    Deno.writeTextFileSync(`${dir}/limit`, "x".repeat(MAX_SOURCE_BYTES));
    Deno.writeTextFileSync(`${dir}/over`, "x".repeat(MAX_SOURCE_BYTES + 1));
    assertEquals(sources.builtins, ["a.yaml", "b/x.yaml"]);
    assertEquals(sources.read("builtin:b/x.yaml"), { kind: "text", text: "X" });
    assertEquals(sources.read("builtin:no.yaml"), { kind: "missing" });
    assertEquals(sources.read(`${dir}/ok`), {
      kind: "text",
      text: "name: ü\n",
    });
    // The sign for wrong bytes may stand there itself.
    assertEquals(sources.read(`${dir}/sign`), {
      kind: "text",
      text: "name: a\ufffd\n",
    });
    assertEquals(sources.read(`${dir}/empty`), { kind: "text", text: "" });
    assertEquals(sources.read(`${dir}/no`), { kind: "missing" });
    assertEquals(sources.read(`${dir}/ok/no`), { kind: "missing" });
    assertEquals(sources.read(dir), { kind: "directory" });
    assertEquals(sources.read(`${dir}/latin`), {
      kind: "unreadable",
      reason: "it is not UTF-8 text",
    });
    assertEquals(sources.read(`${dir}/limit`).kind, "text");
    assertEquals(sources.read(`${dir}/over`), {
      kind: "too-large",
      sizeBytes: MAX_SOURCE_BYTES + 1,
      maxBytes: MAX_SOURCE_BYTES,
    });
    assertEquals(sources.read("bad\0name").kind, "unreadable");
    assertEquals(sources.read("/dev/zero"), {
      kind: "unreadable",
      reason: "it is no regular file",
    });
    // It says that it is empty, and holds what no message may show.
    if (Deno.build.os === "linux") {
      Deno.symlinkSync("/proc/self/environ", `${dir}/environ.yaml`);
      for (const path of ["/proc/self/environ", `${dir}/environ.yaml`]) {
        assertEquals(sources.read(path), {
          kind: "unreadable",
          reason: "it is no regular file",
        });
      }
      Deno.removeSync(`${dir}/environ.yaml`);
    }
    Deno.symlinkSync("gone.yaml", `${dir}/dangling`);
    assertEquals(sources.read(`${dir}/dangling`), {
      kind: "dangling",
      target: "gone.yaml",
    });
    assertEquals(sources.list(dir), [
      ...["dangling", "empty", "latin", "limit", "ok", "over", "sign"],
    ]);
    assertEquals(sources.list(`${dir}/no`), []);
    assertEquals(sources.isExecutable(`${dir}/ok`), false);
    Deno.chmodSync(`${dir}/ok`, 0o700);
    assertEquals(sources.isExecutable(`${dir}/ok`), true);
    assertEquals(sources.isExecutable(dir), false);
  }));

Deno.test("every file of loops/ is embedded, byte for byte", () => {
  const folder = new URL("../../../loops/", import.meta.url);
  const names = listLoops(folder);
  assertEquals([...BUILTIN_TEXTS.keys()], names);
  for (const [name, text] of BUILTIN_TEXTS) {
    assertEquals(text(), Deno.readTextFileSync(new URL(name, folder)), name);
  }
});

Deno.test("what a list shows of embedded loops is what it would read of them", () => {
  const read = createSources(new Map(BUILTIN_TEXTS));
  const known = createSources();
  assertEquals(read.summaries?.size, 0);
  const world = (sources: Sources) => ({ sources, files: createFiles() });
  const found = (sources: Sources) =>
    loopsHere(world(sources), { loopsDir: "/nonexistent" });
  assertEquals(found(known), found(read));
  assertEquals(
    [...known.summaries?.keys() ?? []].map((name) => name.replace(".yaml", "")),
    found(read).map(({ name }) => name),
  );
});

Deno.test("names that differ only in signs get imports of their own", () => {
  const text = renderModule(
    ["a-b.yaml", "a_b.yaml", "lib/9.yaml"],
    () => "states: {}\n",
  );
  assertEquals(
    [...text.matchAll(/^import (\w+) from "(.*?)"/gm)].map((m) => [m[1], m[2]]),
    [
      ["aBText", "../../../loops/a-b.yaml"],
      ["aBText2", "../../../loops/a_b.yaml"],
      ["lib9Text", "../../../loops/lib/9.yaml"],
    ],
  );
});

Deno.test("a growing file gives what came since, whole characters, and begins again when replaced", () =>
  withScratch((dir) => {
    const path = `${dir}/log`;
    const growing = files.openGrowing(path);
    assertEquals(growing.readMore(), "");
    files.create(path, "one\n");
    assertEquals(growing.readMore(), "one\n");
    assertEquals(growing.readMore(), "");
    const bytes = new TextEncoder().encode("zwölf\n");
    const append = (part: Uint8Array): void =>
      Deno.writeFileSync(path, part, { append: true });
    append(bytes.subarray(0, 3));
    assertEquals(growing.readMore(), "zw");
    append(bytes.subarray(3));
    assertEquals(growing.readMore(), "ölf\n");
    files.replace(path, "another file of some length\n");
    assertEquals(growing.readMore(), "another file of some length\n");
    Deno.truncateSync(path, 8);
    assertEquals(growing.readMore(), "another ");
    files.remove(path);
    assertEquals(growing.readMore(), "");
    files.makeFolder(path);
    assertEquals(
      errorOf(() => growing.readMore()).message,
      `Cannot read "${path}": It is not a file`,
    );
    growing.close();
    const large = "x".repeat(100_000);
    files.create(`${dir}/large`, large);
    const pieces = files.openGrowing(`${dir}/large`);
    assertEquals(pieces.readMore().length, 64 * 1024);
    assertEquals(pieces.readMore().length, 100_000 - 64 * 1024);
    assertEquals(pieces.readMore(), "");
    pieces.close();
  }));

Deno.test("the end of a file comes without half a character", () =>
  withScratch((dir) => {
    files.create(`${dir}/f`, "aäb\n");
    assertEquals(files.readEnd(`${dir}/f`, 5), {
      text: "aäb\n",
      isWhole: true,
    });
    assertEquals(files.readEnd(`${dir}/f`, 4), {
      text: "äb\n",
      isWhole: false,
    });
    assertEquals(files.readEnd(`${dir}/f`, 3).text, "b\n");
    assertEquals(files.readEnd(`${dir}/f`, 0).text, "");
    const error = errorOf(() => files.readEnd(`${dir}/none`, 9));
    assertEquals(error.code, "not-found");
  }));

Deno.test("a folder is given another name with all that is in it", () =>
  withScratch((dir) => {
    files.makeFolder(`${dir}/a/b`);
    files.move(`${dir}/a`, `${dir}/c`);
    assertEquals([files.list(dir), files.list(`${dir}/c`)], [["c"], ["b"]]);
    assertEquals(
      errorOf(() => files.move(`${dir}/a`, `${dir}/d`)).code,
      "cannot-write",
    );
  }));
