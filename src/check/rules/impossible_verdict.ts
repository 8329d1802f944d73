/** Owns the rule on routes for verdicts that never come. */

import {
  describeImpossible,
  evaluatorFacts,
  type JsonObject,
  judgeOf,
  possibilitiesOf,
} from "../../model/mod.ts";
import { quote, RESERVED_ON_KEYS, suggest } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** Failures of the runner itself use it, whatever the evaluator gives. */
const ERROR_VERDICT = "error";

/** Two names of one verdict. */
const ALIASES = [["on_yes", "on_success"], ["on_no", "on_failure"]] as const;

/** The keys of a state, and other names of what they say. */
function takenBeside(map: JsonObject): object {
  const others = ALIASES.filter((names) =>
    names.some((name) => Object.hasOwn(map, name))
  ).flat();
  return { ...map, ...Object.fromEntries(others.map((name) => [name, true])) };
}

/** A verdict that is routed and that the evaluator never gives. */
export const impossibleVerdict: Rule = {
  name: "impossible-verdict",
  severity: "warning",
  description: "A route for a verdict that the state never gives",
  isOnTextOnly: true,
  state({ loop, state, map }, report) {
    const isLoop = state.kind === "loop";
    const judge = judgeOf(state);
    if (state.terminal || (judge === null && !isLoop)) return;
    const type = isLoop ? undefined : state.evaluate?.type;
    if (type !== undefined && evaluatorFacts(type) === null) return;
    const verdicts = Object.keys(state.route ?? state.on);
    const plain = evaluatorFacts(judge ?? "")?.verdicts ?? [];
    // The usual case, which there may be thousands of.
    const isUsual = state.kind !== "none" &&
      verdicts.every((verdict) => plain.includes(verdict));
    if (isUsual) return;
    const possibilities = possibilitiesOf(loop, state);
    if (possibilities.isOpen) return;
    const known = possibilities.known.map(({ verdict }) => verdict);
    const isKnown = (verdict: string) =>
      verdict === ERROR_VERDICT || known.includes(verdict);
    if (state.route !== null && !isLoop) {
      for (const verdict of Object.keys(state.route)) {
        if (verdict.startsWith("_") || isKnown(verdict)) continue;
        report(["route", verdict], {
          message: `State ${quote(state.name)} ${
            describeImpossible(possibilities, verdict)
          }`,
          onKey: true,
          ...suggest(verdict, known, { max: 1, beside: state.route }),
        });
      }
      return;
    }
    for (const verdict of Object.keys(state.on)) {
      if (isKnown(verdict)) continue;
      const key = `on_${verdict}`;
      const keys = new Set([
        ...RESERVED_ON_KEYS,
        ...known.map((each) => `on_${each}`),
      ]);
      report([key], {
        message: `State ${quote(state.name)} ${
          describeImpossible(possibilities, verdict)
        }`,
        onKey: true,
        ...suggest(
          key,
          [...keys].filter((each) => each !== key && each.length >= 8),
          {
            max: 1,
            beside: takenBeside(map),
          },
        ),
      });
    }
  },
};
