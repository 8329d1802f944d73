/** Owns answering for what is not to be run or cannot be asked; everything else happens. */

import { ALL_ABILITIES } from "../../check/mod.ts";
import {
  type ActionOutcome,
  type Effect,
  EMPTY_OUTPUT,
  type JudgedOutcome,
  type JudgeEffect,
  type Outcome,
  possibilitiesOf,
  type State,
  verdictForExitCode,
} from "../../model/mod.ts";
import {
  outputOf,
  type Performer,
  type PerformerContext,
  type PerformerFactory,
  type Prepared,
  REAL_PERFORMER,
} from "../run/mod.ts";

/** The answers that stand for effects of one state; `null` where the effect happens. */
export interface Answers {
  readonly prepared: Pick<Prepared, "loop">;
  readonly state: State;
  readonly action:
    | { readonly exitCode: number; readonly output: string }
    | null;
  readonly verdict: string | null;
}

const NO_NEWS: Outcome = {
  kind: "observed",
  value: {},
  error: null,
  timeoutKind: null,
  isCancelled: false,
};

/** Makes performers that answer for the action and the judge of one state. */
export class AnsweringPerformers implements PerformerFactory {
  /** Everything: what cannot be done for real is answered for, or has been refused. */
  readonly can: PerformerFactory["can"] = ALL_ABILITIES;
  readonly #answers: Answers;
  #outcome: ActionOutcome | null = null;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** How the last action ended; `null` when none has. */
  get outcome(): ActionOutcome | null {
    return this.#outcome;
  }

  make(context: PerformerContext): Performer {
    const real = REAL_PERFORMER.make(context);
    return {
      perform: async (effect, options) => {
        const outcome = this.#answer(effect) ??
          await real.perform(effect, options);
        if (outcome.kind === "action") this.#outcome = outcome;
        return outcome;
      },
    };
  }

  #answer(effect: Effect): Outcome | null {
    const { action } = this.#answers;
    if (effect.kind === "judge") return this.#judge(effect);
    if (effect.kind === "observe" && effect.purpose === "room") {
      // Who is answered for is not waited for.
      return action === null ? null : NO_NEWS;
    }
    return effect.kind === "action" && action !== null
      ? answered(action)
      : null;
  }

  /** Without a verdict of its own an answered action is judged by its exit code. */
  #judge({ exitCode }: JudgeEffect): JudgedOutcome | null {
    const { prepared, state, action, verdict } = this.#answers;
    if (verdict === null && action === null) return null;
    const possibilities = possibilitiesOf(prepared.loop, state);
    return {
      kind: "judged",
      verdict: verdict ?? verdictForExitCode(possibilities, exitCode),
      details: { simulated: true },
      isCancelled: false,
    };
  }
}

function answered(
  action: { readonly exitCode: number; readonly output: string },
): ActionOutcome {
  const { exitCode, output } = action;
  return {
    kind: "action",
    exitCode,
    stdout: outputOf(output),
    stderr: EMPTY_OUTPUT,
    durationMs: 0,
    timeoutKind: null,
    isCancelled: false,
    startError: null,
  };
}
