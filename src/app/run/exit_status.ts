/** Owns what an end means: the exit status for scripts and the status in the state file. */

import {
  EXIT,
  type RunEnd,
  type RunStatus,
  type StopRequest,
  type TerminatedBy,
} from "../../model/mod.ts";

const SIGNAL_STATUS: Readonly<Record<string, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

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
    return stop?.by === "signal"
      ? SIGNAL_STATUS[stop.signal] ?? EXIT.stopped
      : EXIT.paused;
  }
  return EXIT.stopped;
}

const STATUS_OF: { readonly [reason in TerminatedBy]: RunStatus } = {
  terminal: "completed",
  max_steps: "interrupted",
  max_iterations_reached: "interrupted",
  timeout: "timed_out",
  interrupted: "interrupted",
  system_signal: "failed",
  handoff: "awaiting_continuation",
  handoff_terminated: "failed",
  error: "failed",
  cycle_detected: "failed",
  stall_detected: "failed",
};

/** Returns the status that the state file gives a run that ended so. */
export function runStatusOf(
  end: Pick<RunEnd, "terminatedBy" | "isFailureTerminal">,
): RunStatus {
  return end.isFailureTerminal ? "failed" : STATUS_OF[end.terminatedBy];
}
