/** Owns the rule `bad-learning`. */

import { entry, readMap, readNumber, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A learning state that lacks what it needs. */
export const badLearning: Rule = {
  name: "bad-learning",
  severity: "error",
  description: "A learning state that lacks what it needs",
  stateKinds: ["learning"],
  state({ state, map }, report) {
    const learning = readMap(map, "learning");
    const targets = entry(learning, "targets");
    const hasTargets = Array.isArray(targets) && targets.length > 0;
    if (!hasTargets && readText(learning, "targets_csv") === null) {
      report(["learning"], {
        message: 'A learning state needs "targets" or "targets_csv"',
        onKey: true,
      });
    }
    const retries = readNumber(learning, "max_retries");
    if (retries !== null && retries < 0) {
      report(["learning", "max_retries"], {
        message: `"max_retries" must be at least 0, not ${retries}`,
      });
    }
    if (!Object.hasOwn(state.on, "yes")) {
      report([], { message: 'A learning state needs "on_yes"' });
    }
    if (
      !Object.hasOwn(state.on, "blocked") && !Object.hasOwn(state.on, "no")
    ) {
      report([], {
        message: 'A learning state needs "on_blocked" or "on_no"',
      });
    }
  },
};
