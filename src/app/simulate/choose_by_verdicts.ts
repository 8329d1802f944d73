/** Owns choosing by a list of verdicts. */

import { describeImpossible, judgeOf, LoopError } from "../../model/mod.ts";
import type { Choice, Chooser, Situation } from "./chooser.ts";
import type { VerdictList } from "./verdict_list.ts";

/**
 * Returns a chooser that gives each judged state the next verdict of its own list, else of
 * the common one. What neither names is left to `others`.
 *
 * The chooser throws a {@linkcode LoopError} `usage` for a verdict that a state cannot give.
 */
export function chooseByVerdicts(list: VerdictList, others: Chooser): Chooser {
  const used = new Map<string | null, number>();
  const take = (
    key: string | null,
    verdicts: readonly string[],
  ): string | null => {
    const index = used.get(key) ?? 0;
    used.set(key, index + 1);
    return verdicts[Math.min(index, verdicts.length - 1)] ?? null;
  };
  return async (situation) => {
    const { state } = situation;
    const own = list.byState.get(state.name);
    const verdict = own !== undefined
      ? take(state.name, own)
      : judgeOf(state) !== null
      ? take(null, list.common)
      : null;
    return verdict === null
      ? await others(situation)
      : choiceOf(situation, verdict);
  };
}

/**
 * Returns the choice of a verdict by its name.
 *
 * @throws {LoopError} `usage` when the state cannot give it, naming those that it can
 */
export function choiceOf(situation: Situation, verdict: string): Choice {
  const { possibilities, state, loop, depth } = situation;
  const found = possibilities.known.find((each) => each.verdict === verdict);
  if (found !== undefined) return found;
  if (possibilities.isOpen) return { verdict, exitCode: 0 };
  const where = depth === 0 ? "" : ` of loop "${loop.name}"`;
  throw new LoopError(
    "usage",
    `State "${state.name}"${where} ${
      describeImpossible(possibilities, verdict)
    }`,
    {
      hint: `--verdicts ${state.name}=VERDICT chooses for this state alone`,
    },
  );
}
