import { assertEquals } from "@std/assert";
import { quoteForShell } from "../../../src/engine/mod.ts";
import { quoteReferences, secretReference } from "../../../src/model/mod.ts";
import { play } from "../../support/play.ts";

const CONTEXT = {
  x: "hi",
  d: { e: 3, list: ["a", { k: "v" }] },
  b: true,
  n: null,
  f: 0.5,
  again: "${context.x}",
  q: "it's",
  empty: "",
  pad: " p ",
};

/** What the action becomes, or why it cannot. */
function render(template: string): string {
  const run = play(
    `first: {action: f, capture: c, append_to_messages: "m", on_yes: second}
second: {action: g, capture: c2, append_to_messages: "n", next: a}
a: {action: ${JSON.stringify(template)}, on_yes: a}`,
    { context: CONTEXT, env: { HOME: "/home/me", "A.B": "dots" } },
  );
  run.later(500).act({ stdout: "one\n", stderr: "warn" });
  run.later(74_500).act({ stdout: "two\n", exitCode: 4 });
  return run.snapshot.end === null
    ? run.action.action
    : run.snapshot.end.error ?? "";
}

const VALUES: readonly (readonly [template: string, expected: string])[] = [
  ["${context.x} ${context.d.e} ${context.b}", "hi 3 true"],
  [
    "[${context.n}] [${context.n:default=z}] [${context.n:shell}]",
    "[] [] []",
  ],
  ["${context.d}", '{"e":3,"list":["a",{"k":"v"}]}'],
  ["${context.d.list.0} ${context.d.list.1.k}", "a v"],
  ["${context.f}", "0.5"],
  ["${context.again}", "${context.x}"],
  ["$${context.x} $$5 $x $(y) ${}", "${context.x} $$5 $x $(y) ${}"],
  ["${context.no:default=a?b}-${context.no?}-${nospace.x?}", "a?b--"],
  [
    "${context.q:shell} ${context.empty:shell} ${context.x:shell}",
    `'it'"'"'s' '' hi`,
  ],
  ["[${context.pad:trim}] ${context.pad:trim:shell}", "[p] p"],
  [
    "${captured.c.output} ${captured.c.verdict} ${captured.c2.exit_code}",
    "one yes 4",
  ],
  [
    "${captured.c}",
    '{"output":"one","stderr":"warn","exit_code":0,"duration_ms":5,"failure_type":"","timeout_kind":null,"verdict":"yes"}',
  ],
  [
    "${prev.output}${prev.exit_code} ${prev.state} [${prev.timeout_kind}]",
    "two\n4 second []",
  ],
  ["${state.name} ${state.iteration}", "a 3"],
  ["${loop.name} ${loop.elapsed} ${loop.elapsed_ms}", "a 1m 15s 75000"],
  ["${loop.started_at}", "2026-01-01T00:00:00+00:00"],
  ["${env.HOME} ${env.A.B} ${env.NO:default=unset}", "/home/me dots unset"],
  ["${messages} ${messages.output}", "m\nn m\nn"],
  [
    "[${messages.last(1)}] [${messages.last(9)}] [${messages.last(0)}] [${messages.summary}]",
    "[n] [m\nn] [] []",
  ],
];

for (const [template, expected] of VALUES) {
  Deno.test(`value of ${template}`, () => {
    assertEquals(render(template), expected);
  });
}

const FAILURES: readonly (readonly [template: string, reason: string])[] = [
  ["${context.}", "a name is missing beside a dot"],
  ["${context.zz}", 'the context has no key "zz"; pass --context zz=VALUE'],
  ["${context.d.zz}", '"d" in the context has no "zz"'],
  ["${context.d.list.7}", '"d.list" in the context has no "7"'],
  ["${context.d.list.length}", '"d.list" in the context has no "length"'],
  [
    "${context.constructor}",
    'the context has no key "constructor"; pass --context constructor=VALUE',
  ],
  ["${captured.c.zz}", 'the captured "c" has no "zz"'],
  ["${prev.zz}", 'the previous result has no "zz"'],
  ["${state.zz}", '`state` has "name" and "iteration"'],
  ["${loop.zz}", '`loop` has "name", "started_at", "elapsed_ms" and "elapsed"'],
  ["${messages.zz}", '`messages` has "output" and "last(N)"'],
  ["${env.toString}", 'environment variable "toString" is not set'],
  ["${result.verdict}", "`result` is known only while a route is picked"],
  ["${nothing.x}", 'there is no namespace "nothing"'],
  [
    "${ context.x }",
    'there is no namespace " context"; did you mean "context"?',
  ],
  ["${param.x}", 'the fragment\'s parameter "x" is not bound under `with`'],
  ["${X}", "expected namespace.path"],
];

for (const [template, reason] of FAILURES) {
  Deno.test(`no value of ${template}`, () => {
    assertEquals(
      render(template),
      `State "a": Cannot resolve "${template}": ${reason}`,
    );
  });
}

Deno.test("a sub-loop was told to take what only the run can be given", () => {
  const run = play(
    "a: { loop: b, on_yes: done, on_no: done, on_error: done }",
    {
      others: { b: 's: { action: "${context.zz}", next: done }' },
    },
  );
  const [child] = run.all("loop_complete");
  assertEquals(
    child?.error,
    'State "s": Cannot resolve "${context.zz}": the context has no key "zz"; ' +
      'add below "with" of the state that runs this loop: zz: …',
  );
});

Deno.test("elapsed time in words", () => {
  const words = (ms: number) => {
    const run = play(
      'a: {action: x, on_yes: b}\nb: {action: "${loop.elapsed}", on_yes: b}',
    );
    return run.later(ms).act(0).action.action;
  };
  assertEquals([500, 30_999, 120_000, 3_675_000].map(words), [
    "500ms",
    "30s",
    "2m",
    "61m 15s",
  ]);
});

Deno.test("parameters of a fragment: bound, by default, missing, their own name", () => {
  const action = (bindings: string, template: string) => {
    const run = play(
      `fragments:\n  f:\n    parameters:\n      p: {type: string}\n      q: {type: string, default: dq}\n    action: ${
        JSON.stringify(template)
      }\n    on_yes: a\nstates:\n  a: {fragment: f, with: {${bindings}}}\n`,
      { context: { v: "value" } },
    );
    return run.snapshot.end?.error ?? run.action.action;
  };
  assertEquals(
    action('p: "${context.v}!"', "${param.p} ${param.q}"),
    "value! dq",
  );
  assertEquals(action("p: [1, {k: x}]", "${param.p.1.k}"), "x");
  assertEquals(action('p: "${context.no}"', "[${param.p?}]"), "[]");
  assertEquals(
    action('p: "${param.p}"', "${param.p:default=no end}"),
    "no end",
  );
});

Deno.test("what a shell needs quoted is quoted, secrets where they are put in", () => {
  assertEquals(quoteForShell("a/b.c-d=e:f,g+h@i%j"), "a/b.c-d=e:f,g+h@i%j");
  assertEquals(quoteForShell("a b"), "'a b'");
  assertEquals(quoteForShell("$(x)\n"), "'$(x)\n'");
  const token = secretReference("env", "T");
  const quoted = quoteForShell(`a ${token}`);
  assertEquals(quoted, quoteReferences(`'a ${token}'`));
  assertEquals(quoted, "'a '\u0000secret:env:T:shell\u0000''");
});
