/** Owns the record from which the end of a run is told, and its JSON form. */

import {
  type Changes,
  type JsonObject,
  type RunEnd,
  SCHEMA_VERSION,
} from "../model/mod.ts";
import { spendJson, type SpendSummary } from "./spend.ts";
import type { UntilSummary } from "./until_lines.ts";

/** Changed files that the JSON form names. */
const FILES_MAX = 200;

/** Everything that the end message and `run --json` say. Paths are as they shall be shown. */
export interface RunSummary {
  readonly loop: string;
  readonly runId: string;
  /** The run's folder, with a trailing slash. */
  readonly runFolder: string;
  readonly end: RunEnd;
  readonly exitStatus: number;
  readonly elapsedMs: number;
  readonly limits: {
    readonly maxSteps: number;
    readonly maxIterations: number | null;
    /** Maintain-mode restarts so far. */
    readonly passes: number;
    readonly timeoutMs: number | null;
  };
  /** Where the final state is defined; `null` when it is not known. */
  readonly place:
    | { readonly file: string; readonly line: number | null }
    | null;
  /** The key at the top of a file that ended the run; `null` when none did, or a flag raises it. */
  readonly limitPlace: {
    readonly key: string;
    readonly file: string;
    /** `null` where the file leaves it to its default. */
    readonly line: number | null;
  } | null;
  /** Whether the final state has a route table: a missing verdict is then added there. */
  readonly hasRouteTable: boolean;
  /** What to do about an end whose reason lies outside of the loop, a full disk say. */
  readonly hint: string | null;
  /** What would make the program run that the last action could not find; beside `hint`. */
  readonly programHint?: string | null;
  /** The last action that ran, in whichever sub-loop; `null` when none did. */
  readonly lastAction: LastAction | null;
  /** The signal that ended the run, such as `SIGINT`. */
  readonly signal: string | null;
  /**
   * The arguments of this program that started the run, without its name, without secrets, and
   * without the option for the cap that ended it.
   */
  readonly args: readonly string[];
  /** Whether `resume` would go on with this run. */
  readonly canResume: boolean;
  /** What `resume` has to be told beside the id: where the run is found, secrets. */
  readonly resumeWords: readonly string[];
  /** Of loops of `until`: how far they came. */
  readonly until?: UntilSummary | null;
  /** What its agents have spent; absent where none was called. */
  readonly spend?: SpendSummary | null;
  /** The agent that was started to go on with it; absent where none was. */
  readonly successor?: { readonly host: string; readonly pid: number };
  /** What the run did to the files of the project, where that was asked. */
  readonly changes?: Changes | null;
}

/** What is told of the last action. */
export interface LastAction {
  readonly state: string;
  /** Name of its loop, when that is a sub-loop. */
  readonly subLoop: string | null;
  readonly exitCode: number;
  /** Verdict of its evaluation; `null` when there was none. */
  readonly verdict: string | null;
  readonly durationMs: number;
  readonly timeoutKind: string | null;
  readonly isCancelled: boolean;
  /** Last lines of each stream, oldest first; a dozen are enough. */
  readonly stdoutLines: readonly string[];
  readonly stderrLines: readonly string[];
}

/** Returns whether the run ended in a success terminal. */
export function isSuccess(end: RunEnd): boolean {
  return end.terminatedBy === "terminal" && !end.isFailureTerminal;
}

/** Returns the object that `run --json` prints: times in ms, names as in events. */
export function runSummaryJson(summary: RunSummary): JsonObject {
  const { end, limits, lastAction } = summary;
  return {
    schema_version: SCHEMA_VERSION,
    loop: summary.loop,
    run_id: summary.runId,
    run_folder: summary.runFolder,
    exit_status: summary.exitStatus,
    terminated_by: end.terminatedBy,
    final_state: end.finalState,
    failure_terminal: end.isFailureTerminal,
    iterations: end.steps,
    iteration_count: limits.passes,
    max_steps: limits.maxSteps,
    max_iterations: limits.maxIterations,
    duration_ms: Math.round(summary.elapsedMs),
    error: end.error,
    hint: summary.hint,
    signal: summary.signal,
    can_resume: summary.canResume,
    file: summary.place?.file ?? null,
    line: summary.place?.line ?? null,
    no_route: end.noRoute === null ? null : {
      state: end.noRoute.state,
      verdict: end.noRoute.verdict,
      exit_code: end.noRoute.exitCode,
    },
    continuation: end.continuation,
    handoff_spawned: summary.successor === undefined
      ? null
      : { host: summary.successor.host, pid: summary.successor.pid },
    spend: summary.spend ? spendJson(summary.spend.states) : null,
    until: untilJson(summary.until ?? null),
    files_changed: changesJson(summary.changes ?? null),
    last_action: lastAction === null ? null : {
      state: lastAction.state,
      sub_loop: lastAction.subLoop,
      exit_code: lastAction.exitCode,
      verdict: lastAction.verdict,
      duration_ms: Math.round(lastAction.durationMs),
      timeout_kind: lastAction.timeoutKind,
      cancelled: lastAction.isCancelled,
      stdout_tail: lastAction.stdoutLines,
      stderr_tail: lastAction.stderrLines,
    },
  };
}

function untilJson(until: UntilSummary | null): JsonObject | null {
  return until === null ? null : {
    has_fix: until.hasFix,
    used: until.used,
    max: until.max,
    gave_up: until.gaveUp,
  };
}

function changesJson(changes: Changes | null): JsonObject | null {
  if (changes === null) return null;
  if (changes.kind === "unknown") {
    return { count: null, files: [], error: changes.reason };
  }
  const { files } = changes;
  return {
    count: files.length,
    files: files.slice(0, FILES_MAX).map(({ path, change }) => ({
      path,
      change,
    })),
    error: null,
  };
}
