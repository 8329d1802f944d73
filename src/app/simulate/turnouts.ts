/** Owns where each possible verdict of a state leads, for people to choose from. */

import {
  ABSTENTION_RULE,
  CURRENT_TARGET,
  hasAction,
  isAbstention,
  type Loop,
  maintainWay,
  type Possibilities,
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

/** Returns how a state can turn out, as far as that is known, with the targets, in their order. */
export function turnoutsOf(
  loop: Loop,
  state: State,
  possibilities: Possibilities = possibilitiesOf(loop, state),
): readonly PossibleTurnout[] {
  return possibilities.known.map((possibility) => {
    const { verdict, exitCode } = possibility;
    // It runs again; how often, only a run can count.
    if (isAbstention(state, verdict)) {
      return { ...possibility, target: state.name, by: ABSTENTION_RULE };
    }
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
