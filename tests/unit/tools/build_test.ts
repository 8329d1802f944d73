/** The parts of the build that can be judged without building. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { chooseTargets, isMadeFor, TARGETS } from "../../../tools/build.ts";
import { joinBundle, leaveOut } from "../../../tools/bundle.ts";

/** A header of 128 bytes with `values` at their offsets. */
function header(values: Readonly<Record<number, readonly number[]>>) {
  const bytes = new Uint8Array(128);
  for (const [offset, part] of Object.entries(values)) {
    bytes.set(part, Number(offset));
  }
  return bytes;
}

const HEADERS: Readonly<Record<string, Uint8Array>> = {
  "x86_64-unknown-linux-gnu": header({
    0: [0x7f, 0x45, 0x4c, 0x46],
    18: [0x3e, 0],
  }),
  "aarch64-unknown-linux-gnu": header({
    0: [0x7f, 0x45, 0x4c, 0x46],
    18: [0xb7, 0],
  }),
  "x86_64-apple-darwin": header({
    0: [0xcf, 0xfa, 0xed, 0xfe, 0x07, 0, 0, 1],
  }),
  "aarch64-apple-darwin": header({
    0: [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1],
  }),
  "x86_64-pc-windows-msvc": header({
    0: [0x4d, 0x5a],
    60: [80],
    80: [0x50, 0x45, 0, 0, 0x64, 0x86],
  }),
};

Deno.test("an executable is for the target whose magic it has, and for no other", () => {
  for (const target of TARGETS) {
    const matching = Object.keys(HEADERS).filter((triple) =>
      isMadeFor(target, HEADERS[triple] ?? new Uint8Array())
    );
    assertEquals(matching, [target.triple]);
    for (const length of [0, 1, 4, 16, 63]) {
      const cut = HEADERS["x86_64-pc-windows-msvc"]?.subarray(0, length);
      assert(!isMadeFor(target, cut ?? new Uint8Array()));
    }
  }
});

Deno.test("targets: the host, all, one; never a foreign one with a runtime given", () => {
  const host = "x86_64-unknown-linux-gnu";
  const choose = (name: string, hasOwnRuntime: boolean): string[] =>
    chooseTargets(name, { host, hasOwnRuntime }).map(({ file }) => file);
  const withOwn = true;
  const without = false;
  assertEquals(choose("host", withOwn), ["ll-loop-linux-x64"]);
  assertEquals(choose(host, withOwn), ["ll-loop-linux-x64"]);
  assertEquals(choose("aarch64-apple-darwin", without), [
    "ll-loop-macos-arm64",
  ]);
  assertEquals(choose("all", without), TARGETS.map(({ file }) => file));
  assertThrows(
    () => choose("aarch64-apple-darwin", withOwn),
    RangeError,
    'Cannot compile for "aarch64-apple-darwin": the runtime in DENORT_BIN is for ' +
      '"x86_64-unknown-linux-gnu", wanted "--target host"',
  );
  assertThrows(() => choose("all", withOwn), RangeError, "DENORT_BIN");
  assertThrows(
    () => choose("amiga", without),
    RangeError,
    'Cannot compile for "amiga": wanted "host", "all" or one of "x86_64-unknown-linux-gnu"',
  );
  assertThrows(
    () => chooseTargets("host", { host: "riscv", hasOwnRuntime: without }),
    RangeError,
    'Cannot compile for this machine, "riscv"',
  );
});

Deno.test("lazy packages ride along as text, and paths of the machine do not", () => {
  const program = [
    "// ../../home/ada/.cache/deno/npm/registry.example/zod/4.6.7/core.js",
    "var init_core = __esm({",
    '  "../../home/ada/.cache/deno/npm/registry.example/zod/4.6.7/core.js"() {',
    '    const kept = "/a/npm/b/c" + "x";',
    'const yaml = await import("yaml");',
    'const sdk = await import("@a/b.c");',
  ].join("\n");
  const text = 'export const a = "\\n";';
  const lines = joinBundle({
    program,
    lazy: [
      { name: "yaml", text, isPacked: false },
      { name: "@a/b.c", text: "H4sI", isPacked: true },
    ],
    version: "1.2.3",
  }).split("\n");
  assertEquals(lines[0], "// ll-loop 1.2.3");
  const start = lines.indexOf(
    `const LAZY_MODULE_0 = ${JSON.stringify(text)};`,
  );
  assertEquals(lines[start + 1], 'const LAZY_MODULE_1 = "H4sI";');
  assertEquals(lines.slice(-6), [
    "// npm/zod/4.6.7/core.js",
    "var init_core = __esm({",
    '  "npm/zod/4.6.7/core.js"() {',
    '    const kept = "/a/npm/b/c" + "x";',
    'const yaml = await import("data:text/javascript," + encodeURIComponent(LAZY_MODULE_0));',
    'const sdk = await import("data:text/javascript;base64," + await unpackModule(LAZY_MODULE_1));',
  ]);
});

Deno.test("the one file is ASCII: another character would double what is read at each start", () => {
  const text = joinBundle({
    program: 'const a = "‘…’ 🎈"; import("yaml");',
    lazy: [{ name: "yaml", text: 'export const b = "é";', isPacked: false }],
    version: "1",
  });
  // deno-lint-ignore no-control-regex -- the range is that of ASCII
  assert(/^[\x00-\x7f]*$/.test(text), text);
  assert(
    text.includes('const a = "\\u2018\\u2026\\u2019 \\ud83c\\udf88"'),
    text,
  );
  assert(text.includes('"export const b = \\"\\u00e9\\";"'), text);
});

Deno.test("a lazy package that is imported in another way is refused", () => {
  const lazy = [{ name: "yaml", text: "", isPacked: false }];
  for (
    const program of [
      "",
      'import { a } from "yaml";',
      'import("yaml"); import { a } from "yaml";',
      'import("yaml"); require("yaml");',
    ]
  ) {
    assertThrows(
      () => joinBundle({ program, lazy, version: "1" }),
      Error,
      'Cannot embed "yaml"',
    );
  }
});

Deno.test("what a lazy package never uses is left out, or the bundle is refused", () => {
  assertEquals(
    leaveOut('var a=1;import b$ from"x.y";import c from"z";b$(c)', ["x.y"]),
    'var a=1;var b$;import c from"z";b$(c)',
  );
  for (const module of ["", 'import{b}from"x.y";', 'import b from"xzy";']) {
    assertThrows(
      () => leaveOut(module, ["x.y"]),
      Error,
      'Cannot leave out "x.y": wanted an import of its default',
    );
  }
});
