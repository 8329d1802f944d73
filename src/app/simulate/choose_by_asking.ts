/** Owns letting somebody choose how each state turns out. */

import type { Loop, State } from "../../model/mod.ts";
import { choiceOf } from "./choose_by_verdicts.ts";
import type { Chooser } from "./chooser.ts";
import { type PossibleTurnout, turnoutsOf } from "./turnouts.ts";

/** What somebody is asked. */
export interface Question {
  readonly loop: Loop;
  readonly state: State;
  readonly depth: number;
  /** What can be chosen, the default first. */
  readonly turnouts: readonly PossibleTurnout[];
  /** Whether any other word may be chosen, too. */
  readonly isOpen: boolean;
}

/**
 * Returns a chooser that asks, unless there is only one way. `ask` resolves with a verdict, or
 * with `null` when nobody answers any more.
 */
export function chooseByAsking(
  ask: (question: Question) => Promise<string | null>,
): Chooser {
  return async (situation) => {
    const { loop, state, depth, possibilities } = situation;
    const [only, ...more] = possibilities.known;
    if (more.length === 0 && !possibilities.isOpen) return only ?? null;
    const verdict = await ask({
      loop,
      state,
      depth,
      turnouts: turnoutsOf(loop, state),
      isOpen: possibilities.isOpen,
    });
    return verdict === null ? null : choiceOf(situation, verdict);
  };
}
