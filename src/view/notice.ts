/** Owns one sentence for each event that is not part of an ordinary step. */

import {
  formatAmount,
  formatSpan,
  formatUsed,
  type RunEvent,
} from "../model/mod.ts";
import { count } from "./count.ts";
import type { Tone } from "./style.ts";

/** A line about something unusual; `null` tone is plain text. */
export interface Notice {
  readonly text: string;
  readonly tone: Tone | null;
}

/** Returns the notice of `event`; `null` for the events of ordinary steps. Text is one line. */
export function formatNotice(event: RunEvent): Notice | null {
  const notice = noticeOf(event);
  if (notice === null) return null;
  return { ...notice, text: notice.text.trim().replaceAll(/\s*\n\s*/g, " ") };
}

function noticeOf(event: RunEvent): Notice | null {
  switch (event.event) {
    case "loop_resume":
      return plain(
        `${
          event.went_back ? "back at" : "resumed at"
        } ${event.from_state}, after ${count(event.iteration, "step")}`,
      );
    case "output_truncated": {
      const part = event.is_file_cut === true ? "start" : "whole";
      const rest = event.file === null
        ? ""
        : `; the ${part} is in ${event.file}`;
      return warning(
        `output cut: ${event.kept_bytes} of ${
          count(event.size_bytes, "byte")
        } shown${rest}`,
      );
    }
    case "action_error":
      return { text: `error: ${event.error}`, tone: "failure" };
    case "messages_append":
      return plain(`message: ${event.message}`);
    case "retry_exhausted": {
      // The event counts the one that was not allowed any more, too (EXEC 1.5).
      const used = Math.max(0, event.retries - 1);
      return warning(
        `-> ${event.next} (${count(used, "retry", "retries")} used)`,
      );
    }
    case "max_steps_summary":
      return warning(
        `step cap reached after ${
          count(event.iterations, "step")
        } -> ${event.summary_state}`,
      );
    case "max_iterations_reached_summary":
      return warning(
        `iteration cap reached after ${
          count(event.iteration_count, "full iteration")
        } -> ${event.summary_state}`,
      );
    case "cycle_detected":
      return {
        text: `cycle: ${event.from} -> ${event.to} taken ${
          count(event.count, "time")
        }, the limit is ${event.max}`,
        tone: "failure",
      };
    case "stall_detected": {
      const times = event.consecutive ?? event.recurrent ?? 0;
      return {
        text: `stall: ${event.state} gave ${event.verdict}, exit ${
          String(event.exit_code)
        }, ${count(times, "time")}; ${event.action}`,
        tone: "failure",
      };
    }
    case "throttle_warn":
      return warning(
        `throttle: ${event.state} ran ${
          count(event.count, "time")
        } in a row, the hard limit is ${event.hard_max}`,
      );
    case "throttle_hard":
      return warning(
        `throttle: ${event.state} ran ${
          count(event.count, "time")
        } in a row, the hard limit is ${event.hard_max}`,
      );
    case "throttle_stop":
      return {
        text: `throttle: ${event.state} ran ${
          count(event.count, "time")
        } in a row, the hard limit is ${event.hard_max}; stopped`,
        tone: "failure",
      };
    case "prompt_size_warn":
      return warning(
        `warning: ${
          event.is_prompt
            ? `prompt of ${count(event.size, "character")} (about ${
              formatAmount("tokens", event.est_tokens)
            })`
            : `action of ${count(event.size, "character")}`
        }, more than ${event.threshold}`,
      );
    case "warning":
      return warning(`warning: ${event.message}`);
    case "budget_warning": {
      const part = Math.floor(event.spent / event.limit * 100);
      // What is more than all of it is plain to see.
      return warning(
        `budget: ${budgetUsed(event)}${part < 100 ? ` (${part} %)` : ""}`,
      );
    }
    case "budget_exceeded": {
      const next = event.next === undefined ? "" : ` -> ${event.next}`;
      return {
        text: `budget: ${budgetUsed(event)}${next}`,
        tone: "failure",
      };
    }
    case "rate_limit_waiting": {
      const at = new Date(event.next_attempt_at * 1000).toISOString()
        .slice(11, 16);
      return warning(
        `rate limit${
          event.tier === "shared" ? " that a run here has met" : ""
        }: asks ${event.tier === "shared" ? "" : "again "}in ${
          formatSpan(event.wait_seconds * 1000)
        }, at ${at} UTC`,
      );
    }
    case "rate_limit_exhausted": {
      const next = event.next === null ? "" : ` -> ${event.next}`;
      return {
        text: `rate limit: waited ${
          formatSpan(event.total_wait_seconds * 1000)
        } in vain${next}`,
        tone: "failure",
      };
    }
    case "rate_limit_storm":
      return warning(
        `rate limit: in vain ${event.count} times in a row; others may use the same account`,
      );
    case "infra_retry":
      return warning(
        `the agent failed: ${event.reason}; asks again in ${
          formatSpan(event.backoff * 1000)
        } (${event.attempt})`,
      );
    case "infra_retry_exhausted":
      return warning(
        `the agent failed again, after ${
          count(event.retries, "retry", "retries")
        }`,
      );
    case "tamper_detected": {
      const next = event.next === undefined ? "" : ` -> ${event.next}`;
      const files = event.files.join(", ");
      const isUndone = event.policy === "revert" && event.left === undefined;
      return {
        text: isUndone
          ? `test files were changed and put back: ${files}`
          : `test files were changed: ${
            (event.left ?? event.files).join(", ")
          }${next}`,
        tone: isUndone ? "warning" : "failure",
      };
    }
    case "agent_activity":
      return event.kind === "tool"
        ? plain(event.text)
        : warning(`${event.host}: ${event.text}`);
    case "host_cooldown":
      return {
        text: `host: ${event.used_pct} % of the memory is in use; waits ${
          formatSpan(event.cooldown_seconds * 1000)
        }`,
        tone: "secondary",
      };
    case "host_pressure": {
      const next = event.next === undefined ? "" : ` -> ${event.next}`;
      return warning(
        `host: ${event.used_pct} % of the memory is in use${next}`,
      );
    }
    case "host_pressure_relieved":
      return {
        text: `host: ${event.used_pct} % of the memory is in use again`,
        tone: "secondary",
      };
    case "host_pressure_abort":
      return {
        text: "host: the loop does not go on under this pressure",
        tone: "failure",
      };
    case "handoff_detected":
      return warning(`handoff: ${event.continuation}`);
    case "handoff_spawned":
      return warning(
        `handoff: ${event.host} goes on with the run, pid ${event.pid}: ${event.command} < ${event.prompt_file}`,
      );
    case "handoff_spawn_failed":
      return warning(
        `handoff: no agent was started to go on: ${event.error}`,
      );
    case "sub_loop_worktree_attached":
      return plain(`worktree ${event.branch} at ${event.path}`);
    case "sub_loop_worktree_detached":
      return plain(`worktree ${event.branch} removed`);
    case "sub_loop_worktree_error":
      return warning(`warning: worktree ${event.branch}: ${event.error}`);
    case "loop_start":
    case "state_enter":
    case "action_start":
    case "action_progress":
    case "action_output":
    case "action_complete":
    case "evaluate":
    case "route":
    case "loop_complete":
      return null;
  }
}

function plain(text: string): Notice {
  return { text, tone: null };
}

function warning(text: string): Notice {
  return { text, tone: "warning" };
}

/** Returns how much of which budget is used. */
function budgetUsed(
  event: Extract<
    RunEvent,
    { readonly event: "budget_warning" | "budget_exceeded" }
  >,
): string {
  const { kind, of, loop, state } = event;
  return `${formatUsed(kind, event)} of ${
    of === "state" ? `state "${state}"` : `loop "${loop}"`
  } used`;
}
