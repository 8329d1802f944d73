import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import type { Json } from "../../../src/model/mod.ts";
import {
  loopJsonSchema,
  undocumentedKeys,
} from "../../../tools/format/json_schema.ts";
import { missingExamples } from "../../../tools/format/checks_page.ts";
import { formatFiles } from "../../../tools/write_format.ts";
import { misfits } from "../../support/json_schema.ts";
import { MACHINE_CASES } from "../check/machine_cases.ts";

const ROOT = new URL("../../../", import.meta.url);
const SCHEMA = loopJsonSchema();

function wrongIn(text: string): readonly string[] {
  return misfits(parse(text, { schema: "core" }) as Json, SCHEMA);
}

Deno.test("the published schema and the page on the format are what loading's schema says", async () => {
  for (const [path, text] of await formatFiles()) {
    assertEquals(await Deno.readTextFile(new URL(path, ROOT)), text, path);
  }
  assertEquals(undocumentedKeys(), []);
  assertEquals(missingExamples(), []);
});

function* loopsBelow(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* loopsBelow(new URL(`${name}/`, folder));
    else if (name.endsWith(".yaml")) yield new URL(name, folder);
  }
}

Deno.test("every built-in loop, library and template fits the published schema", () => {
  let count = 0;
  for (const url of loopsBelow(new URL("loops/", ROOT))) {
    // What the demonstration is made of is no loop.
    if (url.pathname.endsWith("/demo-project.yaml")) continue;
    assertEquals(wrongIn(Deno.readTextFileSync(url)), [], url.pathname);
    count++;
  }
  assert(count > 10, `${count}`);
});

Deno.test("whatever a rule is silent about fits the published schema", () => {
  for (const { rule, silent } of MACHINE_CASES) {
    assertEquals(wrongIn(silent), [], rule);
  }
});

Deno.test("the published schema says what is wrong", () => {
  const cases: readonly (readonly [text: string, wrong: readonly string[]])[] =
    [
      ["sates: {}", [": unknown key sates"]],
      ["timeout: soon", [".timeout: not number or null"]],
      ["max_steps: 1.5", [".max_steps: not integer or null"]],
      ["states: {a: {on_yes: b, on_tie: [c]}}", [
        ".states.a.on_tie: not string or number or boolean or null",
      ]],
      ["states: {a: {evaluate: {type: exit_cod}}}", [
        ".states.a.evaluate.type: not one of " +
        "action_stall, classify, comparator, contract, convergence, diff_stall, exit_code, harbor_scorer, " +
        "llm_structured, mcp_result, open_question_stall, output_contains, output_json, output_numeric, score_stall",
      ]],
      ["on_handoff: stop", [
        ".on_handoff: not one of pause, spawn, terminate, ",
      ]],
      ["circuit: {repeated_failure: {windw: 1}}", [
        ".circuit.repeated_failure: unknown key windw",
      ]],
      ["maintain: maybe", [
        ".maintain: not one of yes, no, on, off, true, false, 0, 1",
      ]],
      ["fragments: {f: {parameters: {p: {type: text}}, runn: x}}", [
        ".fragments.f.parameters.p.type: not one of string, integer, number, boolean, enum, path, ",
        ".fragments.f: unknown key runn",
      ]],
      [
        "x-mine: 1\nstates: {a: {x-b: 2, run: ls, terminal: yes}}\nflow: [a]\nfrom: b",
        [],
      ],
    ];
  for (const [text, wrong] of cases) assertEquals(wrongIn(text), wrong, text);
});

Deno.test("completion: keys and words are told with what they are for", () => {
  const top = SCHEMA.properties ?? {};
  assertEquals(
    top["max_steps"]?.description,
    "States that a run enters at most. Default: 50",
  );
  assertEquals(
    top["capture_reachability_ok"]?.description,
    "Silences `never-captured`, `bad-capture-field`, `capture-may-be-missing`",
  );
});
