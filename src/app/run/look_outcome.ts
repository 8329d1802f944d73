/** Owns the outcomes of looking at the world. */

import type { Json, ObservedOutcome } from "../../model/mod.ts";

/** Returns the outcome of a look that saw `value`. */
export function seen(value: Json): ObservedOutcome {
  return {
    kind: "observed",
    value,
    error: null,
    timeoutKind: null,
    isCancelled: false,
  };
}

/** Returns the outcome of a look that saw nothing, because of `error` or of a limit. */
export function notSeen(
  error: string,
  timeoutKind: ObservedOutcome["timeoutKind"] = null,
): ObservedOutcome {
  return { ...seen(null), error, timeoutKind };
}

/** The outcome of a look that was ended because the run is to stop. */
export const CANCELLED_LOOK: ObservedOutcome = {
  ...seen(null),
  isCancelled: true,
};
