/** Owns the rule `bad-throttle`. */

import { quote, readNumber, readOptionalMap } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const THROTTLE_KEYS = ["normal_max", "warn_max", "hard_max"];

/** Throttle limits that are not positive or not increasing. */
export const badThrottle: Rule = {
  name: "bad-throttle",
  severity: "error",
  description: "Throttle limits that are not positive or not increasing",
  needs: "value",
  stateKeys: ["throttle"],
  state({ map }, report) {
    const throttle = readOptionalMap(map, "throttle");
    if (throttle === null) return;
    const given = THROTTLE_KEYS.map((key) =>
      [key, readNumber(throttle, key)] as const
    );
    for (const [key, value] of given) {
      if (value !== null && value < 1) {
        report(["throttle", key], {
          message: `${quote(key)} must be at least 1, not ${value}`,
        });
      }
    }
    for (const [index, [key, value]] of given.entries()) {
      const above = given[index + 1];
      if (above === undefined || value === null || above[1] === null) {
        continue;
      }
      if (value >= above[1]) {
        report(["throttle", key], {
          message: `${quote(key)} must be less than ${quote(above[0])} (${
            above[1]
          }), not ${value}`,
        });
      }
    }
  },
};
