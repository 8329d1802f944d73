/** Owns how a run ends whose own files cannot be written any more: a full disk, say. */

import {
  LoopError,
  ROOT_FRAME,
  type RunEnd,
  type Snapshot,
} from "../../model/mod.ts";

/**
 * Returns the end of a run that cannot write its files any more; `null` for every other
 * error, and where nothing has been done. The journal has no such end: it can go on.
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
