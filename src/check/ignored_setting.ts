/** Owns the rules on settings of a model where none is asked. */

import { quote, readText } from "../load/mod.ts";
import type { Rule } from "./rule.ts";
import { isJudged } from "./terms.ts";

/** Returns the rule on one of them. */
export function ignoredSetting(key: "model" | "effort"): Rule {
  return {
    name: `ignored-${key}`,
    severity: "warning",
    description: `"${key}" on a state that asks no model`,
    stateKeys: [key],
    state({ state, map }, report) {
      const type = readText(map, "action_type");
      if (
        readText(map, key) === null || type === null || type === "prompt" ||
        type === "slash_command" || isJudged(state)
      ) return;
      report([key], {
        message: `${quote(key)} has no effect on a ${type} action`,
        onKey: true,
      });
    },
  };
}
