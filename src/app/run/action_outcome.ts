/** Owns what the outcomes of all actions have in common. */

import {
  type ActionEffect,
  type ActionOutcome,
  EMPTY_OUTPUT,
} from "../../model/mod.ts";
import type { ProcessOutcome } from "../../ports/mod.ts";

/** Returns the outcome of an action that was not even begun. */
export function notStarted(
  reason: { readonly error?: string; readonly isCancelled?: boolean },
): ActionOutcome {
  return {
    kind: "action",
    exitCode: reason.isCancelled ? -15 : 127,
    stdout: EMPTY_OUTPUT,
    stderr: EMPTY_OUTPUT,
    durationMs: 0,
    timeoutKind: null,
    isCancelled: reason.isCancelled ?? false,
    startError: reason.error ?? null,
  };
}

/** Returns the limit that ended an action: the loop's own where that was the nearer one. */
export function timeoutKindOf(
  { timeoutKind }: Pick<ProcessOutcome, "timeoutKind">,
  { isLoopDeadline }: Pick<ActionEffect, "isLoopDeadline">,
): ActionOutcome["timeoutKind"] {
  return timeoutKind === "wall" && isLoopDeadline ? "loop" : timeoutKind;
}
