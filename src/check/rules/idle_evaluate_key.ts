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
    for (const key of Object.keys(evaluate)) {
      if (facts.reads.includes(key)) continue;
      const owners = ownersOf(key);
      if (owners.length === 0) continue;
      const placeOf = (name: string) => {
        const path = ["states", state.name, "evaluate", name];
        const at = result.originOf(path);
        return [at.file, ...at.path.slice(0, -1)].join("\0");
      };
      // What a parent or a fragment says for another type is nobody's mistake.
      if (placeOf(key) !== placeOf("type")) continue;
      report(["evaluate", key], {
        message: `${quote(type)} does not read ${quote(key)}`,
        hint: `${quote(key)} is for ${quoteAll(owners)}`,
        onKey: true,
      });
    }
  },
};

/** Returns the evaluators that read a key; none for one that all of them read, or that is none. */
function ownersOf(key: string): readonly string[] {
  return EVALUATOR_TYPES.filter((type) =>
    evaluatorFacts(type)?.reads.includes(key) === true
  );
}
