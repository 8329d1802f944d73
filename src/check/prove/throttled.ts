/** Owns which executions `throttle` counts, and where its limit leads. */

import {
  CURRENT_TARGET,
  hasAction,
  type State,
  wayOn,
} from "../../model/mod.ts";
import type { Move } from "./moves.ts";

/** Returns whether `throttle` counts the executions of a state: those that are judged, a learning one aside. */
export function isThrottled(state: State): boolean {
  return state.throttle !== null && hasAction(state) && state.next === null &&
    state.kind !== "learning";
}

/** Returns where a state goes at the limit of its throttle: one move, or none where it is judged as before. */
export function throttled(state: State): readonly Move[] {
  const way = state.onThrottleHard === null
    ? wayOn(state, "error")
    : { target: state.onThrottleHard, by: "on_throttle_hard" };
  if (way === null) return [];
  const target = way.target === CURRENT_TARGET ? state.name : way.target;
  return [{ verdict: null, target, by: way.by, cause: "throttle" }];
}
