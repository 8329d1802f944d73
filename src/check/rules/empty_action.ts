/** Owns the rule `empty-action`. */

import { entry } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** An action without anything in it: the state succeeds and does nothing. */
export const emptyAction: Rule = {
  name: "empty-action",
  severity: "warning",
  description: "An action without anything in it: it does nothing",
  stateKeys: ["action"],
  state({ state, map }, report) {
    const action = entry(map, "action");
    if (state.terminal || state.kind === "loop") return;
    if (typeof action !== "string" || action.trim() !== "") return;
    report(["action"], {
      message: "The action is empty: the state does nothing",
      hint:
        "Say what it is to do, or remove the key from a state that only leads on",
    });
  },
};
