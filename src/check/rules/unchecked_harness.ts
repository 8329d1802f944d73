/** Owns the rule `unchecked-harness`. */

import type { Rule } from "../rule.ts";
import { isJudged, isJudgedOutside, isMetaLoop, isPrompt } from "../terms.ts";

/** FORMAT V120. A default evaluator that asks no model counts, too; without any model nobody judges himself. */
export const uncheckedHarness: Rule = {
  name: "unchecked-harness",
  severity: "error",
  description:
    "A loop that changes its own tools, where only models say whether that is well",
  unless: "meta_self_eval_ok",
  loop({ loop, document }, report) {
    if (!isMetaLoop(loop, document)) return;
    const states = Object.values(loop.states);
    const asksModels = states.some((each) => isPrompt(each) || isJudged(each));
    if (!asksModels || states.some(isJudgedOutside)) return;
    report([], {
      message: "The loop changes loops, skills or agents, and only models " +
        "judge what comes of it",
      hint: "Let one state run a check: evaluate: { type: exit_code }; " +
        'or say "meta_self_eval_ok: true"',
    });
  },
};
