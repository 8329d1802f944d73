// deno-lint-ignore-file no-boolean-literal-for-arguments camelcase -- expected values; names of the reference
import { assert, assertEquals, assertThrows } from "@std/assert";
import { fold, NEW_SNAPSHOT, step } from "../../../src/engine/mod.ts";
import {
  EMPTY_OUTPUT,
  LoopError,
  secretReference,
} from "../../../src/model/mod.ts";
import { definitionsOf, fileOf } from "../../support/definitions.ts";
import {
  type Answer,
  outcomeOf,
  type Play,
  play,
  START_MS,
} from "../../support/play.ts";

const ENDS = `
done: {terminal: true}
bad: {terminal: true}
`;

Deno.test("stdin: a template, with what the last action printed beside it", () => {
  const run = play(`
a: {action: make it, capture: a, on_error: look}
look: {evaluate: {type: classify, source: "\${captured.a.exit_code}"}, route: {"2": b}}
b: {action: cat, stdin: "\${captured.a.output}|\${captured.a.stderr}", next: c}
c: {action: cat, on_yes: done}
${ENDS}`);
  const first = outcomeOf({ exitCode: 2, stdout: "out\n", stderr: "err\n" });
  run.act({ exitCode: 2, stdout: "out\n", stderr: "err\n" });
  assertEquals(
    [run.action.stdin, run.action.lastOutput],
    // The state in between ran no action: what it looked at is still the last output.
    ["out|err\n", { stdout: first.stdout, stderr: first.stderr }],
  );
  run.act("b\n");
  assertEquals([run.action.stdin, run.action.lastOutput], [null, null]);
  assertEquals(run.root.lastOutput?.stdout.text, "b\n");
});

Deno.test("stdin: a reference that leads nowhere is an error of the state", () => {
  const run = play(`
a: {action: cat, stdin: "\${captured.x.output}", next: done, on_error: bad}
${ENDS}`);
  assertEquals(run.entered, "a");
  assertEquals(run.end, "terminal at bad");
});

Deno.test("an ordinary step enters, acts, judges and routes", () => {
  const run = play(`
a: {action: make it, on_yes: done}
${ENDS}`);
  assertEquals(run.news, ["start a", "enter a 1", "run make it"]);
  assertEquals(run.effects, [{
    frame: "0",
    effect: 1,
    kind: "action",
    state: "a",
    mode: "shell",
    action: "make it",
    params: {},
    timeoutMs: 3_600_000,
    isLoopDeadline: false,
    idleTimeoutMs: 0,
    cwd: null,
    detach: false,
    stdin: null,
    lastOutput: null,
    context: {},
    captured: {},
    handoffThreshold: null,
  }]);
  run.act("made\n");
  assertEquals(run.news, [
    "exit 0",
    "verdict yes",
    "a -> done",
    "end terminal at done",
  ]);
  assertEquals(run.end, "terminal at done");
  assertEquals(run.snapshot.open, {});
  assertEquals(run.snapshot.end?.steps, 1);
  assertEquals(run.root.prev, {
    output: "made\n",
    stderr: "",
    exit_code: 0,
    state: "a",
    timeout_kind: null,
  });
});

/** Whole runs: loop, answers, states entered, end. */
const RUNS: readonly (readonly [
  name: string,
  text: string,
  answers: readonly Answer[],
  entered: string,
  end: string,
])[] = [
  [
    "a terminal first state is never entered",
    `a: {terminal: true, action: no}`,
    [],
    "",
    "terminal at a",
  ],
  [
    "a failure terminal says so",
    `a: {action: x, on_no: failed}\nfailed: {terminal: true}`,
    [1],
    "a",
    'terminal at failed (failure): Reached the failure state "failed"',
  ],
  [
    "next follows whatever the exit code",
    `a: {action: x, next: b}\nb: {next: done}${ENDS}`,
    [3],
    "a b",
    "terminal at done",
  ],
  [
    "next with on_error leaves by it",
    `a: {action: x, next: done, on_error: bad}${ENDS}`,
    [3],
    "a",
    "terminal at bad",
  ],
  [
    "next after a signal without on_error ends the run",
    `a: {action: x, next: done}${ENDS}`,
    [-9],
    "a",
    'system_signal at a: The action of state "a" was ended by signal 9, and the state has no `on_error`',
  ],
  [
    "a signal is no exit code to retry by",
    `a: {action: x, next: done, on_error: bad, retryable_exit_codes: [5], on_retry_exhausted: done}${ENDS}`,
    [-9],
    "a",
    "terminal at bad",
  ],
  [
    "next with an exit code that is not to be retried",
    `a: {action: x, next: done, on_error: done, retryable_exit_codes: [5], on_retry_exhausted: bad}${ENDS}`,
    [7],
    "a",
    "terminal at bad",
  ],
  [
    "a verdict with an exit code that is not to be retried",
    `a: {action: x, on_yes: done, on_error: $current, retryable_exit_codes: [5], on_retry_exhausted: bad}${ENDS}`,
    [5, 7],
    "a a",
    "terminal at bad",
  ],
  [
    "$current as next",
    `a: {action: x, next: $current, on_error: done}${ENDS}`,
    [0, 1],
    "a a",
    "terminal at done",
  ],
  [
    "no route names what is missing",
    `a: {action: x, on_yes: done}${ENDS}`,
    [1],
    "a",
    'error at a: No valid transition: state "a" names no target for verdict "no"',
  ],
  [
    "a table is exact, then _, and hides the shorthands",
    `a: {action: x, on_no: done, route: {"yes": done, _: b}}\nb: {action: x, on_no: done, route: {"yes": done}}${ENDS}`,
    [1, 1],
    "a b",
    'error at b: No valid transition: state "b" names no target for verdict "no"',
  ],
  [
    "_error takes no and error",
    `a: {action: x, route: {"yes": done, _error: b}}\nb: {action: x, route: {_error: done}}${ENDS}`,
    [1, 3],
    "a b",
    "terminal at done",
  ],
  [
    "a target that names no state ends the run",
    `a: {action: x, route: {"yes": "\${prev.output}"}}${ENDS}`,
    ["nowhere"],
    "a",
    'error at nowhere: State "nowhere" is not defined',
  ],
  [
    "the step cap",
    `max_steps: 2\nstates:\n  a: {action: x, on_no: a}`,
    [1, 1],
    "a a",
    "max_steps at a: Reached the cap of 2 steps",
  ],
  [
    "a terminal counts before the step cap",
    `max_steps: 1\nstates:\n  a: {action: x, on_yes: done}\n  done: {terminal: true}`,
    [0],
    "a",
    "terminal at done",
  ],
  [
    "the step cap with a summary state",
    `max_steps: 2\non_max_steps: sum\nstates:\n  a: {action: x, on_no: a}\n  sum: {action: s, next: done}\n  done: {terminal: true}`,
    [1, 1, 0],
    "a a sum",
    "max_steps at done: Reached the cap of 2 steps",
  ],
  [
    "a summary state that leads on leads to the end",
    `max_steps: 1\non_max_steps: sum\nstates:\n  a: {action: x, on_no: a}\n  sum: {action: s, next: a}`,
    [1, 0],
    "a sum",
    "max_steps at a: Reached the cap of 1 step",
  ],
  [
    "a summary state without a route",
    `max_steps: 1\non_max_steps: sum\nstates:\n  a: {action: x, on_no: a}\n  sum: {action: s, on_yes: a}`,
    [1, 1],
    "a sum",
    "max_steps at sum: Reached the cap of 1 step",
  ],
  [
    "the pass cap of a maintained loop",
    `maintain: true\nmax_steps: 50\nmax_iterations: 2\nstates:\n  a: {action: x, next: done}\n  done: {terminal: true}`,
    [0, 0],
    "a a",
    "max_iterations_reached at a: Reached the cap of 2 passes",
  ],
  [
    "the pass cap with a summary",
    `maintain: true\nmax_steps: 50\nmax_iterations: 1\non_max_iterations: sum\nstates:\n  a: {action: x, next: done}\n  done: {terminal: true}\n  sum: {action: s, terminal: true}`,
    [0, 0],
    "a sum",
    "max_iterations_reached at a: Reached the cap of 1 pass",
  ],
  [
    "maintain restarts a state without a route",
    `maintain: true\nmax_steps: 3\nstates:\n  a: {action: x, on_yes: b}\n  b: {action: x, on_yes: b, on_maintain: b}`,
    [0, 1, 1],
    "a b b",
    "max_steps at b: Reached the cap of 3 steps",
  ],
  [
    "retries are counted in a row",
    `a: {action: x, on_no: a, max_retries: 1, on_retry_exhausted: b}\nb: {action: x, on_yes: a, on_no: done}${ENDS}`,
    [1, 1, 0, 1, 1, 1],
    "a a b a a b",
    "terminal at done",
  ],
  [
    "another state in between clears the count",
    `max_steps: 6\nstates:\n  a: {action: x, on_no: b, max_retries: 1, on_retry_exhausted: done}\n  b: {next: a}\n  done: {terminal: true}`,
    [1, 1, 1],
    "a b a b a b",
    "max_steps at a: Reached the cap of 6 steps",
  ],
  [
    "retries exhausted to $current begin a new count",
    `max_steps: 5\nstates:\n  a: {action: x, on_no: a, max_retries: 2, on_retry_exhausted: $current}`,
    [1, 1, 1, 1, 1],
    "a a a a a",
    "max_steps at a: Reached the cap of 5 steps",
  ],
  [
    "retries without a way out",
    `a: {action: x, on_no: a, max_retries: 1}`,
    [1, 1],
    "a a",
    'error at a: State "a" used its 1 retry and has no `on_retry_exhausted`',
  ],
  [
    "an edge taken too often",
    `max_edge_revisits: 2\nstates:\n  a: {action: x, on_no: a}`,
    [1, 1, 1],
    "a a a",
    'cycle_detected at a: The route from "a" to "a" was taken 3 times; `max_edge_revisits` allows 2',
  ],
  [
    "an action that cannot start, with on_error",
    `a: {action: x, on_error: done}${ENDS}`,
    [{ startError: "No such folder", exitCode: 127 }],
    "a",
    "terminal at done",
  ],
  [
    "an action that cannot start, without",
    `a: {action: x, on_yes: done}${ENDS}`,
    [{ startError: "No such folder", exitCode: 127 }],
    "a",
    'error at a: State "a": No such folder',
  ],
  [
    "a reference that leads nowhere, with on_error",
    `a: {action: "\${env.NO}", on_error: done}${ENDS}`,
    [],
    "a",
    "terminal at done",
  ],
  [
    "a reference that leads nowhere, without",
    `a: {action: "\${prev.output}", on_yes: done}${ENDS}`,
    [],
    "a",
    'error at a: State "a": Cannot resolve "${prev.output}": no state has run before this one',
  ],
  [
    "a timeout is an error for who reads the output",
    `a: {action: x, evaluate: {type: output_contains, pattern: x}, on_yes: done, on_error: bad}${ENDS}`,
    [{ exitCode: 124, timeoutKind: "wall", stdout: "x" }],
    "a",
    "terminal at bad",
  ],
  [
    "a judge that is switched off is verdict error, not the end of the run",
    `llm: {enabled: false}\nstates:\n  a: {action: x, evaluate: {type: llm_structured}, on_yes: bad, on_error: done}\n  done: {terminal: true}\n  bad: {terminal: true}`,
    [0],
    "a",
    "terminal at done",
  ],
  [
    "a fatal marker ends the run in its state",
    `a: {action: x, on_yes: done}${ENDS}`,
    ["x\nFATAL_ERROR: broken thing\n"],
    "a",
    "error at a: broken thing",
  ],
  [
    "a fatal marker is obeyed under a throttle",
    `a: {action: x, on_no: a, throttle: {hard_max: 2}, on_throttle_hard: done}${ENDS}`,
    [1, { exitCode: 1, stdout: "FATAL_ERROR: broken" }],
    "a a",
    "error at a: broken",
  ],
  [
    "markers are off when they are off",
    `output_signals: "off"\nstates:\n  a: {action: x, on_yes: done}\n  done: {terminal: true}`,
    ["FATAL_ERROR: no\nLOOP_STOP: no\nCONTEXT_HANDOFF: no"],
    "a",
    "terminal at done",
  ],
  [
    "a stop marker routes first",
    `a: {action: x, on_yes: done}${ENDS}`,
    ["LOOP_STOP: enough"],
    "a",
    "interrupted at done: Stopped by LOOP_STOP in the output: enough",
  ],
  [
    "on_handoff: spawn pauses",
    `on_handoff: spawn\nstates:\n  a: {action: x, on_yes: a}`,
    ["CONTEXT_HANDOFF: go on"],
    "a",
    'handoff at a: State "a" handed off: go on',
  ],
  [
    "on_handoff: terminate ends for good",
    `on_handoff: terminate\nstates:\n  a: {action: x, on_yes: a}`,
    ["CONTEXT_HANDOFF: go on"],
    "a",
    'handoff_terminated at a: State "a" handed off, and `on_handoff: terminate` ends the run',
  ],
  [
    "verdicts called like what objects inherit",
    `max_steps: 3\nstates:\n  a: {action: x, evaluate: {type: classify}, on_constructor: b, on_no: a}\n  b: {action: x, evaluate: {type: classify}, route: {toString: a}}`,
    ["constructor", "toString", "hasOwnProperty"],
    "a b a",
    'error at a: No valid transition: state "a" names no target for verdict "hasOwnProperty"',
  ],
  [
    "a state called like what objects inherit is not there",
    `a: {action: x, route: {"yes": "\${prev.output}"}}`,
    ["constructor"],
    "a",
    'error at constructor: State "constructor" is not defined',
  ],
];

for (const [name, text, answers, entered, end] of RUNS) {
  Deno.test(`run: ${name}`, () => {
    const run = play(text);
    run.act(...answers);
    assertEquals([run.entered, run.end], [entered, end]);
    assertEquals(fold(run.definitions, run.inputs), run.snapshot);
  });
}

Deno.test("timeouts: of the state, by default, clamped to what remains", () => {
  const cases: [string, string, number, number, boolean][] = [
    ["", "", 3_600_000, 0, false],
    ["", ", timeout: 5", 5000, 0, false],
    ["default_timeout: 7\n", "", 7000, 0, false],
    // Negative ones once meant that nothing limits the action.
    ["default_timeout: 7\n", ", timeout: -5", 7000, 0, false],
    [
      "default_timeout: -7\ndefault_idle_timeout: -1\n",
      ", idle_timeout: -2",
      3_600_000,
      0,
      false,
    ],
    ["default_timeout: 7\n", ", timeout: 5", 5000, 0, false],
    [
      "default_idle_timeout: 3\n",
      ", timeout: 5, idle_timeout: 2",
      5000,
      2000,
      false,
    ],
    ["default_idle_timeout: 3\n", "", 3_600_000, 3000, false],
    ["timeout: 60\n", ", timeout: 5", 5000, 0, false],
    ["timeout: 60\n", "", 60_000, 0, true],
    ["timeout: 4\n", ", timeout: 5", 4000, 0, true],
  ];
  for (const [top, own, timeoutMs, idleTimeoutMs, isLoopDeadline] of cases) {
    const { action } = play(`${top}states:\n  a: {action: x${own}, next: a}\n`);
    assertEquals(
      [action.timeoutMs, action.idleTimeoutMs, action.isLoopDeadline],
      [timeoutMs, idleTimeoutMs, isLoopDeadline],
      `${top}|${own}`,
    );
  }
});

Deno.test("the loop's time: later actions get what remains, none starts after it", () => {
  const run = play(
    `timeout: 10\nstates:\n  a: {action: x, next: b}\n  b: {action: y, next: a}\n`,
  );
  run.later(7000).act(0);
  assertEquals([run.action.timeoutMs, run.action.isLoopDeadline], [3000, true]);
  run.later(3000).act(0);
  assertEquals(run.end, "timeout at a: Reached the time limit of 10 s");
  assertEquals(run.entered, "a b");
  const cut = play(`timeout: 10\nstates:\n  a: {action: x, on_error: a}\n`);
  cut.later(10_000).act({ exitCode: 124, timeoutKind: "loop" });
  assertEquals(cut.end, "timeout at a: Reached the time limit of 10 s");
  assertEquals(cut.all("evaluate"), []);
});

Deno.test("backoff pauses after a route, not longer than the loop's time", () => {
  const run = play(
    `backoff: 4\ntimeout: 10\nstates:\n  a: {action: x, next: a}\n`,
  );
  run.later(1000).act(0);
  assertEquals(run.effects, [{
    frame: "0",
    effect: 2,
    kind: "wait",
    durationMs: 4000,
  }]);
  run.later(4000).answer({ kind: "waited" }).later(3000).act(0);
  assertEquals(
    run.effects[0]?.kind === "wait" && run.effects[0].durationMs,
    2000,
  );
  run.later(2000).answer({ kind: "waited" });
  assertEquals(run.end, "timeout at a: Reached the time limit of 10 s");
});

Deno.test("captures, messages and what an action is told of them", () => {
  const run = play(`
a: {action: x, capture: c, append_to_messages: "said \${captured.c.output}", on_no: b}
b: {action: "echo \${captured.c.output} \${captured.c.verdict} \${messages} \${prev.stderr}", append_to_messages: "\${captured.no.output?}", next: done}
${ENDS}`);
  run.act({ exitCode: 1, stdout: "one\r\n\n", stderr: "HTTP 429\n" });
  assertEquals(run.root.captured, {
    c: {
      output: "one",
      stderr: "HTTP 429\n",
      exit_code: 1,
      duration_ms: 5,
      failure_type: "transient",
      timeout_kind: null,
      verdict: "no",
    },
  });
  assertEquals(run.action.action, "echo one no said one HTTP 429\n");
  assertEquals(run.action.captured, { c: "one" });
  assertEquals(run.root.messages, ["said one"]);
  assertEquals(run.news.filter((line) => line.includes("messages")), [
    "messages_append said one",
  ]);
});

Deno.test("a message that cannot be made is a warning", () => {
  const run = play(
    `a: {action: x, append_to_messages: "\${env.NO}", on_yes: done}${ENDS}`,
  );
  run.act(0);
  assertEquals(run.news.slice(3), [
    "exit 0",
    'warning Nothing was appended to messages: Cannot resolve "${env.NO}": environment variable "NO" is not set',
    "verdict yes",
    "a -> done",
    "end terminal at done",
  ]);
});

Deno.test("the result is known in targets only", () => {
  const run = play(`
a: {action: x, evaluate: {type: output_numeric, operator: gt, target: 3}, route: {_: "\${result.verdict}-\${result.details.value}"}}
yes-5: {action: "\${result.verdict}", on_yes: a}
`);
  run.act("5");
  assertEquals(
    run.end,
    'error at yes-5: State "yes-5": Cannot resolve "${result.verdict}": `result` is known only while a route is picked',
  );
});

Deno.test("prev is the step before during evaluation, this one in its route", () => {
  const run = play(`
a: {action: x, on_yes: b}
b: {action: x, evaluate: {type: output_contains, source: "\${prev.output}", pattern: "^first$"}, route: {"yes": "\${prev.output}"}}
second: {terminal: true}
`);
  run.act("first", "second");
  assertEquals(run.end, "terminal at second");
});

Deno.test("a source that leads nowhere is told once, whatever has to be looked at", () => {
  const run = play(`
circuit: {repeated_failure: {window: 2, progress_paths: [p, "\${env.NO}", "q\${context.n}"]}}
context: {n: 1}
states:
  a: {action: x, evaluate: {type: output_contains, source: "\${prev.output}", pattern: "(a+)+$"}, on_yes: done, on_no: a}
  done: {terminal: true}
`);
  run.act("a".repeat(70));
  assertEquals(run.open, {
    frame: "0",
    effect: 2,
    kind: "observe",
    purpose: "evaluator",
    timeoutMs: 30_000,
    isLoopDeadline: false,
    cwd: null,
    subject: {
      kind: "match",
      pattern: "(a+)+$",
      text: "a".repeat(70),
      spill: null,
    },
  });
  assertEquals(run.root.phase, "observing");
  run.see(false);
  assertEquals(run.open, {
    frame: "0",
    effect: 3,
    kind: "observe",
    purpose: "progress",
    timeoutMs: 30_000,
    isLoopDeadline: false,
    cwd: null,
    subject: { kind: "stat", paths: ["p", "q1"] },
  });
  run.see([["p", 1, 2]]);
  assertEquals(run.all("warning").length, 1);
  assertEquals(run.entered, "a a");
  run.act("a".repeat(70)).see(true).see([["p", 1, 2]]);
  assertEquals(run.end, "terminal at done");
});

Deno.test("a pattern whose reference leads nowhere was searched for without a word", () => {
  const warningsOf = (evaluate: string) =>
    play(
      `a: {action: x, evaluate: {${evaluate}}, on_yes: done, on_no: a, on_error: a}${ENDS}`,
    )
      .act("a").all("warning").map(({ message }) => message);
  const unset =
    'Cannot resolve "${env.NO}": environment variable "NO" is not set';
  assertEquals(warningsOf(`type: output_contains, pattern: "x\${env.NO}"`), [
    `\`evaluate.pattern\` is used as it is written: ${unset}`,
  ]);
  assertEquals(
    warningsOf(`type: output_json, path: ., target: "\${env.NO}"`),
    [`\`evaluate.target\` is used as it is written: ${unset}`],
  );
  assertEquals(warningsOf(`type: score_stall, history_file: "\${env.NO}/h"`), [
    `\`evaluate.history_file\` is used as it is written: ${unset}`,
  ]);
  for (const pattern of ["${HOME}", "${a.b}", "${env.NO?}", "^a{2}$"]) {
    assertEquals(
      warningsOf(`type: output_contains, pattern: "${pattern}"`),
      [],
      pattern,
    );
  }
});

Deno.test("a circuit trips on repetition and counts afresh afterwards", () => {
  const run = play(`
circuit: {repeated_failure: {window: 2, on_repeated_failure: b}}
states:
  a: {action: x, on_no: a, on_yes: done}
  b: {next: a}
  done: {terminal: true}
`);
  run.act(1, 1, 1, 1, 0);
  assertEquals(run.entered, "a a b a a b a");
  assertEquals(
    run.all("stall_detected").map(({ ts: _ts, ...event }) => event),
    Array(2).fill({
      event: "stall_detected",
      state: "a",
      exit_code: 1,
      verdict: "no",
      consecutive: 2,
      action: "route:b",
    }),
  );
});

Deno.test("a circuit aborts, minds progress, and may mind failures only", () => {
  const abort = play(`
circuit: {repeated_failure: {window: 3, recurrent_window: 2}}
states:
  a: {action: x, on_no: b}
  b: {action: x, on_yes: a}
`).act(1, 0, 1);
  assertEquals(
    abort.end,
    'stall_detected at a: State "a" gave verdict "no" (exit code 1) 2 times',
  );
  const moving = play(`
circuit: {repeated_failure: {window: 2, progress_paths: [p]}}
states:
  a: {action: x, on_no: a}
`);
  moving.act(1).see([["p", 1, 1]]).act(1).see([["p", 2, 1]]).act(1)
    .see([["p", 2, 1]]);
  assertEquals(moving.entered, "a a a");
  assertEquals(moving.snapshot.end?.terminatedBy, "stall_detected");
  const failures = play(`
max_steps: 5
circuit: {repeated_failure: {window: 2, failures_only: true}}
states:
  a: {action: x, on_yes: a, on_no: a}
`).act(0, 0, 0, 1, 1);
  assertEquals(failures.end.split(":", 1), ["stall_detected at a"]);
});

Deno.test("throttle warns, diverts before the evaluation, then ends the run", () => {
  const run = play(`
a: {action: x, on_no: a, throttle: {warn_max: 2, hard_max: 3}}
`).act(1, 1, 1, 1);
  assertEquals(
    run.end,
    'error at a: State "a" ran 4 times in a row; its throttle allows 3',
  );
  assertEquals(
    run.events.filter(({ event }) => event.startsWith("throttle"))
      .map(({ event }) => event),
    ["throttle_warn", "throttle_hard", "throttle_stop"],
  );
  assertEquals(run.all("evaluate").length, 3);
  assertEquals(run.all("throttle_hard")[0]?.next, null);
});

Deno.test("a summary after a sub-loop runs what its route promised, and obeys it", () => {
  const text = `
max_steps: 1
on_max_steps: sum
states:
  a: {loop: sub, on_yes: b}
  b: {action: promised, capture: c, next: a}
  sum: {action: "echo \${captured.c.output}", terminal: true}
`;
  const others = { sub: "c: {terminal: true}" };
  const run = play(text, { others });
  assertEquals(run.root.phase, "flushing");
  assertEquals(run.news.slice(-2), ["enter b 2 flushed", "run promised"]);
  run.act("kept");
  assertEquals(run.action.action, "echo kept");
  run.act(0);
  assertEquals(run.end, "max_steps at sum: Reached the cap of 1 step");
  assertEquals(run.entered, "a b sum");
  const fatal = play(text, { others }).act("FATAL_ERROR: in the flush");
  assertEquals(fatal.end, "error at b: in the flush");
  const cut = play(text, { others }).stop().cancel();
  assertEquals(cut.end, "interrupted at b: Stopped by SIGINT");
  cut.resume();
  assertEquals([cut.root.phase, cut.action.action], ["flushing", "promised"]);
  cut.act("kept").act(0);
  assertEquals(cut.entered, "a b sum");
});

Deno.test("stop: each phase ends at once, and what was cancelled is kept", () => {
  const acting = play(`a: {action: x, on_error: done}${ENDS}`).stop();
  assertEquals([acting.effects, acting.cancelled], [[], [1]]);
  const { action } = acting;
  acting.cancel();
  assertEquals(acting.end, "interrupted at a: Stopped by SIGINT");
  assertEquals([acting.snapshot.open, acting.snapshot.cut], [{}, {
    1: action,
  }]);
  assertEquals(acting.news.slice(-2), [
    "exit -15 cancelled",
    "end interrupted at a",
  ]);

  const finished = play(
    `a: {action: x, on_yes: b}\nb: {action: y, next: done}${ENDS}`,
  )
    .stop("SIGTERM").act(0);
  assertEquals(finished.end, "interrupted at b: Stopped by SIGTERM");
  assertEquals(finished.snapshot.open, {});

  const waiting = play(`backoff: 5\nstates:\n  a: {action: x, next: a}\n`).act(
    0,
  );
  waiting.stop().answer({ kind: "waited" });
  assertEquals(waiting.end, "interrupted at a: Stopped by SIGINT");

  const observing = play(
    `a: {action: x, evaluate: {type: diff_stall}, on_yes: done}${ENDS}`,
  ).act("kept").stop().cancel();
  assertEquals(observing.end, "interrupted at a: Stopped by SIGINT");
  assertEquals(Object.keys(observing.snapshot.cut), ["2"]);
  observing.resume();
  assertEquals(observing.open.kind, "observe");
  assertEquals(observing.root.result?.outcome.stdout.text, "kept");
  observing.see("hash");
  assertEquals(observing.end, "terminal at done");

  const twice = play(`a: {action: x, next: a}`).stop("SIGINT").stop("SIGTERM");
  assertEquals(twice.snapshot.stop, { by: "signal", signal: "SIGINT" });
});

Deno.test("a look had a limit of its own, whatever time the loop had left", () => {
  const text =
    `timeout: 5\nstates:\n  a: {action: x, evaluate: {type: diff_stall}, on_yes: a, on_error: done}\n  done: {terminal: true}\n`;
  const limits = (run: Play) => {
    const { open } = run;
    return open.kind === "observe" && [open.timeoutMs, open.isLoopDeadline];
  };
  const outcome = (timeoutKind: "wall" | "loop") =>
    ({
      kind: "observed",
      value: null,
      error: "Git took too long",
      timeoutKind,
      isCancelled: false,
    }) as const;
  const run = play(text).later(1000).act(0);
  assertEquals(limits(run), [4000, true]);
  run.later(4000).answer(outcome("loop"));
  assertEquals(run.end, "timeout at a: Reached the time limit of 5 s");
  assertEquals(run.all("evaluate"), []);
  const slow = play(text).act(0).answer(outcome("wall"));
  assertEquals(slow.all("evaluate")[0]?.verdict, "error");
  // Asked for again, it has what is left then.
  const again = play(text).act(0).later(2000).stop().cancel().later(9000)
    .resume();
  assertEquals(limits(again), [3000, true]);
});

Deno.test("a stop that races with the end of a pause", () => {
  const before = play(
    `backoff: 5\nstates:\n  a: {action: x, next: b}\n  b: {action: y, next: a}\n`,
  ).act(0);
  before.answer({ kind: "waited" }).stop().cancel();
  assertEquals(before.end, "interrupted at b: Stopped by SIGINT");
  assertEquals(before.resume().entered, "a b b");
  const after = play(
    `backoff: 5\nstates:\n  a: {action: x, next: b}\n  b: {action: y, next: a}\n`,
  ).act(0);
  after.stop().answer({ kind: "waited" });
  assertEquals(after.end, "interrupted at b: Stopped by SIGINT");
  assertEquals(after.resume().entered, "a b");
});

Deno.test("stop in a sub-loop ends the run where it is, and resuming goes on there", () => {
  const run = play(`a: {loop: sub, on_yes: done}${ENDS}`, {
    others: { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" },
  });
  run.stop().cancel();
  assertEquals(run.end, "interrupted at a: Stopped by SIGINT");
  assertEquals(Object.keys(run.snapshot.frames), ["0", "0.1"]);
  run.resume();
  assertEquals(run.news.slice(-4), [
    "resume at a after 1",
    "start a",
    ">enter s 2",
    ">run x",
  ]);
  run.act(0);
  assertEquals(run.end, "terminal at done");
});

Deno.test("resume after a handoff in a sub-loop repeats its state", () => {
  const run = play(`a: {loop: sub, on_yes: done}${ENDS}`, {
    others: { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" },
  });
  run.act("CONTEXT_HANDOFF: go on");
  assertEquals(run.end, 'handoff at a: State "s" handed off: go on');
  assertEquals(run.snapshot.end?.continuation, "go on");
  assertEquals(run.resume().action.frame, "0.1");
  run.act(0);
  assertEquals(run.end, "terminal at done");
});

Deno.test("the repeated entry after a resume was counted as a retry", () => {
  const text =
    `a: {action: x, on_no: a, on_yes: done, max_retries: 1, on_retry_exhausted: bad}${ENDS}`;
  const handedOff = play(text).act(1, "CONTEXT_HANDOFF: on").resume();
  assertEquals(handedOff.root.retries, { a: 1 });
  assertEquals(handedOff.act(0).end, "terminal at done");
  const cutOff = play(text).act(1).stop().cancel().resume();
  assertEquals(cutOff.root.retries, { a: 1 });
  assertEquals(cutOff.act(1).end, "terminal at bad");
  const routed = play(text).act(1);
  const between = play(
    `backoff: 1\nstates:\n  ${text.trim().replaceAll("\n", "\n  ")}`,
  )
    .act(1).stop().answer({ kind: "waited" }).resume();
  assertEquals(between.root.retries, routed.root.retries);
});

Deno.test("resume after a crash runs the open action again, from its state's entry", () => {
  const run = play(`a: {action: "x \${state.iteration}", on_yes: done}${ENDS}`);
  run.later(60_000).resume();
  assertEquals(run.news.slice(-4), [
    "resume at a after 1",
    "start a",
    "enter a 2",
    "run x 2",
  ]);
  assertEquals(run.action.effect, 2);
  assertEquals(run.act(0).end, "terminal at done");
});

Deno.test("resume at a cap ends at the same cap", () => {
  const run = play(`max_steps: 1\nstates:\n  a: {action: x, next: a}\n`).act(0);
  const { end } = run;
  assertEquals(run.resume().end, end);
  assertEquals(run.entered, "a");
});

Deno.test("resume forgot the time of the last input and so the loop's deadline", () => {
  const run = play(
    `timeout: 10\nstates:\n  a: {action: "x \${loop.elapsed_ms}", on_yes: b}\n  b: {action: "y \${loop.elapsed_ms} \${loop.started_at}", on_yes: a}\n`,
  );
  run.later(4000).act(0).stop().later(1000).cancel();
  assertEquals(run.snapshot.atMs, START_MS + 5000);
  run.later(3_600_000).resume();
  assertEquals(run.action.action, "y 5000 2026-01-01T01:00:05+00:00");
  assertEquals([run.action.timeoutMs, run.action.isLoopDeadline], [5000, true]);
  assertEquals(run.root.deadlineMs, run.nowMs + 5000);
  run.later(2000).act(0);
  assertEquals(run.action.action, "x 7000");
  run.stop().cancel().later(1000).resume();
  assertEquals(run.action.timeoutMs, 3000);
});

Deno.test("a root whose time ran out inside a sub-loop could not be resumed", () => {
  const run = play(
    `timeout: 5\nstates:\n  a: {loop: sub, on_yes: a, on_no: a}\n`,
    {
      others: { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" },
    },
  );
  assertEquals(run.action.timeoutMs, 5000);
  run.later(5000).act({ exitCode: 124, timeoutKind: "loop" });
  assertEquals(run.end, "timeout at a: Reached the time limit of 5 s");
  assertEquals(run.news.slice(-3), [
    ">exit 124",
    ">end timeout at s",
    "end timeout at a",
  ]);
  assertEquals(run.resume().end, "timeout at a: Reached the time limit of 5 s");
});

Deno.test("a clock that was a millisecond early gave a route to a loop whose time was up", () => {
  const run = play(
    `timeout: 5\nstates:\n  a: {loop: sub, on_yes: a, on_no: b}\n  b: {next: done}\n  done: {terminal: true}`,
    { others: { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" } },
  );
  run.later(4999).act({ exitCode: 124, timeoutKind: "loop" });
  assertEquals(run.end, "timeout at a: Reached the time limit of 5 s");
});

Deno.test("the end of a sub-loop's time named its own limit, whichever it was", () => {
  const errorOf = (top: string, keys: string, sub: string) => {
    const run = play(`${top}states:\n  a: {loop: mid, on_yes: a${keys}}\n`, {
      others: {
        mid:
          `${sub}states:\n  m: {loop: sub, on_timeout: t}\n  t: {terminal: true}`,
        sub: "s: {action: x, on_yes: s}",
      },
    });
    run.later(run.action.timeoutMs).act({
      exitCode: 124,
      timeoutKind: "loop",
    });
    return run.all("loop_complete").map(({ error }) => error);
  };
  const reached = (limit: string) => `Reached the time limit of ${limit}`;
  assertEquals(errorOf("timeout: 2\n", ", timeout: 5", "timeout: 60\n"), [
    reached('2 s of loop "a"'),
    reached('2 s of loop "a"'),
    reached("2 s"),
  ]);
  assertEquals(errorOf("", ", timeout: 1", "timeout: 60\n").slice(0, 2), [
    reached('1 s of state "a" in loop "a"'),
    reached('1 s of state "a" in loop "a"'),
  ]);
  assertEquals(errorOf("", ", timeout: 60", "timeout: 1\n").slice(0, 2), [
    reached('1 s of loop "mid"'),
    reached("1 s"),
  ]);
});

Deno.test("a step cap ran the pending action although the time was up", () => {
  const run = play(
    `timeout: 5\nmax_steps: 1\non_max_steps: sum\nstates:\n  a: {loop: sub, on_yes: b}\n  b: {action: promised, next: a}\n  sum: {action: s, terminal: true}`,
    { others: { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" } },
  );
  run.later(5000).act(0);
  assertEquals(run.entered, "a s");
  assertEquals(run.end, "timeout at sum: Reached the time limit of 5 s");
});

Deno.test("resume takes new values and the place where the run is now", () => {
  const run = play(
    `context: {run_dir: /old/, k: v}\nstates:\n  a: {loop: sub, on_yes: done}\n  done: {terminal: true}`,
    {
      others: {
        sub:
          's: {action: "${context.run_dir} ${env.E}", on_yes: t}\nt: {terminal: true}',
      },
      env: { E: "1" },
    },
  );
  assertEquals(run.action.action, "/old/ 1");
  run.stop().cancel().resume({
    context: { run_dir: "/new/" },
    env: { E: "2" },
  });
  assertEquals(run.action.action, "/new/ 2");
  assertEquals(run.root.context, { run_dir: "/new/", k: "v" });
});

Deno.test("context of a sub-loop: its own, passed through, or bound", () => {
  const others = {
    sub:
      "context: {own: sub, both: sub}\nparameters:\n  need: {type: string, required: true}\n  may: {type: string, default: dflt}\nstates:\n  s: {action: x, on_yes: t}\n  t: {terminal: true}",
  };
  const context = {
    both: "parent",
    up: "parent",
    run_dir: "/r/",
    input_hash: "h",
    readiness_threshold: 85,
    outcome_threshold: 65,
  };
  const seeded = {
    run_dir: "/r/",
    input_hash: "h",
    readiness_threshold: 85,
    outcome_threshold: 65,
  };
  const contextWith = (keys: string) =>
    play(
      `a: {action: x, capture: cap, on_yes: b}\nb: {loop: sub${keys}, on_yes: done, on_error: bad}${ENDS}`,
      { others, context },
    ).act("out\n").action.context;
  assertEquals(contextWith(""), { own: "sub", both: "sub", ...seeded });
  assertEquals(contextWith(", context_passthrough: true"), {
    ...context,
    cap: "out",
    own: "sub",
    both: "sub",
  });
  assertEquals(
    contextWith(
      ', context_passthrough: true, with: {need: "${context.up}", both: bound}',
    ),
    { own: "sub", both: "bound", need: "parent", may: "dflt", ...seeded },
  );
});

Deno.test("a sub-loop whose required input is missing or empty does not start", () => {
  const others = {
    sub: "required_inputs: [x]\nstates:\n  s: {terminal: true}",
  };
  for (const given of ["{y: 1}", "{x: ''}", "{x: '${context.empty}'}"]) {
    const run = play(
      `a: {loop: sub, with: ${given}, on_yes: done, on_error: bad}${ENDS}`,
      { others, context: { empty: "" } },
    );
    assertEquals(run.end, "terminal at bad");
    assertEquals(run.all("loop_start").length, 1);
  }
  assertEquals(
    play(`a: {loop: sub, on_yes: done}${ENDS}`, { others }).snapshot.end?.error,
    'State "a": loop "sub" needs "x", which nothing gives it; add below "with": x: …',
  );
  assertEquals(
    play(`a: {loop: sub, with: {x: 1}, on_yes: done}${ENDS}`, { others }).end,
    "terminal at done",
  );
});

Deno.test("a required parameter that is not bound leaves by on_error", () => {
  const run = play(
    `a: {loop: "\${context.l}", with: {x: 1}, on_error: bad}${ENDS}`,
    {
      context: { l: "sub" },
    },
  );
  const sub = definitionsOf(
    "parameters:\n  need: {type: string, required: true}\nstates:\n  s: {terminal: true}",
  );
  const loop = {
    ...sub.loops[sub.root],
    name: "sub",
  } as typeof sub.loops[string];
  run.answer({
    kind: "loaded",
    id: "sub.yaml",
    loops: { "sub.yaml": loop },
    names: {},
    env: {},
    error: null,
  });
  assertEquals(run.end, "terminal at bad");
  assertEquals(
    run.all("action_error")[0]?.error,
    'State "a" does not bind parameter "need", which loop "sub" requires',
  );
});

const CHILD_ENDS: readonly (readonly [
  name: string,
  sub: string,
  answer: Answer,
  keys: string,
  expected: string,
])[] = [
  [
    "success",
    "s: {action: x, on_yes: t}\nt: {terminal: true}",
    0,
    "on_yes: done",
    "done",
  ],
  [
    "failure",
    "s: {action: x, on_yes: failed}\nfailed: {terminal: true}",
    0,
    "on_yes: done, on_no: bad",
    "bad",
  ],
  [
    "error",
    "s: {action: x, on_yes: s}",
    1,
    "on_no: done, on_error: bad",
    "bad",
  ],
  [
    "error without on_error",
    "s: {action: x, on_yes: s}",
    1,
    "on_no: bad",
    "bad",
  ],
  [
    "cap",
    "max_steps: 1\nstates:\n  s: {action: x, on_yes: s}",
    0,
    "on_no: done, on_timeout: bad",
    "bad",
  ],
  [
    "cap without on_timeout",
    "max_steps: 1\nstates:\n  s: {action: x, on_yes: s}",
    0,
    "on_no: bad",
    "bad",
  ],
  [
    "signal",
    "s: {action: x, next: s}",
    -9,
    "on_no: bad, on_error: done",
    "bad",
  ],
  [
    "cycle",
    "max_edge_revisits: 0\nstates:\n  s: {action: x, on_yes: s}",
    0,
    "on_no: bad",
    "bad",
  ],
];

for (const [name, sub, answer, keys, expected] of CHILD_ENDS) {
  Deno.test(`end of a sub-loop: ${name}`, () => {
    const run = play(`a: {loop: sub, ${keys}}${ENDS}`, { others: { sub } });
    run.act(answer);
    assertEquals(run.snapshot.end?.finalState, expected);
    assertEquals(Object.keys(run.snapshot.frames), ["0"]);
    assertEquals(run.root.prev?.exit_code, expected === "done" ? 0 : 1);
    assertEquals(run.root.prev?.state, "a");
  });
}

Deno.test("a sub-loop leaves its captures, its end and its events", () => {
  const run = play(
    `a: {loop: sub, context_passthrough: true, capture: log, on_yes: b}\nb: {action: "\${captured.a.c.output} \${captured.a.terminated_by} \${prev.output}", next: done}${ENDS}`,
    {
      others: {
        sub: "s: {action: x, capture: c, on_yes: t}\nt: {terminal: true}",
      },
    },
  );
  run.act("deep \n\n");
  assertEquals(run.action.action, "deep  terminal terminal: t");
  const { log, a } = run.root.captured;
  assertEquals(a?.["terminated_by"], "terminal");
  assertEquals([log?.["exit_code"], log?.["verdict"]], [null, "yes"]);
  const events = String(log?.["output"]).split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(
    events.filter(({ event }) => event !== "action_output"),
    run.events.filter(({ depth }) => depth === 1),
  );
  const { ts } = events[3];
  assertEquals(events.slice(2, 6).map(({ event, line }) => [event, line]), [
    ["action_start", undefined],
    ["action_output", "deep"],
    ["action_output", ""],
    ["action_complete", undefined],
  ]);
  assertEquals(events[3], {
    event: "action_output",
    ts,
    line: "deep",
    depth: 1,
    effect: 1,
    frame: "0.1",
  });
  const plain = play(
    `a: {loop: sub, on_yes: b}\nb: {action: x, next: done}${ENDS}`,
    {
      others: {
        sub: "s: {action: x, capture: c, on_yes: t}\nt: {terminal: true}",
      },
    },
  ).act("deep");
  assertEquals(plain.root.captured, { a: { terminated_by: "terminal" } });
});

Deno.test("a captured sub-loop lost the events after the first MiB without a word", () => {
  const run = play(
    `a: {loop: sub, capture: log, on_yes: done}${ENDS}`,
    { others: { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" } },
  );
  run.act(`${"x".repeat(1024)}\n`.repeat(1100));
  const lines = String(run.root.captured["log"]?.["output"]).split("\n");
  const last = JSON.parse(lines.at(-1) ?? "");
  assertEquals([last.event, last.message, last.depth], [
    "warning",
    "The events that follow are left out: the capture is full",
    1,
  ]);
  assertEquals(JSON.parse(lines.at(-2) ?? "").event, "action_output");
  assertEquals(run.all("warning"), []);
});

Deno.test("time of a sub-loop: its own, its state's, its parent's", () => {
  const deadline = (top: string, keys: string, sub: string) =>
    play(`${top}states:\n  a: {loop: sub, on_yes: a${keys}}\n`, {
      others: { sub: `${sub}states:\n  s: {action: x, on_yes: s}` },
    }).action.timeoutMs;
  assertEquals(deadline("", "", ""), 3_600_000);
  assertEquals(deadline("", "", "timeout: 5\n"), 5000);
  assertEquals(deadline("", ", timeout: 3", "timeout: 5\n"), 3000);
  assertEquals(deadline("timeout: 2\n", ", timeout: 3", "timeout: 5\n"), 2000);
  assertEquals(deadline("timeout: 0.2\n", "", ""), 200);
  const run = play(
    `a: {loop: sub, timeout: 3, on_yes: done, on_timeout: bad}${ENDS}`,
    {
      others: { sub: "s: {action: x, on_yes: s}" },
    },
  );
  run.later(3000).act({ exitCode: 124, timeoutKind: "loop" });
  assertEquals(run.end, "terminal at bad");
});

Deno.test("worktree: attached, told, detached whatever the end", () => {
  const text =
    `timeout: 50\nstates:\n  a: {loop: sub, worktree: "\${context.b}", on_yes: done, on_no: bad}\n  done: {terminal: true}\n  bad: {terminal: true}`;
  const others = { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" };
  const run = play(text, { others, context: { b: "topic" } });
  assertEquals(run.open, {
    frame: "0",
    effect: 1,
    kind: "worktree",
    operation: "attach",
    branch: "topic",
    path: null,
  });
  run.see("/w/1");
  assertEquals(run.action.cwd, "/w/1");
  run.act(0);
  assertEquals(run.open, {
    frame: "0",
    effect: 4,
    kind: "worktree",
    operation: "detach",
    branch: "topic",
    path: "/w/1",
  });
  run.see("/w/1");
  assertEquals(run.end, "terminal at done");
  assertEquals(run.root.worktree, null);
  assertEquals(run.all("sub_loop_worktree_detached")[0]?.path, "/w/1");

  const kept = play(text, { others, context: { b: "topic" } }).see("/w/1").act(
    0,
  )
    .see(null, "It has changes");
  assertEquals(kept.end, "terminal at done");
  assertEquals(kept.all("sub_loop_worktree_error")[0]?.error, "It has changes");

  const failed = play(text, { others, context: { b: "topic" } })
    .see(null, "No such branch");
  assertEquals(failed.end, "terminal at bad");

  const none = play(text, { others, context: { b: " " } });
  assertEquals(none.action.cwd, null);
});

Deno.test("a worktree was left behind when the time of the loop above ran out", () => {
  const run = play(
    `timeout: 5\nstates:\n  a: {loop: sub, worktree: topic, on_yes: a, on_no: a}\n`,
    {
      others: { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" },
    },
  ).see("/w/1");
  run.later(5000).act({ exitCode: 124, timeoutKind: "loop" });
  assertEquals(run.open.kind === "worktree" && run.open.operation, "detach");
  run.see("/w/1");
  assertEquals(run.end, "timeout at a: Reached the time limit of 5 s");
});

Deno.test("a stop while a worktree is attached or the child runs in it", () => {
  const text = `a: {loop: sub, worktree: topic, on_yes: done}${ENDS}`;
  const others = { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" };
  const attaching = play(text, { others }).stop().cancel();
  assertEquals(attaching.end, "interrupted at a: Stopped by SIGINT");
  assertEquals(attaching.resume().open.kind, "worktree");
  const inside = play(text, { others }).see("/w/1").stop().cancel().resume();
  assertEquals(inside.action.cwd, "/w/1");
});

Deno.test("a loop whose name is computed is loaded once", () => {
  const run = play(
    `a: {loop: "\${context.l}", on_yes: a, on_error: bad}${ENDS}`,
    {
      context: { l: "sub" },
    },
  );
  assertEquals(run.open, {
    frame: "0",
    effect: 1,
    kind: "load",
    name: "sub",
    from: fileOf("a"),
  });
  const sub = definitionsOf(
    's: {action: "${env.E}", on_yes: t}\nt: {terminal: true}',
  );
  run.answer({
    kind: "loaded",
    id: "sub.yaml",
    loops: {
      "sub.yaml": {
        ...sub.loops[sub.root],
        id: "sub.yaml",
      } as typeof sub.loops[string],
    },
    names: {},
    env: { E: "e" },
    error: null,
  });
  assertEquals(run.action.action, "e");
  assertEquals(run.snapshot.names, { [fileOf("a")]: { sub: "sub.yaml" } });
  run.act(0);
  assertEquals(run.action.action, "e");
  assertEquals(fold(run.definitions, run.inputs), run.snapshot);
  const missing = play(
    `a: {loop: "\${context.l}", on_yes: a, on_error: bad}${ENDS}`,
    {
      context: { l: "no" },
    },
  ).answer({
    kind: "loaded",
    id: null,
    loops: {},
    names: {},
    env: {},
    error: 'Loop not found: "no"',
  });
  assertEquals(missing.end, "terminal at bad");
  assertEquals(missing.all("action_error")[0]?.error, 'Loop not found: "no"');
});

Deno.test("a loop that runs itself ends with an error at the limit", () => {
  const run = play("a: {loop: a, on_yes: a, on_no: a}", { maxDepth: 3 });
  assertEquals(
    run.end,
    "error at a: Sub-loops are nested more than 3 deep, in a circle: a -> a; `max_depth` in the configuration sets the limit",
  );
  assertEquals(run.all("loop_start").map(({ depth }) => depth ?? 0), [
    0,
    1,
    2,
    3,
  ]);
  const one = play(`a: {loop: sub, on_yes: done}${ENDS}`, {
    others: { sub: "s: {terminal: true}" },
    maxDepth: 1,
  });
  assertEquals(one.end, "terminal at done");
});

Deno.test("a max_steps summary counts a sub-loop as one step", () => {
  const run = play(
    `max_steps: 2\non_max_steps: sum\nstates:\n  a: {loop: sub, on_yes: a}\n  sum: {loop: sub, on_yes: a}\n`,
    {
      others: {
        sub:
          "s: {action: x, on_yes: u}\nu: {action: x, on_yes: t}\nt: {terminal: true}",
      },
    },
  );
  run.act(0, 0, 0, 0, 0, 0);
  assertEquals(run.end, "max_steps at a: Reached the cap of 2 steps");
  assertEquals(run.entered, "a s u a s u sum s u");
});

Deno.test("secrets travel as references and are hidden in events", () => {
  const token = secretReference("env", "TOKEN");
  const key = secretReference("context", "key");
  const run = play(
    `a: {action: "curl \${env.TOKEN} \${env.TOKEN:shell} \${context.key}", append_to_messages: "\${context.key}", evaluate: {type: output_contains, pattern: "\${env.TOKEN}"}, on_no: "\${env.TOKEN}"}${ENDS}`,
    { env: { TOKEN: token }, context: { key } },
  );
  assertEquals(
    run.action.action,
    `curl ${token} '''\u0000secret:env:TOKEN:shell\u0000''' ${key}`.replaceAll(
      "'''",
      "''",
    ),
  );
  assertEquals(run.action.context, { key });
  run.act("x");
  assertEquals(run.root.messages, [key]);
  assertEquals(run.all("evaluate")[0]?.["pattern"], "***");
  assertEquals(run.all("action_start")[0]?.action, "curl *** ''***'' ***");
  assertEquals(JSON.stringify(run.all("route")).includes("secret:"), false);
  assertEquals(JSON.stringify(run.events).includes("secret:"), false);
  assertEquals(run.snapshot.end?.error?.includes("secret:"), false);
});

Deno.test("env: those of a state over those of its loop, resolved; a sub-loop has its own", () => {
  const token = secretReference("env", "TOKEN");
  const run = play(
    `env: {A: 1, B: top}
env_allow: [Y, Z_*]
states:
  a: {action: x, env: {B: "\${context.k}", C: "\${env.TOKEN}"}, env_allow: [X], next: b}
  b: {action: x, next: s}
  s: {loop: sub, on_yes: z}
  z: {action: x, env: {B: "\${captured.none.output}"}, on_error: done, on_yes: done}
  done: {terminal: true}
`,
    {
      context: { k: "v" },
      env: { TOKEN: token },
      others: { sub: "t: {action: x, on_yes: u}\nu: {terminal: true}" },
    },
  );
  assertEquals(run.action.env, { A: "1", B: "v", C: token });
  assertEquals(run.action.envAllow, ["X"]);
  run.act(0);
  assertEquals(run.action.env, { A: "1", B: "top" });
  assertEquals(run.action.envAllow, ["Y", "Z_*"]);
  run.act(0);
  assertEquals("env" in run.action || "envAllow" in run.action, false);
  run.act(0);
  const [failed] = run.all("action_error");
  assertEquals(failed?.error.startsWith('State "z": Cannot resolve'), true);
});

Deno.test("an action with all messages in it was journaled whole at every step", () => {
  const secret = secretReference("env", "TOKEN");
  const run = play(
    `a: {action: "\${env.TOKEN} \${context.text}", on_yes: done}${ENDS}`,
    { env: { TOKEN: secret }, context: { text: "x".repeat(20_000) } },
  );
  assertEquals(
    run.all("action_start")[0]?.action,
    `*** ${"x".repeat(16 * 1024 - 4)}… (${secret.length + 20_001} characters)`,
  );
  const { open } = run;
  const whole = `${secret} ${"x".repeat(20_000)}`;
  assertEquals(open.kind === "action" && open.action === whole, true);
});

Deno.test("output that looks like an escaped secret broke the event", () => {
  const run = play(
    `a: {action: x, evaluate: {type: output_json, path: v, target: 1}, on_no: done}${ENDS}`,
  );
  run.act(
    String.raw`{"v": "\\u0000secret:env:X\\u0000 \u0000secret:env:Y\u0000"}`,
  );
  assertEquals(
    run.all("evaluate")[0]?.["value"],
    String.raw`\u0000secret:env:X\u0000 ***`,
  );
  assertEquals(run.end, "terminal at done");
});

Deno.test("long and odd outputs: previews end with whole characters", () => {
  const run = play(`a: {action: x, on_yes: done}${ENDS}`);
  run.act({ stdout: `${"😀".repeat(1001)}x`, stderr: " \n" });
  const [event] = run.all("action_complete");
  assertEquals(event?.output_preview, `\ufffd${"😀".repeat(999)}x`);
  assertEquals(event?.stderr_preview, null);
});

Deno.test("a prompt size guard warns and goes on", () => {
  const run = play(
    `prompt_size_guard: {warn_chars: 10}\nstates:\n  a: {action: "${
      "x".repeat(25)
    }", on_yes: a}\n`,
  );
  const [event] = run.all("prompt_size_warn");
  assertEquals([event?.size, event?.threshold, event?.est_tokens], [25, 10, 6]);
});

// ------------------------------------------------------------- verdicts from outside

Deno.test("a verdict that the engine cannot compute is asked for", () => {
  const run = play(`
a: {action: make it, action_type: prompt, on_partial: b, capture: c}
b: {action: x, evaluate: {type: contract, pairs: [{}], source: "\${captured.c.output}!"}, on_yes: done}
${ENDS}`);
  run.act("made");
  assertEquals(run.effects, [{
    frame: "0",
    effect: 2,
    kind: "judge",
    state: "a",
    judge: "llm_structured",
    text: "made",
    exitCode: 0,
    computed: null,
    cwd: null,
    asked: {
      about: {
        kind: "model",
        prompt: null,
        schema: null,
        minConfidence: 0.5,
        uncertainSuffix: false,
      },
      settings: {
        host: null,
        model: "sonnet",
        agent: null,
        tools: null,
        effort: null,
        sessions: {},
        left: { costUsd: null, tokens: null },
      },
      timeoutMs: 1_800_000,
      isLoopDeadline: false,
      maxTokens: null,
    },
  }]);
  run.judge("partial", { confidence: 0.9, reason: "half" });
  const [event] = run.all("evaluate");
  assertEquals([event?.type, event?.verdict, event?.reason], [
    "default",
    "partial",
    "half",
  ]);
  assertEquals(run.root.captured["c"]?.["verdict"], "partial");
  run.act(0);
  assertEquals(run.open.kind === "judge" && [run.open.judge, run.open.text], [
    "contract",
    "made!",
  ]);
  run.judge("yes");
  assertEquals(run.end, "terminal at done");
});

Deno.test("a judge is not asked about what the exit code says", () => {
  const text = `
a: {action: x, evaluate: {type: comparator, baseline_path: b}, on_yes: done, on_error: bad}
${ENDS}`;
  assertEquals(play(text).act(3).end, "terminal at bad");
  assertEquals(play(text).act(0).judge("yes").end, "terminal at done");
});

Deno.test("a stop while a judge is asked: not routed, asked again by resume", () => {
  const run = play(`
a: {action: x, action_type: prompt, on_yes: done}
${ENDS}`);
  run.act("out").stop().cancel();
  assertEquals(run.end, "interrupted at a: Stopped by SIGINT");
  assertEquals(run.entered, "a");
  run.resume();
  assertEquals(run.open.kind === "judge" && run.open.text, "out");
  run.judge("yes");
  assertEquals([run.end, run.entered], ["terminal at done", "a"]);
});

Deno.test("made-up outputs are never judged: whatever reads one is asked for", () => {
  const types = [
    ["action_stall", ""],
    ["classify", ""],
    ["convergence", "target: 1"],
    ["diff_stall", ""],
    ["harbor_scorer", ""],
    ["mcp_result", ""],
    ["open_question_stall", ""],
    ["output_contains", "pattern: x"],
    ["output_json", "path: a, operator: eq, target: 1"],
    ["output_numeric", "operator: eq, target: 1"],
    ["score_stall", ""],
  ] as const;
  for (const [type, options] of types) {
    const run = play(
      `
a:
  action: x
  evaluate: {type: ${[type, options].filter((text) => text !== "").join(", ")}}
  route: {odd: done, _: bad}
${ENDS}`,
      { isSimulated: true },
    );
    run.act(0);
    assertEquals(run.open.kind === "judge" && run.open.judge, type);
    assertEquals(run.judge("odd").end, "terminal at done", type);
  }
  // Whoever made the text up knows whether it stands for something.
  const words = play(
    `
a: {action: x, evaluate: {type: classify}, route: {GO: done, _: bad}}
${ENDS}`,
    { isSimulated: true },
  );
  words.act("so\nGO\n");
  assertEquals(words.open.kind === "judge" && words.open.computed, "GO");
  const simple = `
a: {action: x, on_yes: done, on_no: a, on_error: bad}
${ENDS}`;
  // The exit code is chosen, so it says what it says.
  assertEquals(
    play(simple, { isSimulated: true }).act(1, 0).end,
    "terminal at done",
  );
  assertEquals(
    play(simple, { isSimulated: true }).act(124).end,
    "terminal at bad",
  );
});

Deno.test("a loop can begin as if a state had been reached", () => {
  const run = play(
    `
a: {action: x, on_yes: b, capture: c}
b: {action: "echo \${captured.c.output} \${prev.output}", on_yes: done}
${ENDS}`,
    {
      begin: {
        state: "b",
        captured: { c: { output: "one" } },
        prev: {
          output: "two",
          stderr: "",
          exit_code: 0,
          state: "a",
          timeout_kind: null,
        },
        lastOutput: null,
      },
    },
  );
  assertEquals(run.news, ["start a", "enter b 1", "run echo one two"]);
  assertEquals(run.act(0).end, "terminal at done");
});

Deno.test("a caller that has seen enough ends the run with its reason", () => {
  const run = play(`
a: {action: x, on_yes: a}
${ENDS}`);
  run.tell({ input: "stop", request: { by: "caller", text: "Enough" } });
  assertEquals(run.cancel().end, "interrupted at a: Enough");
});

Deno.test("a route names the rule that led there", () => {
  const cases: [string, string, string, ...Answer[]][] = [
    ["next", "next", "a: {action: x, next: done}", 1],
    ["shorthand", "on_yes", "a: {action: x, on_yes: done}", 0],
    ["no to on_error", "on_error", "a: {action: x, on_error: done}", 1],
    [
      "failed action with next",
      "on_error",
      "a: {action: x, next: a, on_error: done}",
      1,
    ],
    ["table", "route no", 'a: {action: x, route: {"no": done, _: a}}', 1],
    [
      "rest of a table",
      "route _",
      'a: {action: x, route: {"no": a, _: done}}',
      0,
    ],
    [
      "errors of a table",
      "route _error",
      'a: {action: x, route: {"yes": a, _error: done}}',
      2,
    ],
    [
      "beyond retry",
      "on_retry_exhausted",
      "a: {action: x, on_error: a, retryable_exit_codes: [2], on_retry_exhausted: done}",
      3,
    ],
    [
      "beyond retry, next",
      "on_retry_exhausted",
      "a: {action: x, next: a, on_error: a, retryable_exit_codes: [2], on_retry_exhausted: done}",
      3,
    ],
    ["cannot start", "on_error", "a: {action: x, on_error: done}", {
      startError: "No",
    }],
    [
      "circuit",
      "circuit",
      "circuit: {repeated_failure: {window: 1, on_repeated_failure: done}}\nstates:\n  a: {action: x, on_yes: bad}\n  done: {terminal: true}\n  bad: {terminal: true}",
      0,
    ],
    [
      "throttle",
      "on_throttle_hard",
      "a: {action: x, on_yes: a, throttle: {hard_max: 1}, on_throttle_hard: done}",
      0,
    ],
    [
      "kept up",
      "maintain",
      "maintain: true\nstates:\n  a: {action: x, on_no: a}\n  b: {terminal: true}",
      0,
    ],
    [
      "kept up elsewhere",
      "on_maintain",
      "maintain: true\nstates:\n  a: {action: x, on_no: a, on_maintain: b}\n  b: {action: y, on_no: a}\n  c: {terminal: true}",
      0,
    ],
  ];
  for (const [name, expected, text, ...answers] of cases) {
    const whole = text.includes("states:") ? text : `${text}${ENDS}`;
    const run = play(whole).act(...answers);
    assertEquals(run.all("route").at(-1)?.by, expected, name);
  }
});

Deno.test("inputs that nothing waits for are refused", () => {
  const run = play("a: {action: x, on_yes: a}");
  const refuse = (input: Parameters<Play["tell"]>[0], message: string) =>
    assertThrows(() => run.tell(input), LoopError, message);
  refuse(
    { input: "outcome", frame: "0", effect: 9, outcome: { kind: "waited" } },
    'Effect 9 of frame "0" is not open',
  );
  refuse(
    { input: "outcome", frame: "0.1", effect: 1, outcome: { kind: "waited" } },
    'Effect 1 of frame "0.1" is not open',
  );
  refuse(
    { input: "outcome", frame: "0", effect: 1, outcome: { kind: "waited" } },
    'A "waited" outcome does not answer a "action" effect',
  );
  refuse(
    { input: "start", context: {}, env: {}, maxDepth: 1 },
    "The run has started already",
  );
  assertThrows(
    () =>
      step(run.definitions, NEW_SNAPSHOT, {
        input: "resume",
        context: {},
        env: {},
        nowMs: 0,
      }),
    LoopError,
    "The run has not started",
  );
});

/** Small, fast and repeatable numbers in [0, 1). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

Deno.test("random loops with random answers never throw, always end, fold alike", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomOf(seed);
    const pick = <T>(items: readonly T[]): T =>
      items[Math.floor(random() * items.length)] as T;
    const chance = (share: number, text: string) =>
      random() < share ? text : "";
    const loopText = (depth: number) => {
      const names = ["s0", "s1", "s2", "s3"];
      const target = () => pick([...names, "$current", "done", "failed"]);
      const states = names.map((name) => {
        const body = depth < 2 && random() < 0.3
          ? `loop: sub${depth + 1}${
            chance(0.3, ", context_passthrough: true")
          }${chance(0.2, ", timeout: 2")}${chance(0.2, ", worktree: w")}`
          : `action: "x ${chance(0.1, "${env.NO}")}"${
            chance(0.3, `, next: ${target()}`)
          }${chance(0.2, `, max_retries: 1, on_retry_exhausted: ${target()}`)}${
            chance(0.2, ", throttle: {hard_max: 2}")
          }${
            chance(
              0.4,
              `, evaluate: {type: ${
                pick([
                  "diff_stall",
                  "classify",
                  "action_stall",
                  "output_numeric, target: 3",
                  "llm_structured",
                ])
              }}`,
            )
          }${chance(0.3, ", retryable_exit_codes: [2]")}`;
        return `  ${name}: {${body}, on_yes: ${target()}${
          chance(0.8, `, on_no: ${target()}`)
        }${chance(0.5, `, on_error: ${target()}`)}, capture: c}`;
      });
      return `max_steps: ${5 + Math.floor(random() * 10)}\n${
        chance(0.3, "on_max_steps: s1\n")
      }${chance(0.2, "maintain: true\n")}${chance(0.3, "timeout: 20\n")}${
        chance(0.2, "backoff: 0.5\n")
      }${
        chance(
          0.3,
          "circuit: {repeated_failure: {window: 2, progress_paths: [p]}}\n",
        )
      }states:\n${
        states.join("\n")
      }\n  done: {terminal: true}\n  failed: {terminal: true}`;
    };
    const run = play(loopText(0), {
      others: { sub1: loopText(1), sub2: loopText(2) },
      isSimulated: seed % 3 === 0,
    });
    let answers = 0;
    let isStopped = false;
    let resumes = 0;
    for (;;) {
      if (run.snapshot.phase === "ended") {
        if (run.snapshot.end?.terminatedBy !== "interrupted" || resumes > 2) {
          break;
        }
        run.later(5000).resume();
        isStopped = false;
        resumes++;
        continue;
      }
      assert(++answers < 5000, `seed ${seed} does not end`);
      run.later(Math.floor(random() * 400));
      const { open } = run;
      if (!isStopped && random() < 0.02) {
        run.stop();
        isStopped = true;
        if (
          random() < 0.5 && ["action", "observe", "judge"].includes(open.kind)
        ) {
          run.cancel();
          continue;
        }
      }
      if (random() < 0.01) {
        run.resume();
        continue;
      }
      if (open.kind === "wait") run.answer({ kind: "waited" });
      else if (open.kind === "judge") run.judge(pick(["yes", "no", "maybe"]));
      else if (open.kind === "action") {
        run.answer({
          ...outcomeOf(pick<Answer>([
            0,
            0,
            1,
            2,
            -9,
            "3",
            "yes",
            "LOOP_STOP: x",
            { exitCode: 124, timeoutKind: "wall" },
            { exitCode: 127, startError: "No" },
            { exitCode: 1, stdout: "FATAL_ERROR: no" },
            ...(open.isLoopDeadline
              ? [{ exitCode: 124, timeoutKind: "loop" as const }]
              : []),
          ])),
          stderr: EMPTY_OUTPUT,
        });
      } else run.see(pick(["h1", "h2"]), random() < 0.1 ? "cannot" : null);
    }
    assertEquals(
      fold(run.definitions, run.inputs),
      run.snapshot,
      `seed ${seed}`,
    );
    assertEquals(
      run.all("loop_complete").filter(({ depth }) => depth === undefined)
        .length >= 1,
      true,
    );
  }
});

Deno.test("a judge that abstained was held to it when its state was entered again from elsewhere", () => {
  const run = play(
    "a: { prompt: p, on_yes: done, on_error: b }\nb: { run: x, next: a }",
  );
  const abstain = () => run.act(0).judge("cannot_judge");
  abstain();
  abstain();
  assertEquals(run.root.abstained, { state: "a", count: 2 });
  // It cannot be started, so its judge says nothing at all.
  run.act({ startError: "No" });
  run.act(0);
  abstain();
  assertEquals(run.entered, "a a a b a a");
  assertEquals(run.root.abstained, { state: "a", count: 1 });
});
