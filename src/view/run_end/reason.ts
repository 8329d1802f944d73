/** Owns why a run has ended, in one sentence. */

import {
  CHECK_STATE,
  formatSpan,
  type RunEnd,
  unreachable,
} from "../../model/mod.ts";
import { count } from "../count.ts";
import type { RunSummary } from "../run_summary.ts";
import { formatGoalMissed } from "../until_lines.ts";
import { quote } from "../visible.ts";
import { oneLine } from "./one_line.ts";

/** Returns the reason of an end in one sentence, naming the loop. */
export function formatReason(
  summary: Pick<
    RunSummary,
    "loop" | "end" | "limits" | "signal" | "until" | "lastAction"
  >,
): string {
  const { end, limits } = summary;
  const loop = `Loop "${summary.loop}"`;
  const error = end.error === null ? "" : oneLine(end.error);
  // A sentence of the engine's own; what an action says stays as it is.
  const why = error.slice(0, 1).toLowerCase() + error.slice(1);
  const { until = null } = summary;
  const missed = until === null
    ? null
    : formatGoalMissed(until, summary.lastAction);
  if (missed !== null) return `${loop} stopped: ${missed}`;
  switch (end.terminatedBy) {
    case "terminal":
      return end.isFailureTerminal
        ? isGeneric(end)
          ? `${loop} failed: it ended in "${end.finalState}", which means failure`
          : `${loop} failed: ${why}`
        : `${loop} completed: ${end.finalState}`;
    case "max_steps":
      return `${loop} stopped: the cap of ${
        count(limits.maxSteps, "step")
      } is reached`;
    case "max_iterations_reached":
      return `${loop} stopped: the cap of ${
        count(limits.maxIterations ?? limits.passes, "full iteration")
      } is reached`;
    case "timeout":
      return limits.timeoutMs === null
        ? `${loop} stopped: its timeout has passed`
        : `${loop} stopped: its timeout of ${
          formatSpan(limits.timeoutMs)
        } has passed${
          until === null ? "" : `, and ${howCheckStands(summary)}`
        }`;
    case "interrupted":
      return summary.signal === null
        ? `${loop} paused: ${why || "it was asked to stop"}`
        : `${loop} stopped by ${summary.signal}`;
    case "system_signal":
      return `${loop} stopped: ${
        why || "an action was ended by a signal from outside"
      }`;
    case "handoff":
      return `${loop} paused: state "${end.finalState}" asked for a handoff`;
    case "handoff_terminated":
      return `${loop} ended: state "${end.finalState}" asked for a handoff`;
    case "cycle_detected":
      return `${loop} stopped: ${why || "it went in a circle"}`;
    case "stall_detected":
      return `${loop} stopped: ${why || "it made no progress"}`;
    case "budget_exceeded":
      return `${loop} stopped: ${why || "a budget is used up"}`;
    case "host_pressure_abort":
      return `${loop} stopped: ${why || "too much of the memory is in use"}`;
    case "error":
      return `${loop} stopped: ${noRouteReason(end) ?? (error || "an error")}`;
    default:
      return unreachable(end.terminatedBy);
  }
}

function howCheckStands(
  { lastAction }: Pick<RunSummary, "lastAction">,
): string {
  const isCut = lastAction?.state === CHECK_STATE &&
    lastAction.timeoutKind !== null;
  return isCut ? "the check did not end" : "the check still fails";
}

function noRouteReason(end: RunEnd): string | null {
  if (end.noRoute === null) return null;
  const { state, verdict, exitCode } = end.noRoute;
  const exit = exitCode === null ? "" : ` (exit code ${exitCode})`;
  return `state "${state}" has no route for verdict ${quote(verdict)}${exit}`;
}

/** Whether an end says nothing but where it is. */
function isGeneric({ error, finalState }: RunEnd): boolean {
  return error === null || error === "" ||
    error === `Reached the failure state "${finalState}"`;
}
