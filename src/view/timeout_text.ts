/** Owns how the limits of a state's action read. */

import { formatSpan, type Loop, type State, timeoutsOf } from "../model/mod.ts";

/**
 * Returns the limits that hold for a state's action, and who set them: `1m`,
 * `1h (default), idle 5s`; `null` where none has a meaning. As in the reference a zero is
 * no limit of zero, but stands for an absent key.
 */
export function formatTimeouts(
  loop: Pick<Loop, "defaultTimeoutMs" | "defaultIdleTimeoutMs">,
  state: Pick<State, "kind" | "terminal" | "timeoutMs" | "idleTimeoutMs">,
): string | null {
  if (state.terminal) return null;
  const timeouts = timeoutsOf(loop, state);
  if (timeouts === null) {
    return state.timeoutMs ? formatSpan(state.timeoutMs) : null;
  }
  const { timeoutMs, from, idleTimeoutMs } = timeouts;
  const limit = timeoutMs === 0 ? "none" : formatSpan(timeoutMs);
  const origin = from === "state" ? "" : ` (${from})`;
  const idle = idleTimeoutMs === 0 ? "" : `, idle ${formatSpan(idleTimeoutMs)}`;
  return `${limit}${origin}${idle}`;
}
