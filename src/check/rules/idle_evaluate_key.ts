/** Owns the rule on options of an evaluator that belong to another one. */

import { EVALUATOR_TYPES, evaluatorFacts } from "../../model/mod.ts";
import { quote, quoteAll, readOptionalMap } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** Options that an evaluator was given in the place where it was given its type. */
export const idleEvaluateKey: Rule = {
  name: "idle-evaluate-key",
  severity: "warning",
  description: "An option that the evaluator does not read",
  unless: "evaluate_unknown_keys_ok",
  isOnTextOnly: true,
  state({ state, map, result }, report) {
    const evaluate = readOptionalMap(map, "evaluate");
    const type = state.evaluate?.type;
    if (evaluate === null || type === undefined) return;
    const facts = evaluatorFacts(type);
    if (facts === null) return;
    const at = (key: string) =>
      result.originOf(["states", state.name, "evaluate", key]);
    const placeOf = (key: string) => {
      const { file, path } = at(key);
      return [file, ...path.slice(0, -1)].join("\0");
    };
    const home = placeOf("type");
    for (const key of Object.keys(evaluate)) {
      const owners = EVALUATOR_TYPES.filter((each) =>
        reads(each).includes(key)
      );
      // What a parent or a fragment says for another type is nobody's mistake.
      if (
        owners.length === 0 || reads(type).includes(key) ||
        placeOf(key) !== home
      ) {
        continue;
      }
      report(["evaluate", key], {
        message: `${quote(type)} does not read ${quote(key)}`,
        hint: `${quote(key)} is for ${quoteAll(owners)}`,
        onKey: true,
      });
    }
  },
};

function reads(type: string): readonly string[] {
  return evaluatorFacts(type)?.reads ?? [];
}
