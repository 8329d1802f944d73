/** Owns the rule on loops that lock the whole project. */

import { entry } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** FORMAT V123. */
export const missingScope: Rule = {
  name: "missing-scope",
  severity: "warning",
  description: "A loop without a scope: it keeps every other loop out",
  isOnTextOnly: true,
  loop({ loop, document, result }, report) {
    // A template is run by nobody, and what others run is run under their scope.
    const isRun = result.part === undefined && loop.visibility !== "internal";
    if (loop.scope.length > 0 || !isRun) return;
    const value = entry(document, "scope") ?? [];
    if (!Array.isArray(value) || value.length > 0) return;
    report([], {
      message: "The loop has no scope: while it runs, no other loop can",
      hint:
        'Add "scope:" with the paths that it changes, for example scope: [src/]; ' +
        'a loop that only other loops run says "visibility: internal"',
    });
  },
};
