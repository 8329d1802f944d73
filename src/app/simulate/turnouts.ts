/** Owns where each possible verdict of a state leads, for people to choose from. */

import {
  CURRENT_TARGET,
  hasAction,
  type Loop,
  maintainWay,
  possibilitiesOf,
  type Possibility,
  type State,
  wayOut,
} from "../../model/mod.ts";

/** One way in which a state can turn out, and where that leads. */
export interface PossibleTurnout extends Possibility {
  /** A state; `null` where there is no route. */
  readonly target: string | null;
  /** The rule that leads there: `on_no`, `next`, `route _`. */
  readonly by: string | null;
}

/** Returns the known possibilities of a state with their targets, in their order. */
export function turnoutsOf(
  loop: Loop,
  state: State,
): readonly PossibleTurnout[] {
  return possibilitiesOf(state).known.map((possibility) => {
    const { verdict, exitCode } = possibility;
    const way = wayOut(state, {
      verdict,
      exitCode: hasAction(state) ? exitCode : null,
    }) ?? (loop.maintain ? maintainWay(loop, state) : null);
    const target = way?.target === CURRENT_TARGET
      ? state.name
      : way?.target ?? null;
    return { ...possibility, target, by: way?.by ?? null };
  });
}
