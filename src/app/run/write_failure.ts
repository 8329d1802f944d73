/** Owns how a run ends whose own files cannot be written any more: a full disk, say. */

import {
  LoopError,
  ROOT_FRAME,
  type RunEnd,
  type Snapshot,
  stampEvent,
} from "../../model/mod.ts";
import type { Recorder } from "./drive.ts";

/**
 * Returns the end of a run that cannot write its files any more; `null` for every other
 * error, and where nothing has been done.
 */
export function endOfWriteFailure(
  error: unknown,
  last: Snapshot,
  nowMs: number,
): RunEnd | null {
  const root = last.frames[ROOT_FRAME];
  if (!(error instanceof LoopError) || error.code !== "cannot-write") {
    return null;
  }
  return root === undefined ? null : {
    terminatedBy: "error",
    finalState: root.state,
    isFailureTerminal: false,
    steps: root.steps,
    error: error.message,
    continuation: null,
    endedAtMs: nowMs,
    noRoute: null,
  };
}

/**
 * Writes such an end as the last event, where the journal is not what fails: it is for readers.
 * No input tells of it, so that the run can go on. Never throws for a journal that fails, too.
 */
export function recordWriteFailure(
  recorder: Pick<Recorder, "writeEvents">,
  end: RunEnd,
): void {
  try {
    recorder.writeEvents([
      stampEvent({
        event: "loop_complete",
        final_state: end.finalState,
        iterations: end.steps,
        terminated_by: end.terminatedBy,
        error: end.error ?? "",
      }, { nowMs: end.endedAtMs, frame: { id: ROOT_FRAME, depth: 0 } }),
    ]);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
  }
}
