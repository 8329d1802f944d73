/** The parts of the build that can be judged without building. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  addressInstaller,
  chooseTargets,
  isMadeFor,
  TARGETS,
} from "../../../tools/build.ts";
import { joinBundle, leaveOut } from "../../../tools/bundle.ts";
import { compileAtOnce } from "../../../tools/eager_functions.ts";
import { lightenModules } from "../../../tools/light_modules.ts";
import { narrowInits } from "../../../tools/narrow_inits.ts";
import { packagesIn } from "../../../tools/third_party.ts";
import { withoutIndents } from "../../../tools/without_indents.ts";

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
    `function lazyModule0() { return ${JSON.stringify(text)}; }`,
  );
  assertEquals(
    lines[start + 1],
    'function lazyModule1() { return "H4sI"; }',
  );
  assertEquals(lines.slice(-6), [
    "// npm/zod/4.6.7/core.js",
    "var init_core = __esm({",
    '  "npm/zod/4.6.7/core.js"() {',
    '    const kept = "/a/npm/b/c" + "x";',
    'const yaml = await import("data:text/javascript," + encodeURIComponent(lazyModule0()));',
    'const sdk = await import("data:text/javascript;base64," + await unpackModule(lazyModule1()));',
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

/** A module as the bundler prints it when something loads it late. */
function wrapped(
  path: string,
  { init, calls, before = "", body = "" }: {
    readonly init: string;
    readonly calls: readonly string[];
    readonly before?: string;
    readonly body?: string;
  },
): string {
  const lines = calls.map((call) => `    ${call}();\n`).join("");
  return `// ${path}\n${before}var ${init} = __esm({\n  "${path}"() {\n${lines}${body}  }\n});\n`;
}

Deno.test("a module of the bundle evaluates only those whose names it mentions", () => {
  const one = wrapped("src/load/one.ts", {
    init: "init_one",
    calls: ["init_pack"],
    before: "var ONE;\n",
    body: "    ONE = pack();\n",
  });
  const two = wrapped("src/load/two.ts", {
    init: "init_two",
    calls: ["init_pack"],
    before: "function two() {\n  return 2;\n}\n",
  });
  const three = wrapped("src/load/three.ts", {
    init: "init_three",
    calls: [],
    before: "var THREE, other;\n",
    body: "    THREE = 3;\n",
  });
  const folder = wrapped("src/load/mod.ts", {
    init: "init_mod",
    calls: ["init_one", "init_two", "init_three"],
  });
  const pack = wrapped("npm/pack/1.0.0/mod.js", {
    init: "init_pack",
    calls: [],
    before: "function pack() {\n}\n",
  });
  const user = (calls: readonly string[]) =>
    wrapped("src/app/user.ts", {
      init: "init_user",
      calls,
      // As keys, methods, members and texts they are no names.
      before:
        'function user() {\n  return { a: two(), THREE: a.ONE, b: "THREE", ONE() {} };\n}\n',
    });
  const start = (calls: string) =>
    `// src/cli/mod.ts\n${calls}var START = THREE ? ONE : null;\n`;
  const others = pack + one + two + three + folder;
  assertEquals(
    narrowInits(
      `var __esm;\n${others}${user(["init_mod"])}${start("init_mod();\n")}`,
    ),
    `var __esm;\n${pack}${one}${
      wrapped("src/load/two.ts", {
        init: "init_two",
        // A package may do something by being there.
        calls: ["init_pack"],
        before: "function two() {\n  return 2;\n}\n",
      })
    }${three}${wrapped("src/load/mod.ts", { init: "init_mod", calls: [] })}${
      user(["init_two"])
    }${start("init_one();\ninit_three();\n")}`,
  );
  assertThrows(
    () => narrowInits(user(["init_nowhere"])),
    Error,
    'Cannot find the module that "init_nowhere" evaluates',
  );
});

Deno.test("functions that a start calls are compiled at once and stay what they were", () => {
  const program = [
    "// licence",
    "// of it",
    "first = typeof early;",
    "function early(a) {",
    "  return [1].map((b) => a + b);",
    "}",
    "function idle() {",
    "}",
    "var init_x = __esm({",
    '  "src/x.ts"() {',
    "    x = async (c) => await c;",
    "  }",
    "});",
    "",
  ].join("\n");
  const placeOf = (text: string) => {
    const start = program.indexOf(text);
    return { start, end: start + text.length };
  };
  const called = [
    placeOf("function early(a) {\n  return [1].map((b) => a + b);\n}"),
    placeOf("(b) => a + b"),
    placeOf('"src/x.ts"() {\n    x = async (c) => await c;\n  }'),
    placeOf("async (c) => await c"),
  ];
  const text = compileAtOnce(program, called);
  assertEquals(
    text,
    [
      "// licence",
      "// of it",
      "var early = (function early(a) {",
      "  return [1].map(((b) => a + b));",
      "});",
      "first = typeof early;",
      "",
      "function idle() {",
      "}",
      "var init_x = __esm({",
      '  "src/x.ts": (function() {',
      "    x = (async (c) => await c);",
      "  })",
      "});",
      "",
    ].join("\n"),
  );
  assertEquals(compileAtOnce(program, []), program);
});

Deno.test("methods that a start calls are compiled at once where that changes nothing", () => {
  const program =
    "class A extends B{a(b){return b}#c(){}static d(){}get e(){return 1}*f(){}g(){return super.g()}async h(){}}";
  const places = [
    "a(b){return b}",
    "#c(){}",
    "static d(){}",
    "get e(){return 1}",
    "*f(){}",
    "g(){return super.g()}",
    "async h(){}",
  ].map((text) => {
    const start = program.indexOf(text);
    return { start, end: start + text.length };
  });
  assertEquals(
    compileAtOnce(program, places),
    "class A extends B{static { this.prototype.a = (function(b){return b}); }#c = (function(){});" +
      "static d(){}get e(){return 1}*f(){}g(){return super.g()}" +
      "static { this.prototype.h = (async function(){}); }}",
  );
  const early = "class A{b=this.#c();#c(){}}";
  const start = early.indexOf("#c(){}");
  assertEquals(
    compileAtOnce(early, [{ start, end: start + "#c(){}".length }]),
    early,
  );
});

Deno.test("a module that nobody uses costs a start nothing, and each works as it did", async () => {
  const yaml = "npm/deno-std/1.0.0/yaml/parse.js";
  const program = [
    // As the bundler has it, in short.
    "var __esm = (fn, res) => () => (fn && (res = fn[Object.keys(fn)[0]](fn = 0)), res);",
    "var __export = (to, all) => { for (const k in all) Object.defineProperty(to, k, { get: all[k] }); };",
    "var told = [];",
    "// loops/a.yaml",
    "var a_default;",
    "var init_a = __esm({",
    '  "loops/a.yaml"() {',
    '    a_default = "name: a\\n";',
    "  }",
    "});",
    "// deno.json",
    "var deno_default = {",
    '  name: "x",',
    '  version: "1.2"',
    "};",
    `// ${yaml}`,
    "function parse2(text) {",
    '  return [SCHEMA, text].join(" ");',
    "}",
    "var SCHEMA;",
    "var init_parse = __esm({",
    `  "${yaml}"() {`,
    '    told.push("yaml");',
    '    SCHEMA = "core";',
    "  }",
    "});",
    "// src/load/read.ts",
    "function read(text) {",
    "  return parse2(text);",
    "}",
    "var init_read = __esm({",
    '  "src/load/read.ts"() {',
    "    init_parse();",
    "  }",
    "});",
    "// src/load/types.ts",
    "var init_types = __esm({",
    '  "src/load/types.ts"() {',
    "  }",
    "});",
    "// src/cli/list.ts",
    "var list_exports = {};",
    "__export(list_exports, {",
    "  list: () => list",
    "});",
    "function list() {",
    "  return [ONE, a_default, deno_default.version, read(a_default)];",
    "}",
    "var ONE;",
    "var init_list = __esm({",
    '  "src/cli/list.ts"() {',
    "    init_a();",
    "    init_read();",
    "    init_types();",
    '    told.push("list");',
    "    ONE = 1;",
    "  }",
    "});",
    "// main.ts",
    "var load = () => Promise.resolve().then(() => (init_list(), list_exports));",
    "var { list: first } = await load();",
    "told.push(...first());",
    "var { list: second } = await load();",
    "told.push(second === first);",
    "export { told };",
    "",
  ].join("\n");
  const light = lightenModules(program);
  assertEquals(
    light.slice(light.indexOf("// deno.json"), light.indexOf("// main.ts")),
    [
      "// deno.json",
      "var deno_default = {",
      '  version: "1.2"',
      "};",
      `// ${yaml}`,
      "function parse2(text) {",
      '  return [SCHEMA, text].join(" ");',
      "}",
      "var SCHEMA;",
      "var init_parse = () => {",
      "init_parse = __evaluated;",
      'told.push("yaml");',
      '    SCHEMA = "core";',
      "};",
      "// src/load/read.ts",
      "function read(text) {",
      "init_parse();",
      "  return parse2(text);",
      "}",
      "",
      "// src/load/types.ts",
      "",
      "// src/cli/list.ts",
      "var list_exports = {};",
      "",
      "function list() {",
      "  return [ONE, a_default(), deno_default.version, read(a_default())];",
      "}",
      "var ONE;",
      "var init_list = () => {",
      "init_list = __evaluated;",
      "__export(list_exports, {",
      "  list: () => list",
      "});",
      "",
      "    ",
      "    ",
      '    told.push("list");',
      "    ONE = 1;",
      "};",
      "",
    ].join("\n"),
  );
  const run = async (text: string): Promise<unknown> =>
    (await import(`data:text/javascript,${encodeURIComponent(text)}`)).told;
  const results = [1, "name: a\n", "1.2", "core name: a\n", true];
  assertEquals(await run(program), ["yaml", "list", ...results]);
  assertEquals(await run(light), ["list", "yaml", ...results]);
});

Deno.test("a module that the bundler prints in another way is refused", () => {
  assertThrows(
    () => lightenModules('var init_a = __esm({ async "a.ts"() {\n} });'),
    Error,
    'Cannot read how module "init_a" is evaluated',
  );
  assertThrows(
    () =>
      lightenModules('var init_a = __esm({ "a.ts"() {\n} });\nuse(init_a);'),
    Error,
    '"init_a" is mentioned, and there is no such module',
  );
});

Deno.test("what indents the code goes, what is in quotes stays", () => {
  assertEquals(
    withoutIndents("if (a) {\n  b = `\n  c ${\n    d\n  }\n  e`;\n\n  f;\n}\n"),
    "if (a) {\nb = `\n  c ${\nd\n}\n  e`;\nf;\n}\n",
  );
  assertEquals(
    withoutIndents(
      "if (/[`/]/.test(a)) {\n  /* b\n  `c */\n  d = `${`\n  e`}\n  `;\n}\n",
    ),
    "if (/[`/]/.test(a)) {\n/* b\n  `c */\nd = `${`\n  e`}\n  `;\n}\n",
  );
});

Deno.test("an installer gets the repository that publishes it, and nothing else into its text", async () => {
  for (const name of ["install.sh", "install.ps1"]) {
    const path = new URL(`../../../${name}`, import.meta.url);
    const text = await Deno.readTextFile(path);
    const own = addressInstaller(text, "ada/ll-loop.x");
    const changed = own.split("\n")
      .filter((line, index) => line !== text.split("\n")[index]);
    assertEquals(changed, [
      name === "install.sh"
        ? "repository=ada/ll-loop.x"
        : "    $Repository = 'ada/ll-loop.x'",
    ]);
    for (const evil of ["ada", "a/b/c", "a/b; touch x", "a/$(x)", ""]) {
      assertThrows(() => addressInstaller(text, evil), RangeError, evil);
    }
    assertThrows(() => addressInstaller(own, "a/b"), Error, "no place");
  }
});

Deno.test("packages are told by what the bundler says of its modules", () => {
  const text = [
    "// ../../home/ada/.cache/deno/npm/registry.example/zod/4.6.7/core.js",
    "// C:/cache/npm/registry.example/@a/b/1.0.0-rc.1/dist/index.js",
    "  // /cache/npm/registry.example/zod/4.6.7/other.js",
    "// src/npm/of_ours.ts",
    'const text = "// /cache/npm/registry.example/no/1.0.0/x.js";',
  ].join("\n");
  assertEquals(packagesIn(text), ["@a/b@1.0.0-rc.1", "zod@4.6.7"]);
});
