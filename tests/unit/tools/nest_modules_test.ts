/** Modules of the bundle that usual commands never call, and the names that they are looked up by. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Node, parse } from "acorn";
import { ancestor } from "acorn-walk";
import { evaluatedIn, nestModules } from "../../../tools/nest_modules.ts";
import { isShadowed } from "../../../tools/scopes.ts";

/** Four modules as the bundler prints them: `main.ts` calls one, and one by need. */
const PROGRAM = [
  "var __esm = (fn, res) => () => (fn && (res = (0, fn[Object.keys(fn)[0]])(fn = 0)), res);",
  "// src/rare.ts",
  "function rare(text) {",
  "  return helper(text, LIMIT);",
  "}",
  "function helper(text, limit) {",
  "  return [text, limit, usual()];",
  "}",
  "async function later() {",
  "  return await rare;",
  "}",
  "var LIMIT, SHOWN;",
  "var init_rare = __esm({",
  '  "src/rare.ts"() {',
  "    init_usual();",
  '    told.push("rare");',
  "    LIMIT = 3;",
  "    SHOWN = { rare };",
  "  }",
  "});",
  "",
  "// src/usual.ts",
  "function usual() {",
  "  return 1;",
  "}",
  "function unlucky(isBad) {",
  "  const limits = [SHOWN, 1].length;",
  "  return isBad ? { rare, all: SHOWN.rare === rare, limits } : null;",
  "}",
  "function mine(rare) {",
  "  return rare;",
  "}",
  "var init_usual = __esm({",
  '  "src/usual.ts"() {',
  "    init_rare();",
  '    told.push("usual");',
  "  }",
  "});",
  "",
  "// npm/a/1.0.0/index.js",
  "function ofPackage() {",
  "  return 2;",
  "}",
  "var init_a = __esm({",
  '  "npm/a/1.0.0/index.js"() {',
  '    told.push("package");',
  "  }",
  "});",
  "",
  "// main.ts",
  "export const told = [];",
  "init_usual();",
  "init_rare();",
  "init_a();",
  "told.push(usual(), mine(4), ofPackage());",
  "export function rest() {",
  "  const { rare: given, ...others } = unlucky(true);",
  '  return [given("x"), others, typeof later, LIMIT];',
  "}",
  "",
].join("\n");

/** Where a function stands in the program. */
function place(program: string, from: string, to = "\n}"): {
  start: number;
  end: number;
} {
  const start = program.indexOf(from);
  return { start, end: program.indexOf(to, start) + to.length };
}

function load(
  program: string,
): Promise<{ told: unknown[]; rest(): unknown }> {
  return import(`data:text/javascript,${encodeURIComponent(program)}`);
}

Deno.test("a module that nobody calls stands in its own evaluation, which comes when it is needed", async () => {
  const called = [
    place(PROGRAM, "function usual"),
    // To be evaluated is no use of a module.
    place(PROGRAM, '"src/rare.ts"() {', "\n  }"),
  ];
  const kept: ReadonlySet<string> = new Set();
  const { program, nested } = nestModules(PROGRAM, { called, kept });
  assertEquals([...nested], [["src/rare.ts", "init_rare"]]);
  assertEquals(
    program.slice(
      program.indexOf("// src/rare.ts"),
      program.indexOf("// npm/a"),
    ).split("\n").filter((line) => line.trim() !== ""),
    [
      "// src/rare.ts",
      "var rare;",
      "var later;",
      "var LIMIT, SHOWN;",
      "var init_rare = __esm({",
      '  "src/rare.ts"() {',
      "rare = function rare(text) {",
      "  return helper(text, LIMIT);",
      "};",
      "function helper(text, limit) {",
      "  return [text, limit, usual()];",
      "}",
      "later = async function later() {",
      "  return await rare;",
      "};",
      "    init_usual();",
      '    told.push("rare");',
      "    LIMIT = 3;",
      "    SHOWN = { rare };",
      "  }",
      "});",
      "// src/usual.ts",
      "function usual() {",
      "  return 1;",
      "}",
      "function unlucky(isBad) {",
      "  const limits = [(init_rare(), SHOWN), 1].length;",
      "  return isBad ? { rare: (init_rare(), rare), all: (init_rare(), SHOWN).rare === (init_rare(), rare), limits } : null;",
      "}",
      "function mine(rare) {",
      "  return rare;",
      "}",
      "var init_usual = __esm({",
      '  "src/usual.ts"() {',
      '    told.push("usual");',
      "  }",
      "});",
    ],
  );
  const before = await load(PROGRAM);
  const after = await load(program);
  assertEquals(before.told, ["rare", "usual", "package", 1, 4, 2]);
  assertEquals(after.told, ["usual", "package", 1, 4, 2]);
  assertEquals(after.rest(), [
    ["x", 3, 1],
    { all: true, limits: 2 },
    "function",
    3,
  ]);
  assertEquals(before.rest(), after.rest());
  assertEquals(after.told.at(-1), "rare");
});

Deno.test("what others do not use of a nested module is no name of the program any more", () => {
  const program = PROGRAM.replace(", LIMIT];", "];");
  const { program: text } = nestModules(program, {
    called: [place(program, "function usual")],
    kept: new Set(),
  });
  assert(text.includes("\nvar SHOWN;\n"), text);
  assert(
    text.indexOf("var LIMIT;") > text.indexOf('"src/rare.ts"() {'),
    text,
  );
});

Deno.test("a module stays as it is that is called, kept, of a package or without functions", () => {
  const nestedOf = (
    called: { start: number; end: number }[],
    kept: string[],
  ): string[] => [
    ...nestModules(PROGRAM, { called, kept: new Set(kept) }).nested.keys(),
  ];
  assertEquals(nestedOf([], []), ["src/rare.ts", "src/usual.ts"]);
  assertEquals(nestedOf([place(PROGRAM, "function helper")], []), [
    "src/usual.ts",
  ]);
  assertEquals(nestedOf([], ["src/usual.ts", "src/rare.ts"]), []);
  const kept = new Set(["src/usual.ts", "src/rare.ts"]);
  assertEquals(
    nestModules(PROGRAM, { called: [], kept }).program,
    PROGRAM,
  );
});

Deno.test("modules that are evaluated all the same are told by their place", () => {
  const program = "var init_a = () => {\n  a();\n};\nvar init_b = () => {};\n" +
    "var other = 1;\nfunction init_c() {}\n";
  const called = [
    place(program, "() => {\n", "\n}"),
    place(program, "function init_c", "}"),
  ];
  assertEquals([...evaluatedIn(program, called)], ["init_a"]);
});

Deno.test("a module that the bundler prints in another way is not nested", () => {
  assertThrows(
    () =>
      nestModules('var init_a = __esm({ async "a.ts"() {\n} });', {
        called: [],
        kept: new Set(),
      }),
    Error,
    'Cannot read how module "init_a" is evaluated',
  );
});

Deno.test("a name means something else where it is declared further in", () => {
  const shadowed: readonly string[] = [
    "function f(name) { return name; }",
    "function f({ a: [name = 1, ...b] }) { return name; }",
    "const f = (...name) => name;",
    "const f = function name() { return name; };",
    "const f = class name { a = name; };",
    "function f() { if (a) { var name = 1; } return name; }",
    "function f() { { const [name] = a; return name; } }",
    "function f() { { function name() {} return name; } }",
    "function f() { class name {} return name; }",
    "function f() { for (let name = 0; name < 1; name++); }",
    "function f() { for (const name of a) b(name); }",
    "function f() { for (const { name } of a) { b(name); } }",
    "function f() { try { a(); } catch (name) { b(name); } }",
    "function f() { try { a(); } catch ({ name }) { b(name); } }",
    "function f(a) { switch (a) { case 1: let name; b(name); } }",
    "function f(name) { return () => { return { name }; }; }",
    "class A { static { let name; b(name); } }",
    "class A { m(name) { return name; } }",
  ];
  const free: readonly string[] = [
    "function f(other) { return name; }",
    "function f() { { const name = 1; } return name; }",
    "function f() { const g = (name) => 1; return name; }",
    "function f() { function g() { var name; } return name; }",
    "function f() { const g = function name() {}; return name; }",
    "function f() { try { a(); } catch (name) { b(); } return name; }",
    "function f() { for (let name = 0; a; ); return name; }",
    "function f(a) { return { name: 1 }.name, name; }",
    "function f(a = name) { return a; }",
    "var name; function f() { return name; }",
    "class A { name = 1; m() { return name; } }",
  ];
  for (const program of [...shadowed, ...free]) {
    const found: boolean[] = [];
    const tree = parse(program, {
      ecmaVersion: "latest",
      sourceType: "module",
    });
    ancestor(tree, {
      Identifier(node, _state, above: Node[]) {
        if (node.name === "name") found.push(isShadowed("name", above));
      },
    });
    assert(found.length > 0, program);
    assertEquals(
      found.every((each) => each),
      shadowed.includes(program),
      program,
    );
  }
});
