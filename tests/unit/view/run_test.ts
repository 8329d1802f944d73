// deno-lint-ignore-file camelcase -- event field names
import { assert, assertEquals } from "@std/assert";
import {
  type ChangedFile,
  type Changes,
  type EventBody,
  formatAmount,
  formatTimestamp,
  type RunEnd,
  type RunEvent,
  stampEvent,
  type TerminatedBy,
} from "../../../src/model/mod.ts";
import {
  cannotRunHint,
  END_LINES_MAX,
  formatHistoryLines,
  formatNotice,
  formatRunEnd,
  formatRunHeader,
  type LastAction,
  nextCommands,
  routeLine,
  type RunHeader,
  type RunSummary,
  runSummaryJson,
  RunView,
  type RunViewOptions,
  type Style,
  type UntilSummary,
} from "../../../src/view/mod.ts";

const PLAIN: Style = { color: false, columns: 80 };
const START_MS = 1_700_000_000_000;

function at(seconds: number, body: EventBody, depth?: number): RunEvent {
  const ts = formatTimestamp(START_MS + seconds * 1000);
  return depth === undefined ? { ...body, ts } : { ...body, ts, depth };
}

function enter(state: string, iteration: number): EventBody {
  return { event: "state_enter", state, iteration };
}

function start(action: string, state = "check"): EventBody {
  const is_prompt = action.startsWith("/");
  return { event: "action_start", action, is_prompt, state };
}

function complete(
  exit_code: number,
  changes: { readonly timeout_kind?: string; readonly cancelled?: true } = {},
): EventBody {
  return {
    event: "action_complete",
    exit_code,
    duration_ms: 300,
    output_preview: null,
    stderr_preview: null,
    is_prompt: false,
    ...changes,
  };
}

function verdict(
  name: string,
  detail: Record<string, unknown> = {},
): EventBody {
  return {
    event: "evaluate",
    type: "default",
    verdict: name,
    ...detail,
    state: "a",
  };
}

function output(line: string, stream?: "stderr"): EventBody {
  return stream === undefined
    ? { event: "action_output", line }
    : { event: "action_output", line, stream };
}

function route(from: string, to: string): EventBody {
  return { event: "route", from, to };
}

function show(
  events: readonly RunEvent[],
  options: Partial<RunViewOptions> = {},
): string[] {
  const view = new RunView({
    style: PLAIN,
    verbosity: "normal",
    maxSteps: 50,
    ...options,
  });
  return [...events.flatMap((event) => view.push(event)), ...view.flush()];
}

const STEP: readonly RunEvent[] = [
  at(0, { event: "loop_start", loop: "fix" }),
  at(0, enter("check", 1)),
  at(0, start("npm test")),
  at(1, output("FAIL a\tb")),
  at(1, output("")),
  at(1, output("no \x1b[2Jsuch", "stderr")),
  at(2, complete(1)),
  at(2, verdict("no", { exit_code: 1 })),
  at(2, route("check", "fix")),
  at(65, enter("fix", 2)),
  at(65, start("sed -i s/a/b/ x\nmore\nlines", "fix")),
  at(66, complete(0)),
  at(66, route("fix", "check")),
];

Deno.test("run view: a step is its state and action, its output, verdict and route", () => {
  assertEquals(show(STEP), [
    "[1/50] check (0s) -> npm test",
    "    │ FAIL a  b",
    "    │",
    "    ! no ␛[2Jsuch",
    "    ✗ no  exit 1  0.3s",
    "    -> fix",
    "[2/50] fix (1m 5s) -> sed -i s/a/b/ x (+2 lines)",
    "    • 0.3s",
    "    -> check",
  ]);
});

Deno.test("run view: lines come at once, and the line of a state with its action", () => {
  const view = new RunView({ style: PLAIN, verbosity: "normal", maxSteps: 5 });
  assertEquals(view.push(at(0, enter("a", 1))), []);
  assertEquals(view.push(at(0, start("x"))), ["[1/5] a (0s) -> x"]);
  assertEquals(view.push(at(0, output("hi"))), ["    │ hi"]);
  assertEquals(view.push(at(0, complete(0))), []);
  assertEquals(view.flush(), ["    • 0.3s"]);
  assertEquals(view.flush(), []);
});

Deno.test("run view: quiet prints nothing, verbose everything", () => {
  assertEquals(show(STEP, { verbosity: "quiet" }), []);
  const lines = show(
    [
      at(0, enter("a", 1)),
      at(0, start("one\n  two\n")),
      ...Array.from({ length: 30 }, (_, i) => at(0, output(`${i}`))),
      at(0, { event: "messages_append", message: "told\nyou", state: "a" }),
      at(0, output("x".repeat(200))),
    ],
    { verbosity: "verbose" },
  );
  assertEquals(lines.slice(0, 4), [
    "[1/50] a (0s) ->",
    "      one",
    "        two",
    "    │ 0",
  ]);
  assertEquals(lines[33], "    message: told you");
  assertEquals(lines[34], `    │ ${"x".repeat(200)}`);
});

Deno.test("run view: long output shows its first 20 and last 5 lines", () => {
  const many = (amount: number): string[] =>
    show([
      at(0, enter("a", 1)),
      at(0, start("x")),
      ...Array.from({ length: amount }, (_, i) => at(0, output(`${i + 1}`))),
      at(0, complete(0)),
      at(0, verdict("yes")),
    ]);
  assertEquals(many(25).slice(20), [
    "    │ 20",
    "    │ 21",
    "    │ 22",
    "    │ 23",
    "    │ 24",
    "    │ 25",
    "    ✓ yes  0.3s",
  ]);
  assertEquals(many(1000).slice(20), [
    "    │ 20",
    "    … 975 more lines (--verbose shows all, the log has all)",
    "    │ 996",
    "    │ 997",
    "    │ 998",
    "    │ 999",
    "    │ 1000",
    "    ✓ yes  0.3s",
  ]);
  assertEquals(
    many(26)[21],
    "    … 1 more line (--verbose shows all, the log has all)",
  );
});

Deno.test("run view: what was kept back is printed when the run breaks off", () => {
  const lines = show([
    at(0, enter("a", 1)),
    at(0, start("x")),
    ...Array.from({ length: 22 }, (_, i) => at(0, output(`${i + 1}`))),
  ]);
  assertEquals(lines.slice(-2), ["    │ 21", "    │ 22"]);
});

Deno.test("run view: how actions and verdicts end", () => {
  const ends: [EventBody, EventBody, string[]][] = [
    [complete(0), verdict("target"), ["    ✓ target  0.3s"]],
    [complete(-9), verdict("error"), ["    ✗ error  signal 9  0.3s"]],
    [
      complete(124, { timeout_kind: "wall" }),
      verdict("error", { error: "action timed out" }),
      ["    ✗ error  timed out  0.3s", "      action timed out"],
    ],
    [
      complete(0),
      verdict("yes", { confidence: 0.934, reason: "all\ngreen" }),
      ["    ✓ yes  (0.93)  0.3s", "      all green"],
    ],
    [
      complete(0),
      verdict("no", { value: 7, target: 3, operator: "lt" }),
      ["    ✗ no  0.3s", "      7 lt 3"],
    ],
    [
      complete(0),
      verdict("progress", { current: 7, previous: 9, target: 3 }),
      ["    ✓ progress  0.3s", "      7 target 3"],
    ],
    [
      complete(0),
      verdict("no", { stall_count: 1, max_stall: 2 }),
      ["    ✗ no  0.3s", "      unchanged 1/2"],
    ],
    [
      complete(0),
      verdict("no", { evidence_coerced: true, reason: "fine" }),
      ["    ✗ no  0.3s", "      it quotes nothing, so that this is a no; fine"],
    ],
    [
      complete(0),
      verdict("yes", { evidence_found: false, reason: "fine" }),
      ["    ✓ yes  0.3s", "      what it quotes is not in the text; fine"],
    ],
    [complete(0), verdict("BUG"), ["    • BUG  0.3s"]],
    [complete(0), verdict(""), ['    • ""  0.3s']],
    [
      complete(143, { cancelled: true }),
      route("a", "b"),
      ["    ✗ stopped  0.3s", "    -> b"],
    ],
    [
      complete(1),
      { event: "route", from: "a", to: "b", ignored_exit_code: 1 },
      ["    ✗ exit 1  0.3s", "    -> b (in spite of exit 1)"],
    ],
    [
      complete(0),
      { event: "route", from: "a", to: "b", reason: "maintain" },
      ["    • 0.3s", "    -> b (maintain)"],
    ],
  ];
  for (const [end, said, expected] of ends) {
    assertEquals(show([at(0, end), at(0, said)]), expected);
  }
});

Deno.test("run view: sub-loops are indented under their name", () => {
  const failed: EventBody = {
    event: "loop_complete",
    final_state: "a",
    iterations: 2,
    terminated_by: "error",
    error: "no route",
  };
  assertEquals(
    show(
      [
        at(0, enter("child", 3)),
        at(0, { event: "loop_start", loop: "sub/build" }, 1),
        at(0, enter("a", 1), 1),
        at(0, start("make"), 1),
        at(1, output("cc"), 1),
        at(1, complete(2), 1),
        at(1, verdict("error"), 1),
        at(1, failed, 1),
        at(1, route("child", "done")),
      ],
      { childMaxSteps: { "sub/build": 9 } },
    ),
    [
      "[3/50] child (0s)",
      "  ↳ sub/build",
      "  [1/9] a (0s) -> make",
      "      │ cc",
      "      ✗ error  exit 2  0.3s",
      "  ↳ sub/build ended: error at a (2 steps): no route",
      "    -> done",
    ],
  );
});

Deno.test("run view: two frames at work got each other's ends and verdicts", () => {
  const view = new RunView({
    style: PLAIN,
    verbosity: "normal",
    maxSteps: 9,
    childMaxSteps: { one: 5, two: 7 },
  });
  const lines: string[] = [];
  const push = (frame: string, body: EventBody) => {
    const depth = frame === "0" ? 0 : 1;
    const stamp = { nowMs: START_MS, frame: { id: frame, depth } };
    lines.push(...view.push(stampEvent(body, stamp)));
  };
  const verdict = (verdict: string, state: string): EventBody => ({
    event: "evaluate",
    type: "default",
    verdict,
    state,
  });
  push("0", enter("both", 1));
  push("0.1", { event: "loop_start", loop: "one" });
  push("0.2", { event: "loop_start", loop: "two" });
  push("0.1", enter("a", 1));
  push("0.2", enter("b", 1));
  push("0.1", start("make a", "a"));
  push("0.2", start("make b", "b"));
  push("0.1", complete(1));
  push("0.2", complete(0));
  push("0.2", verdict("yes", "b"));
  push("0.1", verdict("no", "a"));
  push("0.2", complete(0));
  push("0", {
    event: "loop_complete",
    final_state: "both",
    iterations: 1,
    terminated_by: "interrupted",
  });
  assertEquals(lines, [
    "[1/9] both (0s)",
    "  ↳ one",
    "  ↳ two",
    "  [1/5] a (0s) -> make a",
    "  [1/7] b (0s) -> make b",
    "      ✓ yes  0.3s",
    "      ✗ no  exit 1  0.3s",
    "      • 0.3s",
  ]);
});

Deno.test("run view: one was spoken of as of many", () => {
  const limits = { normal_max: 1, warn_max: 1, hard_max: 2 };
  assertEquals(
    formatNotice(
      at(0, { event: "throttle_warn", state: "s", count: 1, ...limits }),
    )?.text,
    "throttle: s ran 1 time in a row, the hard limit is 2",
  );
  assertEquals(formatAmount("tokens", 1), "1 token");
});

Deno.test("run view: everything unusual has a line", () => {
  const bodies: [EventBody, string][] = [
    [
      { event: "loop_resume", loop: "x", from_state: "a", iteration: 3 },
      "resumed at a, after 3 steps",
    ],
    [
      {
        event: "output_truncated",
        size_bytes: 900,
        kept_bytes: 64,
        file: "outputs/1.stdout",
      },
      "output cut: 64 of 900 bytes shown; the whole is in outputs/1.stdout",
    ],
    [
      {
        event: "output_truncated",
        size_bytes: 900,
        kept_bytes: 64,
        file: "outputs/1.stdout",
        is_file_cut: true,
      },
      "output cut: 64 of 900 bytes shown; the start is in outputs/1.stdout",
    ],
    [
      {
        event: "action_error",
        state: "a",
        error: "no\nbash",
        route: "on_error",
      },
      "error: no bash",
    ],
    [
      { event: "retry_exhausted", state: "a", retries: 2, next: "b" },
      "-> b (1 retry used)",
    ],
    [
      { event: "max_steps_summary", summary_state: "sum", iterations: 5 },
      "step cap reached after 5 steps -> sum",
    ],
    [
      {
        event: "max_iterations_reached_summary",
        summary_state: "sum",
        iteration_count: 1,
      },
      "iteration cap reached after 1 full iteration -> sum",
    ],
    [
      {
        event: "cycle_detected",
        edge: "a->b",
        from: "a",
        to: "b",
        count: 101,
        max: 100,
      },
      "cycle: a -> b taken 101 times, the limit is 100",
    ],
    [
      {
        event: "stall_detected",
        state: "a",
        exit_code: 1,
        verdict: "no",
        consecutive: 3,
        action: "abort",
      },
      "stall: a gave no, exit 1, 3 times; abort",
    ],
    [
      {
        event: "budget_warning",
        state: "a",
        loop: "x",
        of: "state",
        kind: "time",
        spent: 8000,
        limit: 10_000,
      },
      'budget: 8s of 10s of state "a" used (80 %)',
    ],
    // It was told as "1050000 % of $0.0001".
    [
      {
        event: "budget_warning",
        state: "a",
        loop: "x",
        of: "loop",
        kind: "cost",
        spent: 1.05,
        limit: 0.0001,
      },
      'budget: $1.05 of $0.0001 of loop "x" used',
    ],
    [
      {
        event: "budget_exceeded",
        state: "a",
        loop: "spend",
        of: "loop",
        kind: "calls",
        spent: 3,
        limit: 3,
        next: "report",
      },
      'budget: 3 of 3 calls of loop "spend" used -> report',
    ],
    [
      {
        event: "budget_exceeded",
        state: "a",
        loop: "x",
        of: "loop",
        kind: "time",
        spent: 90_004,
        limit: 90_000,
        next: "sum",
      },
      'budget: 1m 30s of 1m 30s of loop "x" used -> sum',
    ],
    [
      {
        event: "host_cooldown",
        state: "a",
        used_pct: 76.5,
        cooldown_seconds: 5,
      },
      "host: 76.5 % of the memory is in use; waits 5s",
    ],
    [
      {
        event: "host_pressure",
        state: "a",
        used_pct: 90,
        action: "route",
        next: "sum",
      },
      "host: 90 % of the memory is in use -> sum",
    ],
    [
      { event: "host_pressure_relieved", state: "a", used_pct: 60 },
      "host: 60 % of the memory is in use again",
    ],
    [
      { event: "host_pressure_abort", state: "a", used_pct: 90 },
      "host: the loop does not go on under this pressure",
    ],
    [
      {
        event: "handoff_spawn_failed",
        state: "a",
        error: "No agent host was found",
      },
      "handoff: no agent was started to go on: No agent host was found",
    ],
    [
      { event: "throttle_stop", state: "a", count: 12, hard_max: 12 },
      "throttle: a ran 12 times in a row, the hard limit is 12; stopped",
    ],
    [
      {
        event: "throttle_hard",
        state: "a",
        count: 12,
        hard_max: 12,
        next: "b",
      },
      "throttle: a ran 12 times in a row, the hard limit is 12",
    ],
    [
      {
        event: "prompt_size_warn",
        loop: "x",
        state: "a",
        size: 60000,
        threshold: 50000,
        est_tokens: 15000,
        is_prompt: true,
      },
      "warning: prompt of 60000 characters (about 15k tokens), more than 50000",
    ],
    [
      {
        event: "prompt_size_warn",
        loop: "x",
        state: "a",
        size: 60000,
        threshold: 50000,
        est_tokens: 15000,
        is_prompt: false,
      },
      "warning: action of 60000 characters, more than 50000",
    ],
    [{ event: "warning", state: "a", message: "odd" }, "warning: odd"],
    [
      {
        event: "handoff_detected",
        state: "a",
        iteration: 1,
        continuation: "go on",
      },
      "handoff: go on",
    ],
    [
      { event: "sub_loop_worktree_attached", branch: "b", path: "/w" },
      "worktree b at /w",
    ],
    [
      { event: "sub_loop_worktree_detached", branch: "b", path: "/w" },
      "worktree b removed",
    ],
    [
      { event: "sub_loop_worktree_error", branch: "b", error: "busy" },
      "warning: worktree b: busy",
    ],
  ];
  for (const [body, expected] of bodies) {
    assertEquals(show([at(0, body)]), [`    ${expected}`]);
  }
  const short = {
    event: "host_cooldown",
    state: "a",
    used_pct: 80,
    cooldown_seconds: 0.5,
  } as const;
  assertEquals(show([at(0, short)]), []);
});

Deno.test("run view: three executions with max_retries 2 were said to have used 3 retries", () => {
  const exhausted: EventBody = {
    event: "retry_exhausted",
    state: "a",
    // The reference counts the retry that is refused, too.
    retries: 3,
    next: "bad",
  };
  assertEquals(show([at(0, exhausted)]), ["    -> bad (2 retries used)"]);
});

Deno.test("run view: a warning between an action and its verdict stands after the verdict", () => {
  const warn: EventBody = {
    event: "throttle_warn",
    state: "a",
    count: 8,
    normal_max: 3,
    warn_max: 8,
    hard_max: 12,
  };
  assertEquals(show([at(0, complete(1)), at(0, warn), at(0, verdict("no"))]), [
    "    ✗ no  exit 1  0.3s",
    "    throttle: a ran 8 times in a row, the hard limit is 12",
  ]);
});

Deno.test("run view: lines are cut to a narrow terminal, and to ASCII where asked", () => {
  const style: Style = { color: false, columns: 40, unicode: false };
  const lines = show(
    [
      at(0, enter("check", 1)),
      at(0, start("npm run test -- --reporter=dot --bail")),
      at(0, output("日本語".repeat(10))),
      at(0, complete(0)),
      at(0, verdict("yes")),
    ],
    { style },
  );
  assertEquals(lines, [
    "[1/50] check (0s) -> npm run test -- ...",
    "    | 日本語日本語日本語日本語日本語...",
    "    + yes  0.3s",
  ]);
  assertEquals(
    show(STEP, { style: { color: false, columns: Infinity } })[0],
    "[1/50] check (0s) -> npm test",
  );
});

Deno.test("run view: with colours, the child's own colours stay its own", () => {
  const style: Style = { color: true, columns: 80 };
  assertEquals(
    show([at(0, output("plain")), at(0, output("\x1b[31mred"))], { style }),
    [
      "    \x1b[90m│\x1b[0m \x1b[90mplain\x1b[0m",
      "    \x1b[90m│\x1b[0m \x1b[31mred\x1b[0m",
    ],
  );
  assertEquals(show([at(0, verdict("yes"))], { style }), [
    "    \x1b[32m✓ yes\x1b[0m",
  ]);
});

const HEADER: RunHeader = {
  loop: "fix",
  origin: "project",
  file: ".loops/fix.yaml",
  project: "/home/me/p",
  runId: "20261124-101010-ab12",
  runFolder: ".loops/runs/20261124-101010-ab12/",
  maxSteps: 50,
  maxIterations: null,
  timeoutMs: null,
  backoffMs: 0,
  scope: { paths: ["."], isDefault: true, isLocked: true },
  defaultTimeouts: [{ timeoutMs: 3_600_000, states: ["check", "fix"] }],
};

Deno.test("header: origin, place, run, limits, scope, default timeouts", () => {
  assertEquals(formatRunHeader(HEADER, PLAIN), [
    "Running loop: fix",
    "  from     project: .loops/fix.yaml",
    "  in       /home/me/p",
    "  run      20261124-101010-ab12",
    "  folder   .loops/runs/20261124-101010-ab12/",
    "  limits   50 steps, no loop timeout",
    "  scope    the whole project (default)",
    "  timeouts 1h (default): check, fix",
  ]);
  const resumed: RunHeader = {
    ...HEADER,
    origin: "path",
    resumedFrom: { state: "fix", steps: 1 },
    maxIterations: 2,
    timeoutMs: 90_000,
    backoffMs: 500,
    scope: { paths: ["src", "a/b"], isDefault: false, isLocked: false },
    defaultTimeouts: [{ timeoutMs: 0, states: [..."abcdefg"] }],
  };
  assertEquals(formatRunHeader(resumed, { color: false, columns: 40 }), [
    "Resuming loop: fix",
    "  from     file: .loops/fix.yaml",
    "  at       fix, after 1 step",
    "  in       /home/me/p",
    "  run      20261124-101010-ab12",
    "  folder   .loops/runs/20261124-101010-ab12/",
    "  limits   50 steps, 2 full iterations, loop timeout 1m 30s, delay 0.5s",
    "  scope    src, a/b, not locked (--no-lock)",
    "  timeouts none (default): a, b, c, d, e and 2 more",
  ]);
});

const ACTION: LastAction = {
  state: "check",
  subLoop: null,
  exitCode: 1,
  verdict: "no",
  durationMs: 300,
  timeoutKind: null,
  isCancelled: false,
  stdoutLines: ["one", "", "two \x1b[2J"],
  stderrLines: ["three"],
};

const END: RunEnd = {
  terminatedBy: "terminal",
  finalState: "done",
  isFailureTerminal: false,
  steps: 3,
  error: null,
  continuation: null,
  endedAtMs: START_MS,
  noRoute: null,
};

function summary(
  end: Partial<RunEnd>,
  changes: Partial<RunSummary> = {},
): RunSummary {
  return {
    loop: "fix",
    runId: "r1",
    runFolder: ".loops/runs/r1/",
    end: { ...END, ...end },
    exitStatus: 1,
    elapsedMs: 12_345,
    limits: { maxSteps: 50, maxIterations: null, passes: 0, timeoutMs: null },
    place: { file: ".loops/fix.yaml", line: 12 },
    limitPlace: null,
    hint: null,
    hasRouteTable: false,
    lastAction: ACTION,
    signal: null,
    args: ["run", "fix", "--context", "a=b c"],
    canResume: true,
    resumeWords: [],
    ...changes,
  };
}

Deno.test("end: success is one line and the run's folder", () => {
  assertEquals(formatRunEnd(summary({}), PLAIN), [
    'Loop "fix" completed: done (3 steps, 12.3s)',
    "  run     .loops/runs/r1/",
  ]);
});

Deno.test("end: no route tells exit code, verdict and the line to add", () => {
  const noRoute = { state: "check", verdict: "no", exitCode: 1 };
  const end = {
    terminatedBy: "error",
    finalState: "check",
    error: "x",
    noRoute,
  } as const;
  assertEquals(formatRunEnd(summary(end), PLAIN), [
    'Loop "fix" stopped: state "check" has no route for verdict "no" (exit code 1)',
    "  state   check at .loops/fix.yaml:12",
    "  action  check, exit 1, verdict no, 0.3s",
    "  add     on_no: <state>   to the state",
    "  stdout  one",
    "          two ␛[2J",
    "  stderr  three",
    "  used    3 of 50 steps, 12.3s",
    "  run     .loops/runs/r1/ (log, outputs/)",
    "  next    ll-loop resume r1 --accept-changes",
  ]);
  assertEquals(
    formatRunEnd(summary(end, { hasRouteTable: true }), PLAIN)[3],
    '  add     "no": <state>   under its route:',
  );
});

Deno.test("end: the line to add is YAML that means the verdict", () => {
  const rows: [string, string, string][] = [
    ["no", "on_no: <state>", '"no": <state>'],
    ["tool_error", "on_tool_error: <state>", "tool_error: <state>"],
    ["success", "route: { success: <state> }", "success: <state>"],
    ["", "route: { _: <state> }", "_: <state>"],
    ["a: b", '"on_a: b": <state>', '"a: b": <state>'],
  ];
  for (const [word, plain, table] of rows) {
    assertEquals(routeLine(word, { hasRouteTable: false }), plain);
    assertEquals(routeLine(word, { hasRouteTable: true }), table);
  }
});

Deno.test("end: a full disk was told without place, limits and command", () => {
  const end = {
    terminatedBy: "error",
    finalState: "check",
    error: 'Cannot write "/r/events.jsonl": No space left on device',
  } as const;
  const hint = "Free some space on that disk, then start again";
  assertEquals(
    formatRunEnd(summary(end, { hint, lastAction: null }), PLAIN),
    [
      'Loop "fix" stopped: Cannot write "/r/events.jsonl": No space left on device',
      "  state   check at .loops/fix.yaml:12",
      "  hint    Free some space on that disk, then start again",
      "  used    3 of 50 steps, 12.3s",
      "  run     .loops/runs/r1/ (log, outputs/)",
      "  next    ll-loop resume r1",
    ],
  );
});

Deno.test("end: each reason has its sentence and its next command", () => {
  const rows: [
    TerminatedBy,
    Partial<RunEnd>,
    Partial<RunSummary>,
    string,
    string[],
  ][] = [
    [
      "terminal",
      { finalState: "failed", isFailureTerminal: true },
      {},
      'Loop "fix" failed: it ended in "failed", which means failure',
      ["tail -n 50 .loops/runs/r1/log"],
    ],
    [
      "max_steps",
      {},
      {},
      'Loop "fix" stopped: the cap of 50 steps is reached',
      ["ll-loop resume r1 --max-steps 100"],
    ],
    [
      "max_steps",
      {},
      { resumeWords: ["--loops-dir", "my loops"] },
      'Loop "fix" stopped: the cap of 50 steps is reached',
      ["ll-loop resume r1 --loops-dir 'my loops' --max-steps 100"],
    ],
    ...[
      [600_000, " --max-steps 1000000"],
      [3_000_000, " --accept-changes"],
    ].map((
      [maxSteps, option],
    ): typeof rows[number] => [
      "max_steps",
      {},
      {
        limits: {
          maxSteps: Number(maxSteps),
          maxIterations: null,
          passes: 0,
          timeoutMs: null,
        },
      },
      `Loop "fix" stopped: the cap of ${maxSteps} steps is reached`,
      [`ll-loop resume r1${option}`],
    ]),
    [
      "max_iterations_reached",
      {},
      {
        limits: {
          maxSteps: 50,
          maxIterations: 2,
          passes: 2,
          timeoutMs: 1000,
        },
      },
      'Loop "fix" stopped: the cap of 2 full iterations is reached',
      ["ll-loop resume r1 --max-iterations 4"],
    ],
    [
      "timeout",
      {},
      {
        limits: {
          maxSteps: 50,
          maxIterations: null,
          passes: 0,
          timeoutMs: 3_600_000,
        },
      },
      'Loop "fix" stopped: its timeout of 1h has passed',
      ["ll-loop resume r1 --accept-changes"],
    ],
    [
      "interrupted",
      {},
      { signal: "SIGINT" },
      'Loop "fix" stopped by SIGINT',
      ["ll-loop resume r1"],
    ],
    [
      "interrupted",
      { error: "Stopped by LOOP_STOP" },
      {},
      'Loop "fix" paused: stopped by LOOP_STOP',
      ["ll-loop resume r1"],
    ],
    [
      "system_signal",
      { error: "Action was killed" },
      {},
      'Loop "fix" stopped: action was killed',
      ["ll-loop resume r1"],
    ],
    [
      "handoff",
      { continuation: "go on" },
      {},
      'Loop "fix" paused: state "done" asked for a handoff',
      ["ll-loop resume r1"],
    ],
    [
      "handoff_terminated",
      {},
      {},
      'Loop "fix" ended: state "done" asked for a handoff',
      ["ll-loop run fix --context 'a=b c'"],
    ],
    [
      "cycle_detected",
      { error: "a->b taken 101 times" },
      {},
      'Loop "fix" stopped: a->b taken 101 times',
      ["tail -n 50 .loops/runs/r1/log", "ll-loop resume r1 --accept-changes"],
    ],
    [
      "stall_detected",
      { error: "three\ntimes no" },
      {},
      'Loop "fix" stopped: three times no',
      ["tail -n 50 .loops/runs/r1/log", "ll-loop resume r1"],
    ],
    [
      "error",
      { error: "boom" },
      {},
      'Loop "fix" stopped: boom',
      ["tail -n 50 .loops/runs/r1/log", "ll-loop resume r1"],
    ],
  ];
  for (const [terminatedBy, end, changes, reason, next] of rows) {
    const said = summary({ ...end, terminatedBy }, changes);
    const lines = formatRunEnd(said, PLAIN);
    assertEquals(lines[0], reason);
    const [first, ...more] = next;
    assertEquals(lines.slice(-next.length), [
      `  next    ${first}`,
      ...more.map((command) => `  then    ${command}`),
    ]);
    assertEquals(nextCommands(said), next);
    assert(lines.length <= END_LINES_MAX);
  }
});

Deno.test("end: what the file has to change, where it stands, and how a built-in one becomes yours", () => {
  const fix = (end: Partial<RunEnd>, changes: Partial<RunSummary>) =>
    formatRunEnd(summary(end, changes), PLAIN)
      .find((line) => /^ {2}(add|raise) /.test(line));
  const noRoute = { state: "a", verdict: "error", exitCode: 3 };
  const limit = { key: "timeout", file: ".loops/fix.yaml", line: 4 };
  const rows: [Partial<RunEnd>, Partial<RunSummary>, string][] = [
    [
      { terminatedBy: "error", noRoute },
      {},
      "  add     on_error: <state>   to the state",
    ],
    [
      { terminatedBy: "error", noRoute },
      { place: { file: "builtin:until-green.yaml", line: 9 } },
      "  add     on_error: <state>   to the state, in a copy of your own: ll-loop install until-green",
    ],
    [
      { terminatedBy: "timeout" },
      { limitPlace: limit },
      "  raise   timeout at .loops/fix.yaml:4",
    ],
    [
      { terminatedBy: "cycle_detected" },
      { limitPlace: { ...limit, key: "max_edge_revisits", line: null } },
      "  raise   max_edge_revisits at the top of .loops/fix.yaml, if that is wanted",
    ],
    [
      { terminatedBy: "timeout" },
      { limitPlace: { ...limit, file: "builtin:lib/a.yaml" } },
      "  raise   timeout, in a copy of your own: ll-loop install lib/a",
    ],
  ];
  for (const [end, changes, line] of rows) {
    assertEquals(fix(end, changes), line);
  }
});

Deno.test("end: at most 15 lines, however much was printed; stderr gets its half", () => {
  const many = (word: string): string[] =>
    Array.from({ length: 12 }, (_, i) => `${word}${i + 1}`);
  const lines = formatRunEnd(
    summary({ terminatedBy: "max_steps" }, {
      lastAction: {
        ...ACTION,
        subLoop: "child",
        stdoutLines: many("o"),
        stderrLines: many("e"),
      },
      limits: { maxSteps: 50, maxIterations: 3, passes: 1, timeoutMs: 60_000 },
    }),
    { color: false, columns: 40 },
  );
  assertEquals(lines, [
    'Loop "fix" stopped: the cap of 50 steps is reached',
    "  state   done at .loops/fix.yaml:12",
    "  action  check of child, exit 1, verdict no, 0.3s",
    "  stdout  o8",
    "          o9",
    "          o10",
    "          o11",
    "          o12",
    "  stderr  e9",
    "          e10",
    "          e11",
    "          e12",
    "  used    3 of 50 steps, 1 of 3 full iterations, 12.3s of 1m",
    "  run     .loops/runs/r1/ (log, outputs/)",
    "  next    ll-loop resume r1 --max-steps 100",
  ]);
  const quiet = formatRunEnd(
    summary({ terminatedBy: "max_steps" }, { lastAction: null, place: null }),
    PLAIN,
  );
  assertEquals(quiet[1], "  state   done");
  assertEquals(quiet.length, 5);
});

Deno.test("end: loops of until tell of fixes and files, not of steps", () => {
  const goal = { hasFix: true, max: 5, used: 2, gaveUp: null, isSaved: false };
  const changes: Changes = {
    kind: "known",
    files: [
      { path: "a.js", change: "modified" },
      { path: "b.js", change: "added" },
      { path: "c.js", change: "removed" },
    ],
  };
  const args = ["until", "npm test", "--fix", "x"];
  const typed = (
    end: Partial<RunEnd>,
    until: Partial<UntilSummary>,
    more: Partial<RunSummary> = {},
  ) =>
    formatRunEnd(
      summary(end, { until: { ...goal, ...until }, args, ...more }),
      PLAIN,
    );
  assertEquals(typed({}, {}, { changes }), [
    'Loop "fix" completed: the check passed after 2 of 5 fixes (12.3s)',
    "  changed a.js, b.js (new), c.js (removed)",
    "  run     .loops/runs/r1/",
  ]);
  assertEquals(
    [
      { used: 0 },
      { used: 0, hasFix: false },
      { used: 1, hasFix: false, max: null },
    ].map((until) => typed({}, until)[0]),
    [
      'Loop "fix" completed: the check passed at once, so nothing was run to fix it (12.3s)',
      'Loop "fix" completed: the check passed at once (12.3s)',
      'Loop "fix" completed: the check passed after 1 further check (12.3s)',
    ],
  );
  const usedUp = {
    terminatedBy: "cycle_detected",
    finalState: "check",
  } as const;
  assertEquals(
    typed(usedUp, { used: 5, gaveUp: "used-up" }, {
      args: [...args, "--times", "5"],
      changes: { kind: "known", files: [] },
    }),
    [
      'Loop "fix" stopped: the check still fails after 5 of 5 fixes',
      "  action  check, exit 1, verdict no, 0.3s",
      "  stdout  one",
      "          two ␛[2J",
      "  stderr  three",
      "  used    5 of 5 fixes, 12.3s",
      "  changed no file",
      "  run     .loops/runs/r1/ (log, outputs/)",
      "  next    ll-loop until 'npm test' --fix x --times 10",
    ],
  );
  // A file is changed by hand.
  const saved = typed(usedUp, { used: 5, gaveUp: "used-up", isSaved: true }, {
    args: ["run", "fix"],
    limitPlace: {
      key: "max_edge_revisits",
      file: ".loops/fix.yaml",
      line: 4,
    },
  });
  assertEquals(saved.filter((line) => /state|raise|next/.test(line)), [
    "  state   check at .loops/fix.yaml:12",
    "  raise   max_edge_revisits at .loops/fix.yaml:4, if that is wanted",
    "  next    ll-loop run fix",
  ]);
  const late = typed({ terminatedBy: "timeout" }, { used: 1 }, {
    limits: { maxSteps: 50, maxIterations: null, passes: 0, timeoutMs: 45_000 },
  });
  assertEquals([late[0], late.at(-1)], [
    'Loop "fix" stopped: its timeout of 45s has passed, and the check still fails',
    "  next    ll-loop until 'npm test' --fix x --timeout 1m30s",
  ]);
  // Ending the action takes a moment, and a first check that was cut off was no further one.
  const cut = typed({ terminatedBy: "timeout" }, { used: 0, hasFix: false }, {
    elapsedMs: 45_200,
    lastAction: { ...ACTION, state: "check", timeoutKind: "loop" },
    limits: { maxSteps: 50, maxIterations: null, passes: 0, timeoutMs: 45_000 },
  });
  assertEquals(cut.filter((line) => /^Loop|used/.test(line)), [
    'Loop "fix" stopped: its timeout of 45s has passed, and the check did not end',
    "  used    45.0s of 45s",
  ]);
  const missing = (
    lines: string[],
    exitCode: number,
    gaveUp: UntilSummary["gaveUp"],
  ) =>
    typed({ isFailureTerminal: true }, { gaveUp }, {
      lastAction: { ...ACTION, exitCode, stderrLines: lines },
    })[0];
  assertEquals(
    [
      missing(
        ["bash: line 1: frob: command not found"],
        127,
        "check-cannot-run",
      ),
      missing(["npm ERR! something"], 127, "check-cannot-run"),
      missing(
        ["bash: line 1: ./x.sh: Permission denied"],
        126,
        "check-cannot-run",
      ),
      missing(
        ["bash: line 1: claude: command not found"],
        127,
        "fix-cannot-run",
      ),
    ],
    [
      'Loop "fix" stopped: "frob" was not found (exit status 127); trying again would not help',
      'Loop "fix" stopped: the check, or a program in it, was not found (exit status 127); trying again would not help',
      'Loop "fix" stopped: "./x.sh" cannot be executed (exit status 126); trying again would not help',
      'Loop "fix" stopped: "claude" was not found (exit status 127), so that nothing can be fixed',
    ],
  );
});

Deno.test("end: the list of changed files is capped, its JSON counts them all", () => {
  const files = Array.from({ length: 300 }, (_, index): ChangedFile => ({
    path: `f${index}`,
    change: "added",
  }));
  const said = summary({}, {
    until: { hasFix: true, max: 5, used: 1, gaveUp: null, isSaved: true },
    changes: { kind: "known", files },
  });
  assertEquals(
    formatRunEnd(said, PLAIN)[1],
    "  changed f0 (new), f1 (new), f2 (new), f3 (new), f4 (new), f5 (new), f6 (new), f7 (new) and 292 more files",
  );
  const json = runSummaryJson(said) as unknown as {
    files_changed: { count: number; files: unknown[]; error: null };
    until: unknown;
  };
  assertEquals(json.until, { has_fix: true, used: 1, max: 5, gave_up: null });
  assertEquals(
    [json.files_changed.count, json.files_changed.files.length],
    [300, 200],
  );
  const unknown = summary({}, {
    changes: { kind: "unknown", reason: "more than 20000 files" },
  });
  assertEquals(
    formatRunEnd(unknown, PLAIN)[1],
    "  changed not known: more than 20000 files",
  );
  assertEquals(runSummaryJson(unknown)["files_changed"], {
    count: null,
    files: [],
    error: "more than 20000 files",
  });
});

Deno.test("live: loops of until tell of commands and where they lead, not of steps", () => {
  const events = [
    at(0, enter("check", 1)),
    at(0, start("make")),
    at(1, complete(2)),
    at(1, verdict("error")),
    at(1, route("check", "triage")),
    at(1, enter("triage", 2)),
    at(1, verdict("2")),
    at(1, route("triage", "fix")),
    at(1, enter("fix", 3)),
    at(1, start("mend")),
    at(2, complete(1)),
    at(2, route("fix", "triage_fix")),
    at(2, enter("triage_fix", 4)),
    at(2, verdict("1")),
    at(2, route("triage_fix", "check")),
    at(2, enter("check", 5)),
    at(2, start("make")),
    at(3, {
      event: "cycle_detected",
      edge: "check->triage",
      from: "check",
      to: "triage",
      count: 3,
      max: 2,
    }),
  ];
  const shown = (verbosity: "normal" | "verbose") => {
    const view = new RunView({
      style: PLAIN,
      verbosity,
      maxSteps: 1000,
      goal: { hasFix: true, max: 2 },
    });
    return events.flatMap((event) => view.push(event));
  };
  assertEquals(shown("normal"), [
    "check (0s) -> make",
    "    ✗ error  exit 2  0.3s",
    "    -> fix",
    "fix (1s) -> mend",
    "    ✗ exit 1  0.3s",
    "    -> check",
    "check (2s) -> make",
    "    the limit is reached: at most 2 fixes",
  ]);
  assertEquals(shown("verbose").slice(0, 6), [
    "[1] check (0s) -> make",
    "    ✗ error  exit 2  0.3s",
    "    -> triage",
    "[2] triage (1s)",
    "    • 2",
    "    -> fix",
  ]);
});

Deno.test("header: who waits is told for how long, and that others are kept out", () => {
  const until = (more: Partial<RunHeader>) =>
    formatRunHeader({
      ...HEADER,
      origin: "command",
      timeoutMs: 86_400_000,
      until: { hasFix: false, max: null },
      scope: { paths: ["."], isDefault: false, isLocked: true },
      ...more,
    }, PLAIN).filter((line) => /limits|scope/.test(line));
  assertEquals(until({}), [
    "  limits   checks again until it passes, for 24h at most (--timeout)",
    "  scope    the whole project: no other run may work there until then (--no-lock)",
  ]);
  assertEquals(
    until({
      until: { hasFix: false, max: 3 },
      scope: { paths: ["app"], isDefault: false, isLocked: false },
    }),
    [
      "  limits   at most 3 further checks, for 24h at most (--timeout)",
      "  scope    app, not locked (--no-lock)",
    ],
  );
  // In a file nobody has typed an option; with a fix nobody waits.
  assertEquals(until({ origin: "project" }), [
    "  limits   checks without end, loop timeout 24h",
    "  scope    the whole project",
  ]);
  assertEquals(until({ until: { hasFix: true, max: 5 }, timeoutMs: null }), [
    "  limits   at most 5 fixes, no loop timeout",
    "  scope    the whole project",
  ]);
});

Deno.test("end: what would make a command of until one that can be run", () => {
  const cases: [exitCode: number, stderr: string, hint: string][] = [
    [
      127,
      "bash: line 1: frob: command not found",
      "Install frob, or add its folder to PATH, which is /bin:/usr/bin",
    ],
    [
      127,
      "sh: 1: jest: not found",
      "Install jest, or add its folder to PATH, which is /bin:/usr/bin",
    ],
    [127, "", "Install it, or add its folder to PATH, which is /bin:/usr/bin"],
    [
      127,
      "bash: line 1: go.sh: command not found",
      "Write ./go.sh for a file of the folder. Or: Install go.sh, or add its folder to PATH, which is /bin:/usr/bin",
    ],
    [
      127,
      "bash: line 1: ./go.sh: No such file or directory",
      'Check the path; the command runs in "/p"',
    ],
    [
      127,
      "bash: line 1: ./go.sh: cannot execute: required file not found",
      "Its first line, after #!, names a program that is not there",
    ],
    [
      126,
      "bash: ./go.sh: /nope: bad interpreter: No such file or directory",
      "Its first line, after #!, names a program that is not there",
    ],
    [
      126,
      "bash: line 1: ./go on.sh: Permission denied",
      "Make it executable: chmod +x './go on.sh'",
    ],
    [126, "bash: line 1: /: Is a directory", "Name a file in that folder"],
    [126, "", "Make the file executable (chmod +x)"],
  ];
  const place = { path: "/bin:/usr/bin", folder: "/p" };
  for (const [exitCode, stderr, hint] of cases) {
    const action = { exitCode, stderrLines: [stderr] };
    assertEquals(cannotRunHint(action, place), hint, stderr);
  }
  assertEquals(
    [["npn", ["npm", "npx"]], ["./og.sh", ["./go.sh"]]].map(([name, near]) =>
      cannotRunHint({
        exitCode: 127,
        stderrLines: [`bash: line 1: ${name}: command not found`],
      }, { ...place, near: near as string[] })
    ),
    [
      'Did you mean "npm" or "npx"? Install npn, or add its folder to PATH, which is /bin:/usr/bin',
      'Did you mean "./go.sh"? Check the path; the command runs in "/p"',
    ],
  );
  const long = cannotRunHint(
    { exitCode: 127, stderrLines: [] },
    { path: "/x".repeat(400), folder: "/p" },
  );
  assert(long.length < 400 && long.endsWith("…"), long);
});

Deno.test("end: the summary as JSON", () => {
  const json = runSummaryJson(summary({ terminatedBy: "max_steps" }));
  assertEquals(json["schema_version"], 1);
  assertEquals(json["terminated_by"], "max_steps");
  assertEquals(json["iterations"], 3);
  assertEquals(json["duration_ms"], 12_345);
  assertEquals(json["last_action"], {
    state: "check",
    sub_loop: null,
    exit_code: 1,
    verdict: "no",
    duration_ms: 300,
    timeout_kind: null,
    cancelled: false,
    stdout_tail: ["one", "", "two \x1b[2J"],
    stderr_tail: ["three"],
  });
  assertEquals(JSON.parse(JSON.stringify(json)), json);
});

Deno.test("history: one line an event, as the table of the reference", () => {
  const events: RunEvent[] = [
    at(0, { event: "loop_start", loop: "fix" }),
    at(1, enter("check", 1)),
    at(1, start("npm test\nmore")),
    at(1, output("hidden")),
    at(2, complete(1)),
    at(2, complete(0)),
    at(2, complete(124, { timeout_kind: "idle" })),
    at(2, verdict("no", { confidence: 0.5, reason: "still\nred" })),
    at(2, verdict("target")),
    at(2, route("check", "fix"), 1),
    at(2, { event: "route", from: "a", to: "b", ignored_exit_code: 2 }),
    at(3, {
      event: "handoff_detected",
      state: "fix",
      iteration: 2,
      continuation: "x",
    }),
    at(3, {
      event: "budget_exceeded",
      state: "fix",
      loop: "night",
      of: "loop",
      kind: "time",
      spent: 90_004,
      limit: 90_000,
      next: "report",
    }),
    at(3, {
      event: "handoff_spawned",
      state: "fix",
      pid: 7,
      host: "codex",
      prompt_file: "p",
      command: "codex exec",
    }),
    at(3, { event: "warning", state: "fix", message: "odd" }),
    at(3, {
      event: "loop_complete",
      final_state: "fix",
      iterations: 2,
      terminated_by: "error",
      error: "no route",
    }),
  ];
  assertEquals(
    events.flatMap((event) => formatHistoryLines(event, { style: PLAIN })),
    [
      "22:13:20  loop_start        fix",
      "22:13:21  state_enter       check  (iter 1)",
      "22:13:21  action_start      [shell] npm test …",
      "22:13:22  action_complete   ✗ exit=1  300ms",
      "22:13:22  action_complete   ✓  300ms",
      "22:13:22  action_complete   ✗ exit=124  300ms  timeout=idle",
      "22:13:22  evaluate          ✗ no  confidence=0.50  still red",
      "22:13:22  evaluate          ✓ target",
      "22:13:22    route             check → fix",
      "22:13:22  route             a → b  [in spite of exit 2]",
      "22:13:23  handoff_detected  state=fix  iter=2",
      "22:13:23  budget_exceeded   1m 30s of 1m 30s  loop=night  → report",
      "22:13:23  handoff_spawned   state=fix  host=codex  pid=7  prompt=p",
      "22:13:23  warning           state=fix  message=odd",
      "22:13:23  loop_complete     fix  2 iter  [error]  no route",
    ],
  );
});

Deno.test("history: verbose shows output and whole actions, narrow cuts", () => {
  const verbose = { style: PLAIN, isVerbose: true };
  assertEquals(formatHistoryLines(at(0, output("hi", "stderr")), verbose), [
    "22:13:20  action_output     ! hi",
  ]);
  assertEquals(formatHistoryLines(at(0, start("a\nb")), verbose), [
    "22:13:20  action_start      [shell] a",
    "                            b",
  ]);
  assertEquals(
    formatHistoryLines(at(0, start("a long command of many words")), {
      style: { color: false, columns: 40 },
    }),
    ["22:13:20  action_start      [shell] a l…"],
  );
});
