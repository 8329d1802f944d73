/** The lint plugin that keeps the layers apart: what passes, and what is named how. */

import { assertEquals } from "@std/assert";
import plugin from "../../support/lint/import_direction.ts";

/** Returns `rule: message` for each finding in `source`, as if it stood in the file at `path`. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map(({ id, message }) =>
    `${id}: ${message}`
  );
}

const DIRECTION = "layers/import-direction";
const FACE = "layers/through-mod";
const AMBIENT = "layers/no-ambient";

Deno.test("imports along the arrows are silent", () => {
  const cases: [string, string][] = [
    ["src/model/loop.ts", 'import { z } from "zod/mini";'],
    ["src/model/loop.ts", 'import { a } from "./origin.ts";'],
    ["src/load/a.ts", 'import { parse } from "@std/yaml";'],
    ["src/load/a.ts", 'const yaml = await import("yaml");'],
    ["src/load/a.ts", 'type Yaml = typeof import("yaml");'],
    ["src/engine/a.ts", 'import { a } from "../model/mod.ts";'],
    ["src/engine/evaluators/a.ts", 'import { a } from "../numbers.ts";'],
    ["src/check/registry.ts", 'import { a } from "./rules/a.ts";'],
    ["src/app/run/a.ts", 'import { a } from "../../engine/mod.ts";'],
    ["src/app/run/a.ts", 'export * from "../scope/mod.ts";'],
    ["src/cli/a.ts", 'import type { Files } from "../ports/mod.ts";'],
    ["src/cli/a.ts", 'import { type Files } from "../ports/mod.ts";'],
    ["src/cli/mod.ts", 'await import("./commands/run.ts");'],
    [
      "src/adapters/sources/a.ts",
      'import a from "../../../loops/demo.yaml" with { type: "text" };',
    ],
    [
      "src/cli/commands/a.ts",
      'import a from "../../../docs/guide.md" with { type: "text" };',
    ],
    ["main.ts", 'import { main } from "./src/cli/mod.ts";'],
    ["tests/unit/cli/a_test.ts", 'import { a } from "../../../src/cli/a.ts";'],
    ["tests/proof/a_test.ts", 'import { a } from "../../src/cli/a.ts";'],
    ["tests/e2e/a_test.ts", 'import { a } from "../../src/app/mod.ts";'],
  ];
  for (const [path, source] of cases) {
    assertEquals([path, source, lint(path, source)], [path, source, []]);
  }
});

Deno.test("an import against the arrows names what is allowed", () => {
  assertEquals(
    lint("src/engine/a.ts", 'import { a } from "../app/mod.ts";'),
    [`${DIRECTION}: "engine" imports "app", wanted "model"`],
  );
  assertEquals(
    lint("src/model/a.ts", 'export * from "../ports/mod.ts";'),
    [`${DIRECTION}: "model" imports "ports", wanted none`],
  );
  assertEquals(
    lint("src/engine/a.ts", 'import type { A } from "../load/mod.ts";'),
    [`${DIRECTION}: "engine" imports "load", wanted "model"`],
  );
  assertEquals(
    lint("src/view/a.ts", 'export { a } from "../cli/mod.ts";'),
    [`${DIRECTION}: "view" imports "cli", wanted "model"`],
  );
  assertEquals(
    lint("src/view/a.ts", 'await import("../check/mod.ts");'),
    [`${DIRECTION}: "view" imports "check", wanted "model"`],
  );
  assertEquals(
    lint("src/view/a.ts", 'type A = import("../check/mod.ts").A;'),
    [`${DIRECTION}: "view" imports "check", wanted "model"`],
  );
  assertEquals(
    lint("src/cli/a.ts", 'import { a } from "../ports/mod.ts";'),
    [`${DIRECTION}: "cli" imports values of "ports", wanted types only`],
  );
  assertEquals(
    lint("src/app/a.ts", 'import a from "../../loops/demo.yaml";'),
    [
      `${DIRECTION}: "app" imports "loops/demo.yaml", ` +
      'wanted "engine", "check", "load", "view", "ports", "model"',
    ],
  );
  assertEquals(
    lint("src/app/a.ts", 'import { a } from "../../main.ts";').length,
    1,
  );
  assertEquals(
    lint("src/helpers/a.ts", 'import { a } from "./b.ts";'),
    [`${DIRECTION}: Layer "helpers" has no row in the table of layers`],
  );
});

Deno.test("packages are those of the layer, by bare name", () => {
  assertEquals(
    lint("src/engine/a.ts", 'import { z } from "zod";'),
    [`${DIRECTION}: "engine" imports package "zod", wanted none`],
  );
  assertEquals(
    lint("src/cli/a.ts", 'import { parse } from "@std/yaml";'),
    [`${DIRECTION}: "cli" imports package "@std/yaml", wanted "@std/cli"`],
  );
  for (
    const specifier of [
      "npm:zod@4",
      "jsr:@std/path",
      "node:fs",
      "https://example.com/a.ts",
      "data:text/javascript,1",
      "/etc/a.ts",
    ]
  ) {
    const message =
      `${DIRECTION}: "${specifier}" names its origin, wanted a bare name of the import map`;
    assertEquals(
      ["src/adapters/a.ts", "main.ts", "bench/run.ts", "deps/a.js"].map((
        path,
      ) => lint(path, `import a from "${specifier}";`)),
      [[message], [message], [message], []],
    );
  }
  assertEquals(
    lint("src/load/a.ts", "await import(name);"),
    [
      `${DIRECTION}: Computed import, wanted a specifier that can be checked`,
    ],
  );
});

Deno.test("a folder is entered through its mod.ts", () => {
  assertEquals(
    lint("src/app/run/a.ts", 'import { a } from "../scope/record.ts";'),
    [
      `${FACE}: "src/app/scope/record.ts" is inside of its folder, wanted "src/app/scope/mod.ts"`,
    ],
  );
  assertEquals(
    lint("src/app/a.ts", 'import { a } from "../model/loop.ts";'),
    [
      `${FACE}: "src/model/loop.ts" is inside of its folder, wanted "src/model/mod.ts"`,
    ],
  );
  for (const path of ["main.ts", "mod.ts"]) {
    assertEquals(
      lint(path, 'import { a } from "./src/cli/help.ts";'),
      [
        `${FACE}: "src/cli/help.ts" is inside of its folder, wanted "src/cli/mod.ts"`,
      ],
    );
  }
  assertEquals(
    lint("tests/e2e/a_test.ts", 'import { a } from "../../src/cli/help.ts";')
      .length,
    1,
  );
});

Deno.test("only adapters reach the world", () => {
  const cases: [string, string, string][] = [
    ["Deno.cwd()", "Deno", "a port"],
    ["let a: Deno.Signal", "Deno", "a port"],
    ["Date.now()", "Date.now", "the clock port"],
    ["new Date()", "new Date()", "the clock port"],
    ["Date()", "Date()", "the clock port"],
    ["Math.random()", "Math.random", "the system port"],
    ["performance.now()", "performance", "the clock port"],
    ["setTimeout(f, 1)", "setTimeout", "the clock port"],
    ["const wait = setTimeout", "setTimeout", "the clock port"],
    ["AbortSignal.timeout(1)", "AbortSignal.timeout", "the clock port"],
    ["fetch(url)", "fetch", "a port"],
    ["crypto.randomUUID()", "crypto", "a port"],
    ["globalThis.fetch(url)", "globalThis", "the name itself"],
    ["a(import.meta.url)", "import.meta", "a port"],
    ["a({ fetch })", "fetch", "a port"],
  ];
  for (const [source, name, instead] of cases) {
    const expected =
      `${AMBIENT}: "${name}" reaches the world outside of "adapters", wanted ${instead}`;
    const found = lint("src/app/a.ts", source);
    assertEquals([source, ...new Set(found)], [source, expected]);
    for (const path of ["src/adapters/a.ts", "main.ts", "bench/run.ts"]) {
      assertEquals([path, ...lint(path, source)], [path]);
    }
  }
});

Deno.test("words that only look like the world are silent", () => {
  for (
    const source of [
      "new Date(0)",
      "Date.parse(text)",
      "Math.max(1, 2)",
      "world.fetch(url)",
      "const a = { process: 1, fetch() {} }",
      "interface A { process: string; setTimeout(): void }",
      "class A { process = 1 }",
      'const text = "Deno"',
    ]
  ) {
    assertEquals([source, ...lint("src/app/a.ts", source)], [source]);
  }
});
