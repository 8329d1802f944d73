/** Owns the rule on verdicts that end a run because nothing says where they lead. */

import {
  evaluatorFacts,
  judgeOf,
  type Loop,
  possibilitiesOf,
  type State,
  wayOut,
} from "../../model/mod.ts";
import { quote, quoteAll } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isJudged } from "../terms.ts";

/**
 * A verdict that a state can give and that leads nowhere. Of a model's many words only those count
 * that it is likely to say (FORMAT V126); a word that is made up wants a default (V138).
 */
export const unroutedVerdict: Rule = {
  name: "unrouted-verdict",
  severity: "warning",
  description: "A verdict that can come and leads nowhere",
  unless: "partial_route_ok",
  isOnTextOnly: true,
  needsWholeGraph: true,
  state({ loop, state }, report) {
    // A state without any way out has a rule of its own.
    const hasWays = state.route !== null || Object.keys(state.on).length > 0;
    if (state.terminal || loop.maintain || !hasWays) return;
    const verdicts = unrouted(loop, state);
    if (verdicts.length === 0) return;
    const [first = ""] = verdicts;
    const isTable = state.route !== null;
    report(isTable ? ["route"] : [], {
      message: `State ${quote(state.name)} can give ${
        quoteAll(verdicts)
      }, which leads nowhere: the run ends there with an error`,
      hint: isTable
        ? `Add below "route": _: STATE, for every other verdict`
        : `Add: on_${first}: STATE`,
      onKey: true,
    });
  },
};

function unrouted(loop: Loop, state: State): readonly string[] {
  const judge = judgeOf(state);
  // What a learning state lacks has a rule of its own.
  if (
    judge === null || judge === "learning" || evaluatorFacts(judge) === null
  ) return [];
  if (judge === "classify") {
    return state.route !== null && !Object.hasOwn(state.route, "_")
      ? ["any other word"]
      : [];
  }
  if (isJudged(state)) {
    if (state.route !== null || !Object.hasOwn(state.on, "yes")) return [];
    return ["no", "partial"].filter((verdict) =>
      isPossible(loop, state, verdict) && !Object.hasOwn(state.on, verdict)
    );
  }
  return possibilitiesOf(loop, state).known
    .filter(({ verdict, exitCode }) =>
      wayOut(state, { verdict, exitCode }) === null
    ).map(({ verdict }) => verdict);
}

function isPossible(loop: Loop, state: State, verdict: string): boolean {
  const { known, isOpen } = possibilitiesOf(loop, state);
  return isOpen || known.some((each) => each.verdict === verdict);
}
