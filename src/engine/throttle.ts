// deno-lint-ignore-file camelcase -- events and records keep the reference's names
/** Owns `throttle:`, the thresholds of executing one state again and again (EXEC 9.3). */

import { own, wayOn } from "../model/mod.ts";
import { type Decision, fail } from "./decision.ts";
import type { Turn } from "./turn.ts";

/**
 * Counts one more execution of the frame's state; returns where a threshold sends it, or
 * `null` to go on. Without `throttle:` nothing is limited, unlike in the reference.
 */
export function throttle(turn: Turn, id: string): Decision | null {
  const state = turn.state(id);
  if (state.throttle === null) return null;
  const { name: stateName } = state;
  const { warnMax, normalMax, hardMax } = state.throttle;
  const { executions } = turn.frame(id);
  const count = (own(executions, stateName) ?? 0) + 1;
  turn.update(id, { executions: { ...executions, [stateName]: count } });
  if (count === warnMax) {
    turn.emit(id, {
      event: "throttle_warn",
      state: stateName,
      count,
      normal_max: normalMax,
      warn_max: warnMax,
      hard_max: hardMax,
    });
  }
  // A learning state runs one action for each of its targets.
  if (state.kind === "learning" || count < hardMax) return null;
  const limits = { state: stateName, count, hard_max: hardMax };
  if (count > hardMax) {
    turn.emit(id, { event: "throttle_stop", ...limits });
    return fail(
      `State "${stateName}" ran ${count} times in a row; its throttle allows ${hardMax}`,
    );
  }
  const way = state.onThrottleHard === null
    ? wayOn(state, "error")
    : { target: state.onThrottleHard, by: "on_throttle_hard" };
  const next = way?.target ?? null;
  turn.emit(id, { event: "throttle_hard", ...limits, next });
  return way === null ? null : { do: "follow", ...way };
}
