/** Owns the rule on counters that are over their target when they first count. */

import { quote } from "../../load/mod.ts";
import { count, type Json, type Operator } from "../../model/mod.ts";
import type { Rule } from "../rule.ts";

const WRITING_REGEXP = /\b(?:printf|echo)\b[^\n]{0,500}>/;
const COUNTING_REGEXP = /\$\(\([^\n]{0,200}?\+\s*1\s*\)\)|\+\+|\+=\s*1\b/;

/** FORMAT V140. */
export const zeroRetries: Rule = {
  name: "zero-retries",
  severity: "warning",
  description: "A counter that is over its target the first time it counts",
  isOnTextOnly: true,
  state({ state }, report) {
    const { evaluate, action } = state;
    if (
      evaluate?.type !== "output_numeric" || evaluate.operator === null ||
      action === null || !WRITING_REGEXP.test(action) ||
      !COUNTING_REGEXP.test(action)
    ) return;
    const target = numberOf(evaluate.target);
    if (target === null || !isOver(evaluate.operator, target)) return;
    report(["evaluate"], {
      message: `The counter of state ${
        quote(state.name)
      } begins at 1, which is not ${evaluate.operator} ${target}: it never passes`,
      hint: `Write target: ${target + 1} for ${count(target, "try", "tries")}`,
      onKey: true,
    });
  },
};

function numberOf(value: Json): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" &&
      Number.isFinite(Number(value))
    ? Number(value)
    : null;
}

/** Whether a counter is over its target the first time: one that it has still to come to is another matter. */
function isOver(operator: Operator, target: number): boolean {
  switch (operator) {
    case "lt":
      return target <= 1;
    case "le":
    case "eq":
      return target < 1;
    case "ne":
    case "gt":
    case "ge":
      return false;
    default:
      // An operator that does not exist is told as that.
      return false;
  }
}
