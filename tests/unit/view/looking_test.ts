// deno-lint-ignore-file camelcase -- the names in the files are the reference's
/** What is told of runs: how they stand, what ran, what happened in one. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { RunEvent, RunRecord, StateFile } from "../../../src/model/mod.ts";
import { auditRun } from "../../../src/app/runs/mod.ts";
import {
  auditJson,
  formatAudit,
  formatHistory,
  formatHistoryLines,
  formatRunList,
  formatRunStatus,
  formatRunStatuses,
  type HistoryEntry,
  historyJson,
  type RunStanding,
  runStatusJson,
  type Style,
} from "../../../src/view/mod.ts";

const PLAIN: Style = { color: false, columns: 80 };
const NOW_MS = Date.UTC(2026, 0, 1, 1);

const RECORD: RunRecord = {
  schema_version: 1,
  id: "20260101T000000000Z-aa",
  loop: "fix",
  loop_argument: "fix",
  file: "/p/.loops/fix.yaml",
  args: ["run", "fix"],
  context: { a: 1 },
  secrets: [],
  overrides: {},
  options: {},
  project: "/p",
  loops_dir: "/p/.loops",
  scope: ["/p"],
  host: "here",
  pid: 12,
  pid_started: null,
  started_at: "2026-01-01T00:00:00+00:00",
  version: "1",
  runtime: "deno",
  ancestors: [],
  definition_hash: "",
};

const STATE: StateFile = {
  loop_name: "fix",
  current_state: "check",
  iteration: 7,
  captured: {},
  prev_result: null,
  last_result: { verdict: "no", details: {} },
  started_at: RECORD.started_at,
  updated_at: "2026-01-01T00:59:58+00:00",
  status: "running",
  accumulated_ms: 3_598_000,
  pid: 12,
  context: { a: 1 },
  schema_version: 1,
  run_id: RECORD.id,
};

const ROUTE = {
  event: "route",
  ts: "2026-01-01T00:59:58+00:00",
  from: "a",
  to: "b\x1b[2J",
} as const;

const LIVE: RunStanding = {
  record: RECORD,
  state: STATE,
  status: "running",
  isAlive: true,
  pid: 34,
  isCutOff: false,
  canResume: false,
  folder: ".loops/runs/aa/",
  elapsedMs: 3_600_000,
  nowMs: NOW_MS,
  logUpdatedMs: NOW_MS - 3000,
  lastEvent: ROUTE,
  problem: null,
};

const CUT_OFF: RunStanding = {
  ...LIVE,
  state: null,
  status: "interrupted",
  isAlive: false,
  isCutOff: true,
  canResume: true,
  elapsedMs: 0,
  logUpdatedMs: null,
  lastEvent: null,
};

const ENDED: RunStanding = {
  ...LIVE,
  state: {
    ...STATE,
    status: "awaiting_continuation",
    terminated_by: "handoff",
    exit_status: 3,
    error: "Out of\n  room",
    active_sub_loop: "deep",
    continuation_prompt: "go on ".repeat(50),
  },
  status: "awaiting_continuation",
  isAlive: false,
  canResume: true,
  logUpdatedMs: null,
  lastEvent: null,
};

Deno.test("status: a live run, the reference's lines first", () => {
  assertEquals(
    formatRunStatus(LIVE, { style: PLAIN, next: ["ll-loop stop x"] }),
    [
      "Loop: fix",
      "Status: running",
      "Current state: check",
      "Iteration: 7",
      "Started: 2026-01-01T00:00:00+00:00 (1h ago)",
      "Updated: 2026-01-01T00:59:58+00:00 (2s ago)",
      "PID: 34 (running)",
      "Run: 20260101T000000000Z-aa",
      "Running time: 1h 0m 0s",
      "Log: .loops/runs/aa/log (3s ago)",
      // Made visible where it is printed.
      "Last event: route  a → b\x1b[2J (2s ago)",
      "Next: ll-loop stop x",
    ],
  );
});

Deno.test("status: a crashed run was told as running, beside a process that was gone", () => {
  assertEquals(formatRunStatus(CUT_OFF, { style: PLAIN, next: [] }), [
    "Loop: fix",
    "Status: interrupted (cut off: its process is gone)",
    "Current state: (starting)",
    "Iteration: 0",
    "Started: 2026-01-01T00:00:00+00:00 (1h ago)",
    "Updated: 2026-01-01T00:00:00+00:00 (1h ago)",
    "PID: 34 (not running)",
    "Run: 20260101T000000000Z-aa",
    "Running time: 0s",
  ]);
});

Deno.test("status: a run that waits for somebody, with the start of what it was told", () => {
  const lines = formatRunStatus(ENDED, { style: PLAIN, next: [] });
  assertEquals(lines.slice(1, 4), [
    "Status: awaiting_continuation",
    "Current state: check (in a sub-loop: deep)",
    "Iteration: 7",
  ]);
  assertEquals(lines.slice(-2), [
    "Ended by: handoff, exit status 3: Out of room",
    `Continuation context: ${"go on ".repeat(50).slice(0, 200)}...`,
  ]);
});

Deno.test("status: several runs are numbered", () => {
  const lines = formatRunStatuses([
    { standing: LIVE, next: [] },
    { standing: CUT_OFF, next: ["ll-loop resume x"] },
  ], PLAIN);
  assertEquals(lines.slice(0, 3), [
    "1. 20260101T000000000Z-aa",
    "   Loop: fix",
    "   Status: running",
  ]);
  assertEquals(lines.slice(12, 15), [
    "",
    "2. 20260101T000000000Z-aa",
    "   Loop: fix",
  ]);
  assertEquals(lines.at(-1), "   Next: ll-loop resume x");
});

Deno.test("status: JSON has the reference's fields, without the context", () => {
  assertEquals(runStatusJson(LIVE), {
    loop_name: "fix",
    current_state: "check",
    iteration: 7,
    captured: {},
    prev_result: null,
    last_result: { verdict: "no", details: {} },
    started_at: "2026-01-01T00:00:00+00:00",
    updated_at: "2026-01-01T00:59:58+00:00",
    status: "running",
    accumulated_ms: 3_600_000,
    pid: 34,
    pid_source: "lock_file",
    log_file: ".loops/runs/aa/log",
    log_updated_ago: 3,
    last_event: ROUTE,
    events_file: ".loops/runs/aa/events.jsonl",
    schema_version: 1,
    run_id: RECORD.id,
    instance_id: RECORD.id,
    run_folder: ".loops/runs/aa/",
    file: "/p/.loops/fix.yaml",
    host: "here",
    cut_off: false,
    can_resume: false,
  });
  const { status, current_state, iteration, pid, pid_source, cut_off } =
    runStatusJson(CUT_OFF);
  assertEquals(
    { status, current_state, iteration, pid, pid_source, cut_off },
    {
      status: "interrupted",
      current_state: null,
      iteration: 0,
      pid: null,
      pid_source: null,
      cut_off: true,
    },
  );
});

Deno.test("list --running: what runs, then what could go on", () => {
  const list = (runs: readonly RunStanding[], status: string | null = null) =>
    formatRunList(runs, { style: PLAIN, status });
  assertEquals(list([LIVE, ENDED, CUT_OFF]), [
    "Running loops:",
    "  fix: check (7 steps) [running] 1h 0m 0s 20260101T000000000Z-aa",
    "",
    "Can be resumed (2):",
    "  fix: check (7 steps) [awaiting_continuation] 1h 0m 0s 20260101T000000000Z-aa",
    "  fix: (starting) (0 steps) [interrupted] 0s 20260101T000000000Z-aa",
  ]);
  assertEquals(list([]), ["No running loops"]);
  assertEquals(list([], "failed"), ["No loops with status: failed"]);
  assertEquals(list([LIVE], "running").slice(0, 1), [
    "Runs with status running (1):",
  ]);
});

const ENTRY: HistoryEntry = {
  runId: "20260101T000000000Z-aa",
  loop: "fix",
  status: "completed",
  startedAt: "2026-01-01T00:00:00.123000+00:00",
  iterations: 1,
  durationMs: 61_000,
  isArchived: false,
  problem: null,
};
const DAMAGED: HistoryEntry = {
  runId: "b",
  loop: null,
  status: null,
  startedAt: null,
  iterations: null,
  durationMs: null,
  isArchived: false,
  problem: "It is damaged",
};

Deno.test("history: a row for each run, colours only where they are wanted", () => {
  const of = (
    entries: readonly HistoryEntry[],
    more: { loop?: string; max?: number; style?: Style } = {},
  ) =>
    formatHistory(entries, {
      style: PLAIN,
      loop: null,
      max: 9,
      eventsCommand: "ll-loop history x",
      ...more,
    });
  assertEquals(of([ENTRY, DAMAGED]), [
    "Runs (2 total; times are UTC):",
    "",
    "  20260101T000000000Z-aa  fix  completed  2026-01-01 00:00:00  1 iter  1m 1s",
    "  b                       ?    unknown    ?                    ?       ?",
    "",
    "To view events: ll-loop history x",
  ]);
  assertEquals(of([ENTRY, ENTRY, ENTRY], { loop: "fix", max: 1 }).slice(0, 4), [
    "Runs of fix (3 total; times are UTC):",
    "",
    "  20260101T000000000Z-aa  completed  2026-01-01 00:00:00  1 iter  1m 1s",
    "  and 2 older: -n 3",
  ]);
  assertEquals(of([]), ["No runs yet"]);
  assertEquals(of([], { loop: "fix" }), ["No history for: fix"]);
  const colored = of([ENTRY], { style: { ...PLAIN, color: true } })[2] ?? "";
  assertStringIncludes(colored, "\x1b[32mcompleted\x1b[0m");
  assertEquals(historyJson([ENTRY, DAMAGED]), [
    {
      run_id: "20260101T000000000Z-aa",
      status: "completed",
      started_at: "2026-01-01T00:00:00.123000+00:00",
      iterations: 1,
      duration_ms: 61_000,
      loop: "fix",
      archived: false,
      schema_version: 1,
    },
    {
      run_id: "b",
      status: null,
      started_at: null,
      iterations: null,
      duration_ms: null,
      loop: null,
      archived: false,
      problem: "It is damaged",
      schema_version: 1,
    },
  ]);
});

Deno.test("history: events of another release are shown by their fields", () => {
  const lines = (event: object, more = {}) =>
    formatHistoryLines(
      { ts: "2026-01-01T10:00:00+00:00", ...event } as RunEvent,
      { style: PLAIN, ...more },
    );
  assertEquals(lines({ event: "learned", about: "x\ny", n: 3 }), [
    "10:00:00  learned           about=x y  n=3",
  ]);
  assertEquals(lines({ event: "evaluate", result: "yes" }), [
    "10:00:00  evaluate          result=yes",
  ]);
  assertEquals(
    lines({ event: "action_complete", exit_code: 0, duration_ms: 5 }, {
      isVerbose: true,
    }),
    ["10:00:00  action_complete   ✓  5ms"],
  );
  const output_preview = "1\n2\n3\n4\n5\n6";
  const done = {
    event: "action_complete",
    exit_code: 0,
    duration_ms: 5,
    output_preview,
  };
  assertEquals(lines(done, { isVerbose: true }).length, 6);
  assertEquals(lines(done, { isVerbose: true, isFull: true }).length, 7);
  const output = { event: "action_output", line: "hi" };
  assertEquals(lines(output), []);
  assertEquals(lines(output, { hasOutput: true }), [
    "10:00:00  action_output     │ hi",
  ]);
});

Deno.test("audit: what a run did, by event, state and verdict, without the time between segments", () => {
  const at = (second: number) =>
    `2026-01-01T00:00:${String(second).padStart(2, "0")}+00:00`;
  const deep = { depth: 1, frame: "0.1" };
  const events = [
    { event: "loop_start", ts: at(0), loop: "fix" },
    { event: "state_enter", ts: at(1), state: "check", iteration: 1 },
    { event: "action_complete", ts: at(3), exit_code: 1, duration_ms: 5 },
    { event: "evaluate", ts: at(3), verdict: "no", state: "check" },
    { event: "state_enter", ts: at(4), state: "deep", iteration: 2 },
    { event: "loop_start", ts: at(4), loop: "child", ...deep },
    { event: "state_enter", ts: at(4), state: "check", iteration: 1, ...deep },
    {
      event: "action_complete",
      ts: at(6),
      exit_code: -15,
      duration_ms: 5,
      cancelled: true,
      ...deep,
    },
    {
      event: "loop_complete",
      ts: at(6),
      terminated_by: "interrupted",
      final_state: "deep",
    },
    { event: "loop_resume", ts: at(30), from_state: "deep", iteration: 2 },
    { event: "loop_start", ts: at(30), loop: "fix" },
    { event: "state_enter", ts: at(31), state: "check", iteration: 2, ...deep },
    {
      event: "action_complete",
      ts: at(35),
      exit_code: 124,
      timeout_kind: "wall",
      duration_ms: 5,
      ...deep,
    },
    {
      event: "evaluate",
      ts: at(35),
      verdict: "error",
      state: "check",
      ...deep,
    },
    {
      event: "loop_complete",
      ts: at(36),
      terminated_by: "terminal",
      final_state: "done",
      ...deep,
    },
    { event: "state_enter", ts: at(37), state: "check", iteration: 3 },
    { event: "evaluate", ts: at(38), verdict: "no", state: "check" },
    {
      event: "loop_complete",
      ts: at(40),
      terminated_by: "terminal",
      final_state: "bad",
      failure_terminal: true,
    },
  ] as unknown as readonly RunEvent[];
  const run = { id: "r", loop: "fix" };
  const audit = auditRun(run, events, { maxSteps: 7 });
  assertEquals(formatAudit(audit, PLAIN), [
    "Loop: fix",
    "Run: r",
    "Terminated by: terminal at bad, which means failure",
    "Budget: 42.9% (3/7 steps)",
    "Running time: 16.0s",
    "Actions: 3 run, 2 failed, 1 timed out, 1 stopped",
    "Resumed: 1 time",
    "",
    "States:",
    "  check        2 entries  6.0s",
    "  deep         1 entry    9.0s",
    "  child/check  2 entries  8.0s",
    "",
    "Verdicts:",
    "  no     2",
    "  error  1",
    "",
    "Events:",
    "  loop_start       3",
    "  state_enter      5",
    "  action_complete  3",
    "  evaluate         3",
    "  loop_complete    3",
    "  loop_resume      1",
  ]);
  const half = auditRun(run, events.slice(0, 7), { maxSteps: null });
  const { terminated_by, states, max_steps, budget_percent, total_events } =
    auditJson(half);
  assertEquals(
    { terminated_by, states, max_steps, budget_percent, total_events },
    {
      terminated_by: null,
      states: [
        { state: "check", sub_loop: null, entries: 1, duration_ms: 3000 },
        { state: "deep", sub_loop: null, entries: 1, duration_ms: 0 },
        { state: "check", sub_loop: "child", entries: 1, duration_ms: 0 },
      ],
      max_steps: null,
      budget_percent: null,
      total_events: 7,
    },
  );
  assertEquals(formatAudit(half, PLAIN).slice(2, 4), [
    "Terminated by: (not ended)",
    "Budget: 2 steps; the cap is not known, --max-steps N gives one",
  ]);
});
