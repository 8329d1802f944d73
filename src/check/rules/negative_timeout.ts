/** Owns the rule `negative-timeout`. */

import type { JsonObject } from "../../model/mod.ts";
import { quote, readNumber } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

// The loop's own `timeout` is checked with the other numbers at the top of the file.
const LOOP_TIMEOUTS = ["default_timeout", "default_idle_timeout"];

const STATE_TIMEOUTS = ["timeout", "idle_timeout"];

/** A time limit below zero: it counts as absent. */
export const negativeTimeout: Rule = {
  name: "negative-timeout",
  severity: "warning",
  description: "A time limit below zero: it counts as absent",
  needs: "value",
  loop({ document }, report) {
    reportNegative(document, LOOP_TIMEOUTS, report);
  },
  stateKeys: STATE_TIMEOUTS,
  state({ map }, report) {
    reportNegative(map, STATE_TIMEOUTS, report);
  },
};

function reportNegative(
  map: JsonObject,
  keys: readonly string[],
  report: Report,
): void {
  for (const key of keys) {
    const value = readNumber(map, key);
    if (value === null || value >= 0) continue;
    report([key], {
      message: `${
        quote(key)
      } should be 0 or more seconds, not ${value}: it counts as absent`,
      hint: "Remove it, or say after how many seconds the action is ended",
    });
  }
}
