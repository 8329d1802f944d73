/** The model check: what its rules say. Whether it is true: `tests/proof/prove_test.ts`. */

import { assertEquals } from "@std/assert";
import {
  checkDefinitions,
  PROOF_RULES,
  Prover,
  summarizeProof,
} from "../../../src/check/mod.ts";
import { findUnrouted } from "../../../src/check/prove/find_unrouted.ts";
import { placeFindings } from "../../../src/load/mod.ts";
import type { ProofSummary } from "../../../src/model/mod.ts";
import { definitionsOf } from "../../support/definitions.ts";
import {
  checkLines,
  loadText,
  type MemoryFiles,
} from "../load/memory_sources.ts";

interface Case {
  readonly rule: typeof PROOF_RULES[number]["name"];
  readonly what: string;
  readonly text: string;
  readonly others?: MemoryFiles;
  /** What the rules on the machine say, without the file. */
  readonly lines: readonly string[];
}

const CHILD = "/p/.loops/child.yaml";

const CASES: readonly Case[] = [
  {
    rule: "unrouted-verdict",
    what: "an exit status that leads nowhere",
    text: "  a: { run: make, on_yes: done, on_no: a }",
    lines: [
      '4:3 unrouted-verdict: State "a" leads nowhere on verdict "error": the run would end there',
    ],
  },
  {
    rule: "unrouted-verdict",
    what: "a question ends with 0 or 1",
    text: '  a: { run: "[ -f b ] || exit 1", on_yes: done, on_no: done }',
    lines: [],
  },
  {
    rule: "unrouted-verdict",
    what: "a look at what stands still, and at a text",
    text: [
      "  a: { evaluate: { type: action_stall, track: [x] }, on_yes: b, on_no: done }",
      "  b: { evaluate: { type: output_contains, source: x, pattern: x }, on_yes: c, on_no: done }",
      "  c: { evaluate: { type: diff_stall }, on_yes: done, on_no: done }",
    ].join("\n"),
    lines: [
      '6:3 unrouted-verdict: State "c" leads nowhere on verdict "error": the run would end there',
    ],
  },
  {
    rule: "unrouted-verdict",
    what: "a word of a class, and of a model's own schema",
    text: [
      "  a: { run: x, evaluate: { type: classify }, route: { red: b, error: done } }",
      "  b: { prompt: p, evaluate: { type: llm_structured, schema: { properties: { verdict: { enum: [go, stay] } } } }, route: { go: done, error: done } }",
    ].join("\n"),
    lines: [
      '4:3 unrouted-verdict: State "a" leads nowhere on any other word: the run would end there',
      '5:3 unrouted-verdict: State "b" leads nowhere on verdict "stay": the run would end there',
    ],
  },
  {
    rule: "unrouted-verdict",
    what: "the flag of the reference leaves classes and models alone",
    text: [
      "  a: { run: x, evaluate: { type: classify }, route: { red: b, error: done } }",
      "  b: { prompt: p, on_yes: done }",
      "partial_route_ok: true",
    ].join("\n"),
    lines: [],
  },
  {
    rule: "unrouted-verdict",
    what: "what a model may answer to many states is told once",
    text: [
      "  a: { prompt: p, on_yes: b, on_no: b, on_partial: b }",
      "  b: { prompt: p, on_yes: c, on_no: c, on_partial: c }",
      "  c: { prompt: p, on_yes: done, on_no: done, on_partial: done }",
    ].join("\n"),
    lines: [
      '4:3 unrouted-verdict: State "a" leads nowhere on verdict "error": the run would end there (and so do 2 more states)',
    ],
  },
  {
    rule: "unrouted-verdict",
    what: "a sub-loop that cannot fail needs no way for it",
    text: "  a: { loop: child, on_yes: done }",
    others: {
      [CHILD]: "description: d\nstates: { x: { run: y, next: done } }",
    },
    lines: [],
  },
  {
    rule: "unrouted-verdict",
    what: "a sub-loop that can fail, and reach its cap",
    text: "  a: { loop: child, on_yes: done }",
    others: {
      [CHILD]:
        "description: d\nstates: { x: { run: y, on_yes: x, on_error: failed } }",
    },
    lines: [
      '4:3 unrouted-verdict: State "a" leads nowhere on verdicts "no" and "timeout": the run would end there',
    ],
  },
  {
    rule: "unrouted-verdict",
    what: "nobody gets there before the cap",
    text:
      "  a: { next: b }\n  b: { next: c }\n  c: { run: x, on_yes: done }\n  d: { next: done }\nmax_steps: 2",
    lines: [
      '8:12 cap-too-low: No end can be reached in 2 steps: the nearest, "done", takes 3',
    ],
  },
  {
    rule: "endless-cycle",
    what: "a cycle of plain steps",
    text: [
      "  a: { run: x, on_yes: b, on_error: done }",
      "  b: { run: y, next: c }",
      "  c: { next: b }",
    ].join("\n"),
    lines: [
      '5:3 endless-cycle: Nothing ends the cycle b → c → b but "max_steps" (50): no result of an action decides where it leads',
    ],
  },
  {
    rule: "endless-cycle",
    what: "a judgement of what never changes",
    text:
      "  a: { evaluate: { type: output_contains, source: '${context.k}', pattern: p }, on_yes: done, on_no: a, on_error: done }\ncontext: { k: v }",
    lines: [
      '4:3 endless-cycle: Nothing ends the cycle a → a but "max_steps" (50): no result of an action decides where it leads',
    ],
  },
  {
    rule: "endless-cycle",
    what: "a judgement of what an action in the cycle gives",
    text: [
      "  a: { run: x, capture: c, next: b }",
      "  b: { evaluate: { type: output_contains, source: '${captured.c.output}', pattern: p }, on_yes: done, on_no: a, on_error: done }",
    ].join("\n"),
    lines: [],
  },
  {
    rule: "endless-cycle",
    what: "retries that are used up, and what is meant",
    text: [
      "  a: { run: x, next: a, max_retries: 3, on_retry_exhausted: b }",
      "  b: { run: x, on_yes: c, on_error: done }",
      "  c: { next: d, unbounded: true }",
      "  d: { next: c }",
    ].join("\n"),
    lines: [],
  },
  {
    rule: "endless-cycle",
    what: "retries that only lead back",
    text: [
      "  a: { next: a, max_retries: 3, on_retry_exhausted: b }",
      "  b: { next: a, on_error: done }",
    ].join("\n"),
    lines: [
      '4:3 endless-cycle: Nothing ends the cycle a → a → a → a → b → a but "max_steps" (50): no result of an action decides where it leads',
    ],
  },
  {
    rule: "endless-cycle",
    what: "limits and wishes at the top of the file",
    text:
      "  a: { next: b, on_error: done }\n  b: { next: a }\nmax_edge_revisits: 5",
    lines: [
      '4:3 cannot-end: No end can be reached from state "a": it leads only to "b" and back',
    ],
  },
  {
    rule: "endless-cycle",
    what: "a loop that is kept up, or meant to go on",
    text: "  a: { run: x, next: done }\nmaintain: true",
    lines: [],
  },
  {
    rule: "cannot-end",
    what: "two states that only know each other",
    text: [
      "  a: { run: x, on_yes: done, on_error: b }",
      "  b: { run: y, on_yes: c, on_error: c }",
      "  c: { run: z, on_yes: b, on_error: c }",
    ].join("\n"),
    lines: [
      '5:3 cannot-end: No end can be reached from state "b": it leads only to "c" and back',
    ],
  },
  {
    rule: "cannot-end",
    what: "an end at the cap, and a loop that goes on",
    text: [
      "  a: { run: x, on_yes: a, on_error: a }",
      "  sum: { run: y, next: done }",
      "on_max_steps: sum",
    ].join("\n"),
    lines: [],
  },
  {
    rule: "cap-too-low",
    what: "a cap before the nearest end",
    text: "  a: { run: x, next: b }\n  b: { run: y, next: done }\nmax_steps: 1",
    lines: [
      '6:12 cap-too-low: No end can be reached in 1 step: the nearest, "done", takes 2',
    ],
  },
];

function loop(text: string): string {
  return `name: a\ndescription: d\nstates:\n${text}\n`;
}

Deno.test("the machine: each rule says what it should, and nothing else", async (t) => {
  const names: readonly string[] = PROOF_RULES.map(({ name }) => name);
  for (const { rule, what, text, others, lines } of CASES) {
    await t.step(`${rule}: ${what}`, async () => {
      const found = await checkLines(loop(text), others, { rule });
      assertEquals(
        found.map((line) => /^a\.yaml:(\S+) warning (([\w-]+): .*)$/.exec(line))
          .filter((match) => names.includes(match?.[3] ?? ""))
          .map((match) => `${match?.[1]} ${match?.[2]}`),
        lines,
      );
    });
  }
  assertEquals(
    new Set(CASES.map(({ rule }): string => rule)),
    new Set(names),
  );
});

Deno.test("the machine: a finding shows a shortest way, by line", async () => {
  const result = loadText(loop(
    [
      "  a: { run: x, on_success: b, on_error: done }",
      "  b: { run: y, route: { 'yes': c, _: done } }",
      "  c: { run: z, on_yes: d, on_error: a }",
      "  d: { next: e }",
      "  e: { next: d }",
    ].join("\n"),
  ));
  const placed = await placeFindings(checkDefinitions(result), result.files);
  assertEquals(
    placed.filter(({ rule }) => rule !== "missing-scope").map((
      { rule, others },
    ) => [
      rule,
      (others ?? []).map(({ message, position }) =>
        `${position.line}:${position.column} ${message}`
      ),
    ]),
    [["endless-cycle", [
      '4:16 "a" goes to "b" on verdict "yes"',
      '5:25 "b" goes to "c" on verdict "yes"',
      '6:16 "c" goes to "d" on verdict "yes"',
      '7:8 "d" goes to "e"',
      '8:8 "e" goes to "d"',
    ]]],
  );
});

Deno.test("the machine: what comes before a run leaves verdicts to validate", () => {
  const rulesIn = (text: string) =>
    checkDefinitions(loadText(loop(text)), { isForRun: true })
      .map(({ rule }) => rule);
  assertEquals(rulesIn("  a: { run: make, on_yes: done, on_no: a }"), []);
  assertEquals(
    rulesIn("  a: { next: b, on_error: done }\n  b: { next: a }"),
    ["endless-cycle"],
  );
});

Deno.test("the machine: a capture is looked for on the ways that are really taken", async () => {
  const read = "  z: { run: 'echo ${captured.c.output}', next: done }";
  const found = async (text: string) =>
    (await checkLines(loop(`${text}\n${read}`))).filter((line) =>
      line.includes("capture-may-be-missing")
    );
  // A route table hides the shorthand, and exit codes give no verdict "partial".
  assertEquals(
    await found(
      "  a: { run: x, route: { _: b }, on_no: z }\n  b: { run: y, capture: c, on_yes: z, on_error: done, on_partial: z }",
    ),
    [],
  );
  assertEquals(
    await found(
      "  a: { run: x, on_yes: b, on_error: z }\n  b: { run: y, capture: c, next: z }",
    ),
    [
      'a.yaml:6:19 warning capture-may-be-missing: "${captured.c.output}" may be missing: "b" can be bypassed by a → z',
    ],
  );
});

Deno.test("the machine: the state that sums up is entered from anywhere", async () => {
  const found = async (first: string) =>
    (await checkLines(loop([
      `  ${first}`,
      "  b: { run: y, capture: c, on_yes: done, on_error: b }",
      "  z: { run: 'echo ${captured.c.output}', next: done }",
      "on_max_steps: z",
    ].join("\n")))).filter((line) => line.includes("capture-may-be-missing"));
  assertEquals(await found("a: { run: x, next: b }"), []);
  assertEquals(await found("a: { run: x, on_yes: b, on_error: a }"), [
    'a.yaml:6:19 warning capture-may-be-missing: "${captured.c.output}" may be missing: "b" can be bypassed by a → a',
  ]);
});

const HOUR_MS = 3_600_000;

function boundsOf(text: string, others: Record<string, string> = {}) {
  const { steps, ownSteps, timeMs, isExact, unboundedBy } = summarizeProof(
    definitionsOf(text, others),
  );
  return { steps, ownSteps, timeMs, isExact, by: unboundedBy?.reason ?? null };
}

Deno.test("the worst case: steps and time", () => {
  const exact = { isExact: true, by: null };
  assertEquals(
    boundsOf("a: { run: x, next: b }\nb: { run: y, timeout: 60, next: done }"),
    { ...exact, steps: 2, ownSteps: 2, timeMs: HOUR_MS + 60_000 },
  );
  const around = (more: string) =>
    boundsOf(
      `states:\n  a: { run: x, timeout: 1, on_yes: done, on_error: a }\n${more}`,
    );
  assertEquals(around("max_steps: 7\nbackoff: 2"), {
    ...exact,
    steps: 7,
    ownSteps: 7,
    timeMs: 21_000,
  });
  assertEquals(around("max_steps: 7\ntimeout: 5"), {
    ...exact,
    steps: 7,
    ownSteps: 7,
    timeMs: 5000,
  });
  assertEquals(
    around("  z: { run: x, timeout: 9, next: done }\non_max_steps: z"),
    { ...exact, steps: 51, ownSteps: 50, timeMs: 59_000 },
  );
  assertEquals(around("max_steps: 1000\nmax_edge_revisits: 5"), {
    isExact: false,
    by: null,
    steps: 16,
    ownSteps: 16,
    timeMs: 16_000,
  });
});

Deno.test("the worst case: sub-loops, and what has no bound", () => {
  const child = "x: { run: y, timeout: 2, on_yes: x, on_error: done }";
  assertEquals(
    boundsOf("a: { loop: b, next: done, on_yes: done, on_no: done }", {
      b: child,
    }),
    { steps: 51, ownSteps: 1, timeMs: 100_000, isExact: false, by: null },
  );
  const unbounded = { steps: null, ownSteps: 1, isExact: false };
  assertEquals(
    boundsOf('a: { loop: "${context.k}", on_yes: done, on_no: done }'),
    { ...unbounded, timeMs: null, by: "computed-loop" },
  );
  assertEquals(
    boundsOf("a: { loop: a, timeout: 9, on_yes: done, on_no: done }"),
    { ...unbounded, timeMs: 9000, by: "runs-itself" },
  );
  assertEquals(
    boundsOf(
      "states:\n  a: { prompt: p, next: done }\ndefault_idle_timeout: 60",
    ),
    {
      steps: 1,
      ownSteps: 1,
      timeMs: null,
      isExact: false,
      by: "no-time-limit",
    },
  );
});

Deno.test("a prompt that waits for a rate limit takes its waits and its calls, and then the step that this leads to", () => {
  const state = "a: { prompt: p, timeout: 60, next: done, on_error: done";
  const one = { steps: 1, ownSteps: 1, isExact: false, by: null };
  assertEquals(boundsOf(`${state} }`), {
    ...one,
    timeMs: 8 * HOUR_MS + 15 * 60_000,
  });
  const led = `${state}, on_rate_limit_exhausted: ex }\n` +
    "ex: { run: x, timeout: 5, on_yes: done, on_no: done, on_error: done }";
  assertEquals(boundsOf(led), {
    ...one,
    steps: 2,
    ownSteps: 2,
    timeMs: 8 * HOUR_MS + 15 * 60_000 + 5000,
  });
  assertEquals(
    boundsOf(
      `${state}, max_rate_limit_retries: 1, rate_limit_backoff_base_seconds: 1, rate_limit_max_wait_seconds: 4, rate_limit_long_wait_ladder: [2] }`,
    ).timeMs,
    2 * HOUR_MS + 4000 + 6 * 60_000,
  );
});

Deno.test("a judge that abstains was not counted: its state runs up to twice more, and then it is an error", () => {
  const stepsOf = (text: string) => boundsOf(text).steps;
  const ways = "on_yes: done, on_no: done, on_error: done";
  const asked = `a: { prompt: p, timeout: 60, ${ways}`;
  assertEquals(stepsOf(`${asked} }`), 3);
  assertEquals(
    boundsOf(`${asked} }`).timeMs,
    // Both are asked 15 times, and waited for 8 h: a minute a call, and half an hour a judgement.
    3 * (8 * HOUR_MS + 15 * 60_000 + 8 * HOUR_MS + 15 * 30 * 60_000),
  );
  assertEquals(stepsOf(`${asked}, on_cannot_judge: done }`), 1);
  assertEquals(
    stepsOf(`a: { run: x, evaluate: { type: llm_structured }, ${ways} }`),
    3,
  );
  // Other limits count these visits, too.
  assertEquals(
    stepsOf(`${asked}, max_retries: 1, on_retry_exhausted: done }`),
    2,
  );
  assertEquals(stepsOf(`max_steps: 2\nstates:\n  ${asked} }`), 2);
  // Whatever else it says begins anew.
  assertEquals(
    stepsOf(
      `max_steps: 90\nstates:\n  a: { prompt: p, on_yes: b, on_error: done }\n  b: { run: x, on_yes: done, on_no: done, on_error: done }`,
    ),
    4,
  );
  // Where only that leads nowhere it is told of once.
  const { machine } = proofOf(
    "a: { prompt: p, on_yes: done, on_no: done, on_partial: done, on_blocked: done, route: { yes: done, no: done, partial: done, blocked: done, error: done } }",
    {},
  );
  assertEquals(findUnrouted(machine).map(({ verdicts }) => verdicts), [[
    "cannot_judge",
  ]]);
});

Deno.test("used-up budgets and changed tests are moves, of the state or the loop, and of who runs it", () => {
  const stepsOf = (text: string, others: Record<string, string> = {}) => {
    const { machine, bounds } = proofOf(text, others);
    const names = new Set(machine.situations.map(({ state }) => state.name));
    return [bounds.steps, bounds.isExact, [...names].sort().join(" ")];
  };
  // With a route for it no judge abstains.
  const a =
    "a: { prompt: p, on_yes: done, on_error: done, on_cannot_judge: done";
  const ex = "ex: { next: done }";
  assertEquals(stepsOf(`${a} }\n${ex}`), [1, false, "a done"]);
  for (
    const text of [
      `${a}, budget: { max_calls: 1 }, on_budget_exceeded: ex }\n${ex}`,
      `on_budget_exceeded: ex\nstates:\n  ${a} }\n  ${ex}`,
      `${a}, tamper_guard: fail, on_no: ex }\n${ex}`,
      `tamper_guard: revert\nstates:\n  a: { run: x, next: done, on_no: ex }\n  ${ex}`,
    ]
  ) assertEquals(stepsOf(text), [2, false, "a done ex"], text);
  // Nothing in it calls an agent.
  assertEquals(
    stepsOf(
      `on_budget_exceeded: ex\nstates:\n  a: { run: x, next: done }\n  ${ex}`,
    ),
    [1, true, "a done"],
  );
  const parent =
    "budget: { max_calls: 1 }\non_budget_exceeded: ex\nstates:\n  a: { loop: sub, on_yes: done, on_no: done }\n  ex: { next: done }";
  assertEquals(stepsOf(parent, { sub: `${a} }` }), [3, false, "a done ex"]);
  assertEquals(
    stepsOf(parent, { sub: "a: { run: x, next: done }" }),
    [2, false, "a done"],
  );
});

Deno.test("memory that runs short and time that is up are moves where the loop says where they lead, or that they end it", () => {
  const statesOf = (text: string) => {
    const { machine } = proofOf(text, {});
    const names = machine.situations.map(({ state }) => state.name);
    return [...new Set(names)].sort().join(" ");
  };
  const states =
    "states:\n  a: { prompt: p, on_yes: done, on_error: done }\n  ex: { next: done }";
  const shell = "states:\n  a: { run: p, next: done }\n  ex: { next: done }";
  const route = "host_guard: { on_pressure: route, pressure_state: ex }\n";
  assertEquals(statesOf(states), "a done");
  assertEquals(statesOf(route + states), "a done ex");
  assertEquals(statesOf(route + shell), "a done");
  assertEquals(
    statesOf(
      `host_guard: { on_pressure: abort, on_abort_route: ex }\n${states}`,
    ),
    "a done ex",
  );
  assertEquals(
    statesOf(
      `host_guard: { enabled: false, on_pressure: route, pressure_state: ex }\n${states}`,
    ),
    "a done",
  );
  assertEquals(
    statesOf(`budget: { max_time: 5 }\non_budget_exceeded: ex\n${shell}`),
    "a done ex",
  );
  // It leads on once: what comes then goes on.
  const led = proofOf(
    `budget: { max_time: 5 }\non_budget_exceeded: ex\n${shell}`,
    {},
  );
  assertEquals([led.bounds.steps, led.bounds.timeMs], [2, HOUR_MS]);
  const { bounds } = proofOf(`budget: { max_time: 5 }\n${shell}`, {});
  assertEquals([bounds.timeMs, bounds.isExact], [5000, false]);
});

Deno.test("the proof says what it has not looked at", () => {
  const unseen = (text: string): ProofSummary["unseen"] =>
    summarizeProof(definitionsOf(text)).unseen;
  assertEquals(
    unseen(
      'a: { loop: "${context.k}", on_yes: b, on_no: done }\nb: { run: test -f x, on_yes: done, on_no: done }\nc: { next: done }',
    ),
    [
      { what: "computed-loops", count: 1 },
      { what: "unreached-states", count: 1 },
      { what: "rare-results", count: 1 },
    ],
  );
  assertEquals(
    unseen(
      "a: { run: x, on_yes: done, on_error: a, max_retries: 5000, on_retry_exhausted: done }",
    ),
    [{ what: "large-limits", count: 1 }],
  );
});

function proofOf(text: string, others: Record<string, string>) {
  const definitions = definitionsOf(text, others);
  return new Prover(definitions).proof(definitions.root);
}
