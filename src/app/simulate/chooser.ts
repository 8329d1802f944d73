/** Owns what is asked of whoever decides how simulated states turn out. */

import type { Loop, Possibilities, State } from "../../model/mod.ts";

/** A state that is about to turn out one way or another. */
export interface Situation {
  readonly loop: Loop;
  readonly state: State;
  /** Nesting of its loop; 0 is the simulated one. */
  readonly depth: number;
  /** Whether an action would run; otherwise the state is only judged. */
  readonly runsAction: boolean;
  readonly possibilities: Possibilities;
}

/** How a state turns out. */
export interface Choice {
  /** One of the possible verdicts; counts where the exit code alone does not decide. */
  readonly verdict: string;
  /** Exit code of the action; counts where one would run. */
  readonly exitCode: number;
}

/** Decides how states turn out, one after the other; `null` ends the simulation. */
export type Chooser = (situation: Situation) => Promise<Choice | null>;
