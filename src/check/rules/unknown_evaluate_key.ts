/** Owns the rule `unknown-evaluate-key`. */

import {
  EVALUATE_KEYS,
  quote,
  readOptionalMap,
  suggest,
} from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isOwnKey } from "../terms.ts";

const EVALUATE_KEY_SET = new Set(EVALUATE_KEYS);

/** A key of an evaluator that means nothing. */
export const unknownEvaluateKey: Rule = {
  name: "unknown-evaluate-key",
  severity: "warning",
  description: "A key of an evaluator that means nothing",
  unless: "evaluate_unknown_keys_ok",
  state({ state, map }, report) {
    const evaluate = readOptionalMap(map, "evaluate");
    if (evaluate === null || state.evaluate === null) return;
    for (const key of Object.keys(evaluate)) {
      if (EVALUATE_KEY_SET.has(key) || isOwnKey(key)) continue;
      report(["evaluate", key], {
        message: `Key ${quote(key)} has no effect on the evaluator ${
          quote(state.evaluate.type)
        }`,
        onKey: true,
        ...suggest(key, EVALUATE_KEYS, { max: 1, beside: evaluate }),
      });
    }
  },
};
