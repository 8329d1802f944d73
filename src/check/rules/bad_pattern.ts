/** Owns the rule `bad-pattern`. */

import { compilePattern } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A pattern that is no regular expression. */
export const badPattern: Rule = {
  name: "bad-pattern",
  severity: "warning",
  description: "A pattern that is no regular expression",
  needs: "value",
  state({ state }, report) {
    const pattern = state.evaluate?.pattern ?? null;
    if (
      pattern === null || pattern.includes("${") ||
      compilePattern(pattern) !== null
    ) return;
    report(["evaluate", "pattern"], {
      message: `${
        quote(pattern)
      } is not a regular expression: it is searched as plain text`,
      hint: "Put a backslash before ( [ { * + ? where they are meant literally",
    });
  },
};
