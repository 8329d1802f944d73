/** Owns the rule `loop-and-action`. */

import { quote, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A state with both a loop and an action. */
export const loopAndAction: Rule = {
  name: "loop-and-action",
  severity: "error",
  description: "A state with both a loop and an action",
  stateKinds: ["loop"],
  state({ state, map }, report) {
    if (readText(map, "action") === null) return;
    report([], {
      message: `State ${
        quote(state.name)
      } has both "loop" and "action": only one can run`,
      hint: "Put the action into a state of its own",
    });
  },
};
