/** Owns the rule `unknown-evaluator`. */

import { EVALUATOR_TYPES, type Finding } from "../../model/mod.ts";
import { didYouMean, quote, quoteAll, suggest } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isEvaluator } from "../terms.ts";

/** An evaluator type that does not exist. */
export const unknownEvaluator: Rule = {
  name: "unknown-evaluator",
  severity: "error",
  description: "An evaluator type that does not exist",
  needs: "value",
  state({ state }, report) {
    const type = state.evaluate?.type;
    if (type === undefined || isEvaluator(type)) return;
    report(["evaluate", "type"], {
      message: `Evaluator ${quote(type)} is unknown: expected one of ${
        quoteAll(EVALUATOR_TYPES)
      }`,
      ...(type as string === "check_semantic"
        ? {
          ...didYouMean(["llm_structured"]),
          edit: { kind: "replace", text: "llm_structured" },
        }
        : suggestType(type)),
    });
  },
};

/** A part of a name is meant for the whole where no other one has it. */
function suggestType(type: string): Pick<Finding, "hint" | "edit"> {
  const near = suggest(type, EVALUATOR_TYPES, { max: 1 });
  if (near.hint !== undefined) return near;
  const whole = EVALUATOR_TYPES.filter((each) =>
    each.split("_").includes(type)
  );
  return whole.length === 1 ? didYouMean(whole) : {};
}
