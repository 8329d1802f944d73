/** Owns what an end means: the exit status for scripts and the status in the state file. */

import {
  EXIT,
  type RunEnd,
  type RunStatus,
  type StopRequest,
  unreachable,
} from "../../model/mod.ts";

const SIGNAL_STATUS: Readonly<Record<string, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** Returns the exit status of a program that a signal ended: 128 and its number. */
export function signalStatusOf(signal: string): number {
  return SIGNAL_STATUS[signal] ?? EXIT.stopped;
}

/** Returns the exit status of a run that ended so. */
export function exitStatusOf(
  end: Pick<RunEnd, "terminatedBy" | "isFailureTerminal">,
  stop: StopRequest | null,
): number {
  if (end.terminatedBy === "terminal") {
    return end.isFailureTerminal ? EXIT.failed : EXIT.ok;
  }
  if (end.terminatedBy === "handoff") return EXIT.paused;
  if (end.terminatedBy === "interrupted") {
    return stop?.by === "signal" ? signalStatusOf(stop.signal) : EXIT.paused;
  }
  return EXIT.stopped;
}

/** Returns the status that the state file gives a run that ended so. */
export function runStatusOf(
  end: Pick<RunEnd, "terminatedBy" | "isFailureTerminal">,
): RunStatus {
  switch (end.terminatedBy) {
    case "terminal":
      return end.isFailureTerminal ? "failed" : "completed";
    case "max_steps":
    case "max_iterations_reached":
    case "interrupted":
      return "interrupted";
    case "timeout":
      return "timed_out";
    case "handoff":
      return "awaiting_continuation";
    case "system_signal":
    case "handoff_terminated":
    case "error":
    case "cycle_detected":
    case "stall_detected":
    case "budget_exceeded":
    case "host_pressure_abort":
      return "failed";
    default:
      return unreachable(end.terminatedBy);
  }
}
