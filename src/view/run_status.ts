/** Owns how a run stands, as text and JSON (CLI 2.9, 2.10): for `status` and `list --running`. */

import {
  type Json,
  type JsonObject,
  type RunEvent,
  type RunRecord,
  type RunStatus,
  SCHEMA_VERSION,
  type StateFile,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { formatAgo, formatElapsed } from "./duration.ts";
import { formatHistoryDetail } from "./history_line.ts";
import { spendLines } from "./spend.ts";
import { painter, type Style, symbolsOf, type Tone } from "./style.ts";
import { makeVisible } from "./visible.ts";
import { truncate } from "./width.ts";

/** What is told of a run. */
export interface RunStanding {
  readonly record: RunRecord;
  /** `null` where it has not come to a state. */
  readonly state: StateFile | null;
  readonly status: RunStatus;
  /** Whether a process is running it now. */
  readonly isAlive: boolean;
  /** The process that runs it, or that ran it last. */
  readonly pid: number;
  /** Whether it was cut off: nobody is running it, and it wrote no end. */
  readonly isCutOff: boolean;
  /** Whether something is left to go on with. */
  readonly canResume: boolean;
  /** Its folder with a trailing slash, as it shall be shown. */
  readonly folder: string;
  /** Running time of all its segments up to now. */
  readonly elapsedMs: number;
  readonly nowMs: number;
  /** When its log was last written; `null` without one. */
  readonly logUpdatedMs: number | null;
  /** `null` where there is none; absent where nobody looked. */
  readonly lastEvent?: RunEvent | null;
  /** What cannot be read of it; `null` when all can. */
  readonly problem: string | null;
}

const CONTINUATION_LENGTH_MAX = 200;
const LABEL_OF_LAST_EVENT = "Last event";

/** Returns a run as lines of a label and a value, the reference's first; `next` is what to type then. */
export function formatRunStatus(
  standing: RunStanding,
  options: { readonly style: Style; readonly next: readonly string[] },
): readonly string[] {
  const { record, state, nowMs } = standing;
  const { style, next } = options;
  const paint = painter(style);
  const status = paint(toneOf(standing.status), standing.status);
  const cutOff = standing.isCutOff ? " (cut off: its process is gone)" : "";
  const subLoop = state?.active_sub_loop === undefined
    ? ""
    : ` (in a sub-loop: ${state.active_sub_loop})`;
  const updatedAt = state?.updated_at ?? record.started_at;
  const rows: [label: string, text: string][] = [
    ["Loop", record.loop],
    ["Status", `${status}${cutOff}`],
    ["Current state", `${state?.current_state ?? "(starting)"}${subLoop}`],
    ["Iteration", String(state?.iteration ?? 0)],
    ["Started", withAge(record.started_at, nowMs)],
    ["Updated", withAge(updatedAt, nowMs)],
  ];
  if (standing.isAlive) rows.push(["PID", `${standing.pid} (running)`]);
  if (standing.isCutOff) rows.push(["PID", `${standing.pid} (not running)`]);
  rows.push(["Run", record.id]);
  rows.push(["Running time", formatElapsed(standing.elapsedMs)]);
  const ended = endOf(standing);
  if (ended !== null) rows.push(["Ended by", ended]);
  if (standing.logUpdatedMs !== null) {
    const age = formatAgo(nowMs - standing.logUpdatedMs);
    rows.push(["Log", `${standing.folder}log (${age})`]);
  }
  const { lastEvent = null } = standing;
  if (lastEvent !== null) {
    const age = formatAgo(nowMs - Date.parse(lastEvent.ts));
    const detail = formatHistoryDetail(lastEvent, style);
    rows.push([
      LABEL_OF_LAST_EVENT,
      `${lastEvent.event}  ${detail}`.trimEnd() + ` (${age})`,
    ]);
  }
  for (const line of spendLines(state?.spend)) rows.push(["Spent", line]);
  const continuation = state?.continuation_prompt;
  if (continuation !== undefined) {
    rows.push(["Continuation context", shorten(continuation)]);
  }
  rows.push(...next.map((command): [string, string] => ["Next", command]));
  return rows.map(([label, text]) => {
    const line = `${paint("secondary", `${label}:`)} ${text}`;
    // Facts are there to be copied; only what an event says may be long.
    return label === LABEL_OF_LAST_EVENT
      ? truncate(line, {
        columns: style.columns,
        ellipsis: symbolsOf(style).ellipsis,
      })
      : line;
  });
}

/** Returns several runs of a loop as a numbered list. */
export function formatRunStatuses(
  runs: readonly {
    readonly standing: RunStanding;
    readonly next: readonly string[];
  }[],
  style: Style,
): readonly string[] {
  return runs.flatMap(({ standing, next }, index) => [
    ...(index === 0 ? [] : [""]),
    `${index + 1}. ${standing.record.id}`,
    ...formatRunStatus(standing, { style, next }).map((line) => `   ${line}`),
  ]);
}

/**
 * Returns a run as the object of `status --json`: the reference's state fields, with the
 * status that counts, and what belongs to a run around them. `pid` is `null` unless it lives.
 */
export function runStatusJson(standing: RunStanding): JsonObject {
  const { record, state, nowMs } = standing;
  // The context is on the disk only, as in the reference.
  const { context: _context, pid: _pid, schema_version: version, ...fields } =
    state ?? startingState(record);
  return {
    ...fields,
    started_at: record.started_at,
    status: standing.status,
    accumulated_ms: Math.round(standing.elapsedMs),
    pid: standing.isAlive ? standing.pid : null,
    pid_source: standing.isAlive ? "lock_file" : null,
    log_file: standing.logUpdatedMs === null ? null : `${standing.folder}log`,
    log_updated_ago: standing.logUpdatedMs === null
      ? null
      : Math.max(0, Math.round((nowMs - standing.logUpdatedMs) / 1000)),
    ...(standing.lastEvent === undefined
      ? {}
      : { last_event: standing.lastEvent as unknown as Json }),
    events_file: `${standing.folder}events.jsonl`,
    schema_version: version,
    run_id: record.id,
    // What the reference calls a run.
    instance_id: record.id,
    run_folder: standing.folder,
    file: record.file,
    host: record.host,
    cut_off: standing.isCutOff,
    can_resume: standing.canResume,
    ...(standing.problem === null ? {} : { problem: standing.problem }),
  };
}

/** Returns runs as a list, those that go on now first; `status` is what they were asked for by. */
export function formatRunList(
  runs: readonly RunStanding[],
  options: { readonly style: Style; readonly status: string | null },
): readonly string[] {
  const { style, status } = options;
  const rows = (some: readonly RunStanding[]) =>
    some.map((run) => formatRunRow(run, style));
  if (status !== null) {
    return runs.length === 0
      ? [`No loops with status: ${status}`]
      : [`Runs with status ${status} (${runs.length}):`, ...rows(runs)];
  }
  const live = runs.filter(({ isAlive }) => isAlive);
  const paused = runs.filter(({ isAlive }) => !isAlive);
  return [
    ...live.length === 0 ? ["No running loops"] : ["Running loops:"],
    ...rows(live),
    ...paused.length === 0 ? [] : ["", `Can be resumed (${paused.length}):`],
    ...rows(paused),
  ];
}

/** Returns one line of `list --running`, and of what runs now. */
export function formatRunRow(standing: RunStanding, style: Style): string {
  const { record, state } = standing;
  const paint = painter(style);
  const steps = count(state?.iteration ?? 0, "step");
  const parts = [
    `${paint("name", makeVisible(record.loop))}: ${
      state?.current_state ?? "(starting)"
    }`,
    `(${steps})`,
    `[${paint(toneOf(standing.status), standing.status)}]`,
    formatElapsed(standing.elapsedMs),
    paint("secondary", record.id),
  ];
  return `  ${parts.join(" ")}`;
}

/** Returns the colour of a status. */
export function toneOf(status: string): Tone {
  switch (status) {
    case "running":
      return "info";
    case "completed":
      return "success";
    case "interrupted":
    case "awaiting_continuation":
      return "warning";
    default:
      return "failure";
  }
}

function endOf({ state, isAlive }: RunStanding): string | null {
  if (state?.terminated_by === undefined || isAlive) return null;
  const status = state.exit_status === undefined
    ? ""
    : `, exit status ${state.exit_status}`;
  const why = state.error === undefined
    ? ""
    : `: ${makeVisible(state.error.trim().replaceAll(/\s*\n\s*/g, " "))}`;
  return `${state.terminated_by}${status}${why}`;
}

function withAge(ts: string, nowMs: number): string {
  const ms = Date.parse(ts);
  return Number.isNaN(ms) ? ts : `${ts} (${formatAgo(nowMs - ms)})`;
}

function shorten(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, " ");
  return line.length > CONTINUATION_LENGTH_MAX
    ? `${line.slice(0, CONTINUATION_LENGTH_MAX)}...`
    : line;
}

/** The fields of a run that has not come to its first state. */
function startingState(record: RunRecord): Omit<StateFile, "current_state"> & {
  readonly current_state: null;
} {
  return {
    loop_name: record.loop,
    current_state: null,
    iteration: 0,
    captured: {},
    prev_result: null,
    last_result: null,
    started_at: record.started_at,
    updated_at: record.started_at,
    status: "running",
    accumulated_ms: 0,
    pid: record.pid,
    schema_version: SCHEMA_VERSION,
    run_id: record.id,
  };
}
