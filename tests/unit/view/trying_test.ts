import { assert, assertEquals } from "@std/assert";
import type { RunEnd, RunEvent, State } from "../../../src/model/mod.ts";
import {
  formatSimulationEnd,
  formatSimulationHeader,
  formatStateTest,
  type RunSummary,
  RunView,
  simulationJson,
  type SimulationReport,
  stateTestJson,
  type StateTestReport,
  type Style,
  type TestedStep,
} from "../../../src/view/mod.ts";
import { definitionsOf } from "../../support/definitions.ts";

const PLAIN: Style = { color: false, columns: 80 };
const ASCII: Style = { ...PLAIN, unicode: false };

function end(change: Partial<RunEnd> = {}): RunEnd {
  return {
    terminatedBy: "terminal",
    finalState: "done",
    isFailureTerminal: false,
    steps: 3,
    error: null,
    continuation: null,
    endedAtMs: 0,
    noRoute: null,
    ...change,
  };
}

/** The summary of a run of the loop "fix" that ended so. */
function summary(ended: Partial<RunEnd> = {}): RunSummary {
  return {
    loop: "fix",
    runId: "",
    runFolder: "/",
    end: end(ended),
    exitStatus: 0,
    elapsedMs: 0,
    limits: {
      maxSteps: 20,
      maxIterations: null,
      passes: 0,
      timeoutMs: null,
    },
    place: { file: ".loops/fix.yaml", line: 7 },
    limitPlace: null,
    hasRouteTable: false,
    lastAction: null,
    signal: null,
    args: [],
    canResume: false,
    resumeWords: [],
    hint: null,
  };
}

// -------------------------------------------------------------------- simulate

function simulation(change: Partial<SimulationReport> = {}): SimulationReport {
  return {
    loop: "fix",
    origin: "project",
    file: ".loops/fix.yaml",
    answers: "scenario all-pass",
    maxSteps: 20,
    definedSteps: 20,
    missing: [],
    scenario: "all-pass",
    verdicts: null,
    summary: summary(),
    steps: [],
    visited: ["check", "fix", "done"],
    tally: {
      shell: 2,
      prompt: 1,
      mcp: 0,
      learning: 0,
      judge: 2,
      loop: 0,
      worktree: 0,
      waitMs: 90_000,
    },
    tip: null,
    ...change,
  };
}

Deno.test("simulation: what is known before the first step", () => {
  assertEquals(
    formatSimulationHeader(
      simulation({
        definedSteps: 100,
        missing: [
          { name: "dir", add: "--context dir=VALUE", isMadeUp: true },
          { name: "p", add: "with: { p: … }", isMadeUp: false },
        ],
      }),
      PLAIN,
    ),
    [
      "Simulating loop: fix (nothing is run or written)",
      "  from     project: .loops/fix.yaml",
      "  answers  scenario all-pass",
      "  limit    20 steps (the loop allows 100)",
      '  missing  "dir": add --context dir=VALUE ("<dir>" stands for it)',
      '  missing  "p": add with: { p: … } (left out)',
    ],
  );
});

Deno.test("simulation: how it ended, where it went, what it would have done", () => {
  assertEquals(formatSimulationEnd(simulation(), PLAIN), [
    'Simulated loop "fix" completed: done (3 steps)',
    "  visited  check → fix → done",
    "  would do 2 shell commands, 1 prompt, 2 verdicts of agents, pauses of 1m 30s",
  ]);
  assertEquals(
    formatSimulationEnd(
      simulation({
        maxSteps: 20,
        definedSteps: 500,
        summary: summary({
          terminatedBy: "max_steps",
          finalState: "fix",
          steps: 20,
          error: "Reached the cap of 20 steps",
        }),
        visited: ["check", "fix"],
      }),
      ASCII,
    ),
    [
      'Simulated loop "fix" stopped: the cap of 20 steps is reached',
      "  state    fix at .loops/fix.yaml:7",
      "  visited  check -> fix",
      "  would do 2 shell commands, 1 prompt, 2 verdicts of agents, pauses of 1m 30s",
      "  limit    20 steps (the loop allows 500); --max-steps 100 goes further",
    ],
  );
  const noRoute = { state: "check", verdict: "error", exitCode: 1 };
  assertEquals(
    formatSimulationEnd(
      simulation({
        summary: summary({
          terminatedBy: "error",
          finalState: "check",
          error: "No valid transition",
          noRoute,
        }),
        tip: "--verdicts check=no",
      }),
      PLAIN,
    ).slice(0, 4),
    [
      'Simulated loop "fix" stopped: state "check" has no route for verdict "error" (exit code 1)',
      "  state    check at .loops/fix.yaml:7",
      "  add      on_error: <state>   to the state",
      "  or try   --verdicts check=no",
    ],
  );
  assertEquals(
    formatSimulationEnd(
      simulation({
        summary: summary({
          terminatedBy: "interrupted",
          finalState: "check",
          error: "No more answers",
        }),
      }),
      PLAIN,
    )[0],
    'Simulation of loop "fix" left at state "check": no more answers',
  );
});

Deno.test("simulation: one JSON object", () => {
  const json = simulationJson(simulation({
    verdicts: "no,yes",
    steps: [{
      depth: 1,
      loop: "sub",
      step: 2,
      state: "a",
      action: "x",
      exitCode: 1,
      verdict: "no",
      error: null,
      to: "b",
      by: "on_no",
    }],
  }));
  assertEquals(
    [json["schema_version"], json["verdicts"], json["final_state"]],
    [
      1,
      "no,yes",
      "done",
    ],
  );
  assertEquals(json["steps"], [{
    depth: 1,
    loop: "sub",
    iteration: 2,
    state: "a",
    action: "x",
    exit_code: 1,
    verdict: "no",
    error: null,
    to: "b",
    by: "on_no",
  }]);
  assertEquals(json["states_visited"], ["check", "fix", "done"]);
});

Deno.test("a run in which nothing lasts is shown without times", () => {
  const view = new RunView({
    style: PLAIN,
    verbosity: "normal",
    maxSteps: 9,
    isTimeless: true,
  });
  const complete = (exit_code: number): Partial<RunEvent> => ({
    event: "action_complete",
    exit_code,
    duration_ms: 0,
    output_preview: null,
    stderr_preview: null,
    is_prompt: false,
  });
  const events = [
    { event: "state_enter", state: "a", iteration: 1 },
    { event: "action_start", action: "x", is_prompt: false, state: "a" },
    complete(1),
    { event: "evaluate", type: "default", verdict: "no", state: "a" },
    { event: "route", from: "a", to: "b" },
    { event: "state_enter", state: "b", iteration: 2 },
    { event: "action_start", action: "y", is_prompt: false, state: "b" },
    complete(0),
    { event: "route", from: "b", to: "c" },
    { event: "state_enter", state: "c", iteration: 3 },
    { event: "action_start", action: "z", is_prompt: false, state: "c" },
    complete(2),
    { event: "route", from: "c", to: "a" },
  ] as RunEvent[];
  const lines = events.flatMap((event) =>
    view.push({ ...event, ts: "2026-01-01T00:00:00+00:00" } as RunEvent)
  );
  assertEquals([...lines, ...view.flush()], [
    "[1/9] a -> x",
    "    ✗ no  exit 1",
    "    -> b",
    "[2/9] b -> y",
    "    -> c",
    "[3/9] c -> z",
    "    ✗ exit 2",
    "    -> a",
  ]);
});

// ------------------------------------------------------------------------ test

function stateOf(text: string): State {
  const { loops, root } = definitionsOf(
    `\n  a: ${text}\n  done: {terminal: true}\n  bad: {terminal: true, failure: true}`,
  );
  const state = loops[root]?.states["a"];
  assert(state !== undefined);
  return state;
}

function step(change: Partial<TestedStep> = {}): TestedStep {
  return {
    action: "x",
    ended: {
      exitCode: 1,
      durationMs: 840,
      timeoutKind: null,
      isCancelled: false,
      stdout: "out",
      stderr: "err",
      isTruncated: false,
    },
    isAnswered: false,
    judged: { verdict: "no", details: { exit_code: 1 } },
    route: { to: "fix", by: "on_no", ends: null },
    summary: summary({ terminatedBy: "max_steps", finalState: "fix" }),
    isPausing: false,
    exitStatus: 0,
    ...change,
  };
}

function report(change: Partial<StateTestReport> = {}): StateTestReport {
  return {
    loop: "l",
    state: stateOf("{action: x, on_yes: done, on_no: a}"),
    file: "l.yaml",
    line: 4,
    judge: "exit_code",
    turnouts: [
      { verdict: "yes", target: "done", by: "on_yes" },
      { verdict: "no", target: "fix", by: "on_no" },
      { verdict: "error", target: null, by: null },
    ],
    step: step(),
    ...change,
  };
}

const lines = (change: Partial<StateTestReport> = {}): readonly string[] =>
  formatStateTest(report(change), PLAIN);

Deno.test("state test: a judge that abstains is no missing route", () => {
  assertEquals(
    lines({
      turnouts: [
        { verdict: "yes", target: "done", by: "on_yes" },
        { verdict: "cannot_judge", target: "a", by: "abstention" },
      ],
    }).at(-1),
    "  verdicts  yes → done, cannot_judge → a (2 times at most)",
  );
});

Deno.test("state test: where it leads, and all that led there", () => {
  assertEquals(lines(), [
    'State "a" of loop "l" leads to "fix"',
    "  at        l.yaml:4",
    "  action    exit 1, 0.8s",
    "  verdict   no, by exit_code (default)",
    "  details   exit_code 1",
    "  route     on_no → fix",
    "  verdicts  yes → done, no → fix, error: no route",
  ]);
  const state = stateOf(
    "{action: x, evaluate: {type: output_numeric, operator: eq, target: 3}, on_yes: done, on_no: a, max_retries: 2, on_retry_exhausted: bad}",
  );
  assertEquals(
    lines({
      state,
      judge: "output_numeric",
      step: step({
        ended: null,
        judged: {
          verdict: "yes",
          details: { value: 3, target: "3", simulated: true },
        },
        route: { to: "done", by: "on_yes", ends: "success" },
      }),
    }),
    [
      'State "a" of loop "l" leads to "done", which ends the loop',
      "  at        l.yaml:4",
      "  verdict   yes, answered for output_numeric",
      '  details   value 3, target "3"',
      "  route     on_yes → done",
      "  verdicts  yes → done, no → fix, error: no route",
      "  retries   2 repetitions in a row, then bad",
    ],
  );
});

Deno.test("state test: what a reader should know beside it", () => {
  const next = stateOf("{action: x, next: done, on_error: bad}");
  const turnouts = [
    { verdict: "yes", target: "done", by: "next" },
    { verdict: "error", target: "bad", by: "on_error" },
  ];
  assertEquals(
    lines({
      state: next,
      judge: null,
      turnouts,
      step: step({
        judged: null,
        isAnswered: true,
        route: { to: "bad", by: "on_error", ends: "failure" },
      }),
    }),
    [
      'State "a" of loop "l" leads to "bad", which ends the loop as failed',
      "  at        l.yaml:4",
      "  action    exit 1 (answered, not run)",
      "  route     on_error → bad",
      "  ways      exit 0 → done, any other → bad",
    ],
  );
  const rows = (change: Partial<StateTestReport>): string[] =>
    lines(change).filter((line) => /^ {2}(note|add|raise|next)/.test(line));
  assertEquals(
    rows({
      state: stateOf("{action: x, next: done}"),
      judge: null,
      turnouts: turnouts.slice(0, 1),
      step: step({
        judged: null,
        route: { to: "done", by: "next", ends: "success" },
      }),
    }),
    ["  note      a failed action leads on as well; on_error would take it"],
  );
  assertEquals(rows({ judge: "diff_stall" }), [
    "  note      earlier steps left nothing here: a stall shows in a run",
  ]);
  assertEquals(
    rows({
      step: step({
        isPausing: true,
        summary: summary({
          terminatedBy: "interrupted",
          error: "Stopped by LOOP_STOP in the output: enough",
        }),
      }),
    }),
    [
      "  note      the run pauses before that: Stopped by LOOP_STOP in the output: enough",
    ],
  );
});

Deno.test("state test: it leads nowhere, ends the run, or was cut off", () => {
  const ending = (change: Partial<RunEnd>): readonly string[] =>
    lines({
      step: step({ route: null, summary: summary(change), exitStatus: 1 }),
    });
  const nowhere = ending({
    terminatedBy: "error",
    error: "No valid transition",
    noRoute: { state: "a", verdict: "no", exitCode: 1 },
  });
  assertEquals(
    nowhere[0],
    'State "a" of loop "l" leads nowhere: it has no route for verdict "no" (exit code 1)',
  );
  assert(nowhere.includes("  add       on_no: <state>   to the state"));
  const titles: [Partial<RunEnd>, string][] = [
    [
      { terminatedBy: "error", error: "line 1\nline 2" },
      'State "a" of loop "l" ends the run: line 1 line 2',
    ],
    [
      { terminatedBy: "handoff", error: 'State "a" handed off: go on' },
      'State "a" of loop "l" pauses the run: State "a" handed off: go on',
    ],
    [
      { terminatedBy: "interrupted", error: "Stopped by SIGINT" },
      'State "a" of loop "l" was not tested: Stopped by SIGINT',
    ],
  ];
  for (const [change, title] of titles) assertEquals(ending(change)[0], title);
});

Deno.test("state test: states of which nothing is tested", () => {
  const inert = (text: string): readonly string[] =>
    lines({ state: stateOf(text), step: null, judge: null, turnouts: [] });
  assertEquals(inert("{terminal: true}"), [
    'State "a" of loop "l" ends the loop: there is nothing to test',
    "  at        l.yaml:4",
  ]);
  assertEquals(inert("{terminal: true, failure: true, action: x}"), [
    'State "a" of loop "l" ends the loop as failed: there is nothing to test',
    "  at        l.yaml:4",
    "  note      its action runs only as the summary of a cap",
  ]);
  assertEquals(inert("{loop: '${context.x}', on_yes: done}"), [
    'State "a" of loop "l" runs the loop "${context.x}": there is nothing to test',
    "  at        l.yaml:4",
  ]);
});

Deno.test("state test: one JSON object", () => {
  const json = stateTestJson(report());
  assertEquals(
    [json["state"], json["tested"], json["exit_code"], json["stdout"]],
    ["a", true, 1, "out"],
  );
  assertEquals([json["to"], json["by"], json["error"]], ["fix", "on_no", null]);
  assertEquals(json["turnouts"], [
    { verdict: "yes", to: "done", by: "on_yes" },
    { verdict: "no", to: "fix", by: "on_no" },
    { verdict: "error", to: null, by: null },
  ]);
  const none = stateTestJson(report({
    step: step({
      route: null,
      exitStatus: 1,
      summary: summary({
        terminatedBy: "error",
        error: "No",
        noRoute: { state: "a", verdict: "no", exitCode: 1 },
      }),
    }),
  }));
  assertEquals([none["no_route"], none["error"], none["exit_status"]], [
    { verdict: "no", exit_code: 1 },
    "No",
    1,
  ]);
  const inert = stateTestJson(report({ step: null }));
  assertEquals([inert["tested"], inert["exit_code"], inert["exit_status"]], [
    false,
    null,
    0,
  ]);
});
