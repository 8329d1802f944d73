/** Owns the rule `missing-evaluate-key`. */

import { evaluatorFacts } from "../../model/mod.ts";
import { entry, quote, readMap } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** An evaluator that lacks a key it needs. */
export const missingEvaluateKey: Rule = {
  name: "missing-evaluate-key",
  severity: "error",
  description: "An evaluator that lacks a key it needs",
  state({ state, map }, report) {
    if (state.evaluate === null) return;
    const evaluate = readMap(map, "evaluate");
    for (const key of evaluatorFacts(state.evaluate.type)?.required ?? []) {
      const value = entry(evaluate, key);
      if (value !== undefined && value !== null) continue;
      report(["evaluate"], {
        message: `Evaluator ${quote(state.evaluate.type)} requires ${
          quote(key)
        }`,
        onKey: true,
      });
    }
  },
};
