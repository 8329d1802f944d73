/** Owns the rule `unnumeric-target`. */

import { describeValue, readMap, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A number that is compared with a text: the loop runs, and that state always fails. */
export const unnumericTarget: Rule = {
  name: "unnumeric-target",
  severity: "warning",
  description: "A target that no number can be compared with",
  state({ state, map }, report) {
    const type = state.evaluate?.type;
    const target = readText(readMap(map, "evaluate"), "target");
    if (
      (type !== "output_numeric" && type !== "convergence") ||
      target === null || target.includes("${") || isNumeric(target)
    ) return;
    report(["evaluate", "target"], {
      message: `"target" must be a number, not ${describeValue(target)}: ` +
        'the verdict would always be "error"',
    });
  },
};

function isNumeric(text: string): boolean {
  const trimmed = text.trim();
  return trimmed !== "" &&
    (/^[+-]?(?:inf|infinity|nan)$/i.test(trimmed) ||
      !Number.isNaN(Number(trimmed.replaceAll("_", ""))));
}
