/** Fewer functions evaluate the modules of the bundle, and the order stays. */

import { assertEquals } from "@std/assert";
import { mergeModules } from "../../../tools/merge_modules.ts";

const HEAD = ["var told = [];", "var __evaluated = () => {};"];

/** A module as it is when it costs little; it tells of itself where it does not only call. */
function module(
  name: string,
  steps: readonly string[],
): string {
  return [
    `var init_${name} = () => {`,
    `init_${name} = __evaluated;`,
    ...steps.map((step) =>
      step === "" ? `told.push("${name}");` : `    init_${step}();`
    ),
    "};",
  ].join("\n");
}

/** How the bundler prints that a module is loaded late. */
function load(name: string): string {
  return `Promise.resolve().then(() => (init_${name}(), ${name}_exports))`;
}

function programOf(...parts: readonly string[]): string {
  return [...HEAD, ...parts, "export { told };", ""].join("\n");
}

/** Returns what is told while a program is loaded. */
async function run(text: string): Promise<unknown> {
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`))
    .told;
}

/** Asserts that merging leaves `functions` that evaluate a module, and the order as it is. */
async function assertMerged(
  program: string,
  functions: readonly string[],
): Promise<string> {
  const text = mergeModules(program);
  const left = [...text.matchAll(/^var init_(\w+) = \(\) => \{$/gm)]
    .map(([, name]) => name);
  assertEquals<readonly unknown[]>(left, functions);
  assertEquals(await run(text), await run(program));
  return text;
}

Deno.test("a module with one caller stands in its place, in turn", async () => {
  const text = await assertMerged(
    programOf(
      module("deep", [""]),
      module("mid", ["deep", ""]),
      "var late_exports = {};",
      module("late", ["", "mid", ""]),
      `await ${load("late")};`,
    ),
    ["late"],
  );
  assertEquals(
    text,
    [
      ...HEAD,
      "",
      "",
      "var late_exports = {};",
      "var init_late = () => {",
      "init_late = __evaluated;",
      'told.push("late");',
      'told.push("deep");',
      'told.push("mid");',
      'told.push("late");',
      "};",
      `await ${load("late")};`,
      "export { told };",
      "",
    ].join("\n"),
  );
});

Deno.test("what the top of the program calls for stands there, once", async () => {
  const text = await assertMerged(
    programOf(
      module("one", [""]),
      module("two", ["one", ""]),
      "init_two();",
      "init_one();",
      'told.push("main");',
    ),
    [],
  );
  assertEquals(
    text.split("\n").filter((line) => line.startsWith("told")),
    ['told.push("one");', 'told.push("two");', 'told.push("main");'],
  );
});

Deno.test("a module that is loaded late calls for none that has been evaluated before", async () => {
  const common = module("common", [""]);
  const pair = [
    "var a_exports = {}, b_exports = {};",
    module("a", ["common", "", "shared"]),
    module("b", ["common", "", "shared"]),
    module("shared", ["common", ""]),
  ];
  const loads = `await ${load("a")};\nawait ${load("b")};`;
  await assertMerged(
    programOf(common, ...pair, "init_common();", loads),
    ["a", "b", "shared"],
  );
  // Where the program has waited before, somebody may have loaded the module.
  await assertMerged(
    programOf(common, ...pair, `${loads}\ninit_common();`),
    ["common", "a", "b", "shared"],
  );
  await assertMerged(
    programOf(
      common,
      ...pair,
      "const never = async () => { await 1; };",
      "init_common();",
      loads,
    ),
    ["a", "b", "shared"],
  );
});

Deno.test("a call between modules that call for each other is kept where it may be the first", async () => {
  // When `back` is evaluated, `ring` has begun and not yet called for `rest`.
  await assertMerged(
    programOf(
      "var ring_exports = {}, back_exports = {};",
      module("ring", ["back", "", "rest"]),
      module("back", ["ring", "rest", ""]),
      module("rest", [""]),
      `await ${load("ring")};\nawait ${load("back")};`,
    ),
    ["ring", "back", "rest"],
  );
  await assertMerged(
    programOf(
      "var first_exports = {};",
      module("first", ["other", "last", ""]),
      module("other", ["pair", "user"]),
      module("pair", ["other", ""]),
      module("user", ["pair", "last", ""]),
      module("last", [""]),
      `await ${load("first")};`,
    ),
    ["first"],
  );
});

Deno.test("what a function calls for may be evaluated at any time", async () => {
  await assertMerged(
    programOf(
      module("a", [""]),
      module("b", ["a", ""]),
      "function use() {\n  init_b();\n}",
      "use();\ninit_a();\ninit_b();",
    ),
    ["a", "b"],
  );
  // When `b` is evaluated, `a` has begun and not yet called for `c`.
  await assertMerged(
    programOf(
      module("a", ["uses", "c"]).replace("init_uses();", "use(told);"),
      module("b", ["a", "c", ""]),
      module("c", [""]),
      "function use() {\n  init_b();\n}",
      "init_a();",
    ),
    ["a", "b", "c"],
  );
});

Deno.test("a module is evaluated by a function of its own where that may be needed", async () => {
  const evaluated = [
    // Some function calls for it.
    programOf(
      module("a", [""]),
      "function use() { init_a(); }",
      "use();\ninit_a();",
    ),
    // It is called under a condition.
    programOf(module("a", [""]), "if (told.length === 0) init_a();"),
    // It is a value.
    programOf(module("a", [""]), "[init_a].forEach((each) => each());"),
    // Its name stands in a text, which may be code.
    programOf(module("a", [""]), 'told.push("init_a");', "init_a();"),
  ];
  for (const program of evaluated) {
    assertEquals(await assertMerged(program, ["a"]), program);
  }
  const declares = programOf(
    "var init_a = () => {\ninit_a = __evaluated;\nvar told2 = told;\ntold2.push(1);\n};",
    "init_a();",
  );
  assertEquals(await assertMerged(declares, ["a"]), declares);
});

Deno.test("modules that do nothing or that nobody calls for are gone", async () => {
  await assertMerged(
    programOf(
      module("nothing", []),
      module("forwards", ["nothing"]),
      module("ping", ["pong", ""]),
      module("pong", ["ping", ""]),
      "init_forwards();\ninit_nothing();",
    ),
    [],
  );
});
