/** Owns the rule `bad-cost-ceiling`. */

import { quote, readMap, readNumber } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const COST_KEYS = ["cost_ceiling_per_state", "cost_warn_at"];

/** Cost limits that are negative or contradict each other. */
export const badCostCeiling: Rule = {
  name: "bad-cost-ceiling",
  severity: "error",
  description: "Cost limits that are negative or contradict each other",
  needs: "value",
  stateKeys: ["cost_ceiling"],
  state({ map }, report) {
    const ceiling = readMap(map, "cost_ceiling");
    const [top, warn] = COST_KEYS.map((key) => readNumber(ceiling, key));
    for (const [index, value] of [top, warn].entries()) {
      if (typeof value === "number" && value < 0) {
        const key = COST_KEYS[index] ?? "";
        report(["cost_ceiling", key], {
          message: `${quote(key)} must be at least 0, not ${value}`,
        });
      }
    }
    if (
      typeof top === "number" && typeof warn === "number" && warn > top
    ) {
      report(["cost_ceiling", "cost_warn_at"], {
        message:
          `"cost_warn_at" must not exceed "cost_ceiling_per_state" (${top}), not ${warn}`,
      });
    }
  },
};
