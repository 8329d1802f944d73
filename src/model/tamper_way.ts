/** Owns what `tamper_guard` asks for, and where a state leads whose action has changed tests (EXEC 9.7). */

import type { Loop, State } from "./loop.ts";
import { own } from "./own.ts";
import type { TamperPolicy } from "./tamper.ts";
import { type Way, wayOn } from "./way_out.ts";

/** Returns what is to be done about tests that the action of a state has changed: its own word, else its loop's. */
export function tamperPolicyOf(
  loop: Pick<Loop, "tamperGuard">,
  state: Pick<State, "tamperGuard">,
): TamperPolicy {
  return state.tamperGuard ?? loop.tamperGuard ?? "allow";
}

/**
 * Returns the state's own `on_no` where that is a failure, else the first failure of the loop by name, else its
 * `on_no`; `null` where there is none of them: the loop fails.
 */
export function tamperWay(
  loop: Pick<Loop, "states">,
  state: Pick<State, "on">,
): Way | null {
  const way = wayOn(state, "no");
  const isFailure = (name: string) => {
    const target = own(loop.states, name);
    return target?.terminal === true && target.failure;
  };
  if (way !== null && isFailure(way.target)) return way;
  const [first] = Object.keys(loop.states).filter(isFailure).sort();
  return first === undefined ? way : { target: first, by: "tamper_guard" };
}
