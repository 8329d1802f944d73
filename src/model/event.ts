/**
 * Owns the closed union of what a run publishes. Names and fields are the reference's
 * (EXEC 7); ours are only added. Terminal, log, journal, summary and tests read these.
 */

import type { JsonObject } from "./json.ts";

/** Fields that any event may have. */
export interface EventBase {
  /** ISO 8601, UTC, microseconds, offset `+00:00`. */
  readonly ts: string;
  /** Set on events of sub-loops (1 = direct child). */
  readonly depth?: number;
  /** Number of the effect that the event belongs to: an action's start, output and end. */
  readonly effect?: number;
  /** Id of the frame; absent for the root's, `"0"`. */
  readonly frame?: string;
}

/** One thing that happened in a run. */
export type RunEvent = EventBase & EventBody;

/** The event without time and place. */
export type EventBody =
  | {
    readonly event: "loop_resume";
    readonly loop: string;
    readonly from_state: string;
    readonly iteration: number;
    readonly from_handoff?: true;
    readonly continuation_prompt?: string;
    /** Set where the run went back in time. */
    readonly went_back?: true;
  }
  | { readonly event: "loop_start"; readonly loop: string }
  | {
    readonly event: "state_enter";
    readonly state: string;
    readonly iteration: number;
    readonly iteration_count?: number;
    readonly flushed?: true;
  }
  | {
    readonly event: "action_start";
    readonly action: string;
    readonly is_prompt: boolean;
    readonly state: string;
  }
  | {
    readonly event: "action_output";
    readonly line: string;
    readonly stream?: "stderr";
  }
  /** How far an action has come, as it tells itself: an MCP tool, by what its server reports. */
  | {
    readonly event: "action_progress";
    readonly progress: number;
    /** What `progress` will be in the end, where that is known. */
    readonly total?: number;
    readonly message?: string;
  }
  | {
    readonly event: "output_truncated";
    readonly size_bytes: number;
    readonly kept_bytes: number;
    readonly file: string | null;
    /** Whether that file, too, lacks the end of a very long output. @default {false} */
    readonly is_file_cut?: true;
  }
  | {
    readonly event: "action_complete";
    readonly exit_code: number;
    readonly duration_ms: number;
    readonly output_preview: string | null;
    readonly stderr_preview: string | null;
    readonly is_prompt: boolean;
    readonly timeout_kind?: string;
    readonly cancelled?: true;
    /** From here on: prompts only. */
    readonly host?: string;
    readonly model?: string | null;
    readonly session_id?: string | null;
    readonly input_tokens?: number;
    readonly output_tokens?: number;
    readonly cache_read_tokens?: number;
    readonly cache_creation_tokens?: number;
    /** `null` where it is not known. */
    readonly cost_usd?: number | null;
    readonly effort?: string;
    /** Why the agent failed. */
    readonly agent_failure?: string;
  }
  | {
    /** What an agent does while it works; its words are `action_output`. */
    readonly event: "agent_activity";
    readonly host: string;
    readonly kind: "tool" | "tool_failed" | "notice" | "retry";
    readonly text: string;
  }
  | {
    /** An action has changed test files. */
    readonly event: "tamper_detected";
    readonly state: string;
    readonly policy: "revert" | "fail" | "allow";
    readonly files: readonly string[];
    /** Those of them that could not be put back, by the policy `revert`. */
    readonly left?: readonly string[];
    readonly next?: string;
  }
  | {
    readonly event: "rate_limit_waiting";
    readonly state: string;
    /** Epoch seconds. */
    readonly next_attempt_at: number;
    readonly wait_seconds: number;
    readonly total_waited_seconds: number;
    /** `shared` is for a limit that another run has met. */
    readonly tier: "short_wait" | "long_wait" | "shared";
  }
  | {
    readonly event: "rate_limit_exhausted";
    readonly state: string;
    readonly retries: number;
    readonly short_retries: number;
    readonly long_retries: number;
    readonly total_wait_seconds: number;
    readonly next: string | null;
  }
  | {
    /** Rate limits were waited for in vain for the third time in a row, or more. */
    readonly event: "rate_limit_storm";
    readonly state: string;
    readonly count: number;
  }
  | {
    readonly event: "infra_retry";
    readonly state: string;
    readonly attempt: number;
    /** Seconds. */
    readonly backoff: number;
    readonly reason: string;
  }
  | {
    readonly event: "infra_retry_exhausted";
    readonly state: string;
    readonly retries: number;
  }
  | BudgetFacts & { readonly event: "budget_warning" }
  | BudgetFacts & {
    readonly event: "budget_exceeded";
    /** Where it leads. */
    readonly next?: string;
  }
  | {
    readonly event: "action_error";
    readonly state: string;
    readonly error: string;
    readonly route: "on_error";
  }
  | {
    readonly event: "evaluate";
    readonly type: string;
    readonly verdict: string;
    /** The state that was judged. */
    readonly state: string;
    readonly [detail: string]: unknown;
  }
  | {
    readonly event: "messages_append";
    readonly message: string;
    readonly state: string;
  }
  | {
    readonly event: "route";
    readonly from: string;
    readonly to: string;
    readonly reason?: string;
    /** The rule that led there: `next`, `on_no`, `route _`, `on_retry_exhausted`, … */
    readonly by?: string;
    /** Exit code of an action that failed in a state with `next` and without `on_error`. */
    readonly ignored_exit_code?: number;
  }
  | {
    readonly event: "retry_exhausted";
    readonly state: string;
    readonly retries: number;
    readonly next: string;
  }
  | {
    readonly event: "max_steps_summary";
    readonly summary_state: string;
    readonly iterations: number;
  }
  | {
    readonly event: "max_iterations_reached_summary";
    readonly summary_state: string;
    readonly iteration_count: number;
  }
  | {
    readonly event: "cycle_detected";
    readonly edge: string;
    readonly from: string;
    readonly to: string;
    readonly count: number;
    readonly max: number;
  }
  | {
    readonly event: "stall_detected";
    readonly state: string;
    readonly exit_code: number;
    readonly verdict: string;
    readonly consecutive?: number;
    readonly recurrent?: number;
    readonly action: string;
  }
  | {
    readonly event: "throttle_warn";
    readonly state: string;
    readonly count: number;
    readonly normal_max: number;
    readonly warn_max: number;
    readonly hard_max: number;
  }
  | {
    readonly event: "throttle_hard";
    readonly state: string;
    readonly count: number;
    readonly hard_max: number;
    readonly next: string | null;
  }
  | {
    readonly event: "throttle_stop";
    readonly state: string;
    readonly count: number;
    readonly hard_max: number;
  }
  | {
    readonly event: "prompt_size_warn";
    readonly loop: string;
    readonly state: string;
    readonly size: number;
    readonly threshold: number;
    readonly est_tokens: number;
    /** What is not for a model has no tokens. */
    readonly is_prompt: boolean;
  }
  | {
    /** A prompt waits a little, since much of the machine's memory is in use. */
    readonly event: "host_cooldown";
    readonly state: string;
    readonly used_pct: number;
    readonly cooldown_seconds: number;
  }
  | {
    /** So much of it is in use that the loop wants something done. */
    readonly event: "host_pressure";
    readonly state: string;
    readonly used_pct: number;
    readonly action: "cool_down" | "route" | "abort";
    /** Where that leads. */
    readonly next?: string;
  }
  | {
    readonly event: "host_pressure_relieved";
    readonly state: string;
    readonly used_pct: number;
  }
  | {
    /** The loop does not go on for it. */
    readonly event: "host_pressure_abort";
    readonly state: string;
    readonly used_pct: number;
    readonly next?: string;
  }
  | {
    readonly event: "warning";
    readonly state: string;
    readonly message: string;
  }
  | {
    readonly event: "handoff_detected";
    readonly state: string;
    readonly iteration: number;
    readonly continuation: string;
  }
  | {
    /** An agent was started that goes on with the run; it is not of it. */
    readonly event: "handoff_spawned";
    readonly state: string;
    readonly pid: number;
    readonly host: string;
    /** What it is told, relative to the project. */
    readonly prompt_file: string;
    /** Its command line, permissions included. */
    readonly command: string;
  }
  | {
    /** None was. */
    readonly event: "handoff_spawn_failed";
    readonly state: string;
    readonly error: string;
  }
  | {
    readonly event: "sub_loop_worktree_attached";
    readonly branch: string;
    readonly path: string;
  }
  | {
    readonly event: "sub_loop_worktree_detached";
    readonly branch: string;
    readonly path: string;
  }
  | {
    readonly event: "sub_loop_worktree_error";
    readonly branch: string;
    readonly error: string;
  }
  | {
    readonly event: "loop_complete";
    readonly final_state: string;
    readonly iterations: number;
    readonly terminated_by: TerminatedBy;
    readonly failure_terminal?: true;
    readonly error?: string;
    readonly no_route?: JsonObject;
  };

/** Whose limit is near or reached, and what was spent of it. */
interface BudgetFacts {
  /** The state that spent, or whose limit it is. */
  readonly state: string;
  readonly loop: string;
  readonly of: "state" | "loop";
  readonly kind: "cost" | "tokens" | "calls" | "time";
  /** US dollars, tokens, calls, or milliseconds. */
  readonly spent: number;
  readonly limit: number;
}

/** Why a loop ended. The first nine are the reference's (EXEC 1.8). */
export type TerminatedBy =
  | "terminal"
  | "max_steps"
  | "max_iterations_reached"
  | "timeout"
  | "interrupted"
  | "system_signal"
  | "handoff"
  | "error"
  | "cycle_detected"
  | "stall_detected"
  | "handoff_terminated"
  | "budget_exceeded"
  | "host_pressure_abort";

/** Saved statuses of runs (CLI 3.4). */
export const RUN_STATUSES = [
  "running",
  "completed",
  "failed",
  "interrupted",
  "timed_out",
  "awaiting_continuation",
] as const;

/** One of {@linkcode RUN_STATUSES}. */
export type RunStatus = typeof RUN_STATUSES[number];

/** What was written last: all events of a step have the same time. */
let lastWritten = { epochMs: NaN, text: "" };

/**
 * Returns the time as the reference writes it: microseconds, left out when zero.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatTimestamp(1_700_000_000_250), "2023-11-14T22:13:20.250000+00:00");
 * assertEquals(formatTimestamp(1_700_000_000_000), "2023-11-14T22:13:20+00:00");
 * ```
 */
export function formatTimestamp(epochMs: number): string {
  if (lastWritten.epochMs === epochMs) return lastWritten.text;
  const iso = new Date(Math.trunc(epochMs)).toISOString();
  const fraction = iso.slice(20, 23);
  const text = iso.slice(0, 19) +
    (fraction === "000" ? "" : `.${fraction}000`) + "+00:00";
  lastWritten = { epochMs, text };
  return text;
}
