/** Owns when a judge abstains, so that its state runs again (EXEC 4.6). */

import { judgeOf } from "./possibilities.ts";
import type { State } from "./loop.ts";
import { own } from "./own.ts";

/** A state whose judge abstains runs again so often in a row; then it is an error. */
export const ABSTENTIONS_MAX = 2;

/** Returns whether `verdict` is one with which the judge of `state` abstains, and that the state does not route by name. */
export function isAbstention(state: State, verdict: string): boolean {
  return judgeOf(state) === "llm_structured" &&
    /^cannot_judge(?:_|$)/.test(verdict) &&
    own(state.route ?? state.on, verdict) === undefined;
}
