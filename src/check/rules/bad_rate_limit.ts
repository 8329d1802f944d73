/** Owns the rule `bad-rate-limit`. */

import { entry, quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isPositiveInteger } from "../terms.ts";

/** A ladder of waits that is empty or not of positive numbers. */
export const badRateLimit: Rule = {
  name: "bad-rate-limit",
  severity: "error",
  description: "A ladder of waits that is empty or not of positive numbers",
  needs: "value",
  stateKeys: ["rate_limit_long_wait_ladder"],
  state({ map }, report) {
    const key = "rate_limit_long_wait_ladder";
    const ladder = entry(map, key);
    if (!Array.isArray(ladder)) return;
    if (ladder.length === 0) {
      report([key], {
        message: `${quote(key)} must not be empty`,
        onKey: true,
      });
    }
    for (const [index, wait] of ladder.entries()) {
      if (isPositiveInteger(wait)) continue;
      report([key, index], {
        message: `Entry ${index + 1} of ${
          quote(key)
        } must be a whole number from 1, not ${JSON.stringify(wait)}`,
      });
    }
  },
};
