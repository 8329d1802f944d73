/** Owns the rule `missing-description`. */

import type { Rule } from "../rule.ts";

/** A loop without a description. */
export const missingDescription: Rule = {
  name: "missing-description",
  severity: "warning",
  description: "A loop without a description",
  isOnTextOnly: true,
  loop({ loop }, report) {
    if (loop.description !== "") return;
    report([], {
      message: "The loop has no description",
      hint: 'Add "description:" with one line on what it does',
    });
  },
};
