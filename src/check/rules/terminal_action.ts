/** Owns the rule `terminal-action`. */

import { entry, quote, readFlag, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** An action on a terminal state: it never runs. */
export const terminalAction: Rule = {
  name: "terminal-action",
  severity: "warning",
  description: "An action on a terminal state: it never runs",
  unless: "terminal_action_ok",
  stateKeys: ["terminal"],
  state({ loop, state, map }, report) {
    if (
      !readFlag(map, "terminal") || readText(map, "action") === null ||
      state.name === loop.onMaxSteps || state.name === loop.onMaxIterations
    ) return;
    report(["action"], {
      message: `State ${quote(state.name)} is terminal: its action never runs`,
      hint: "Put the action into a state of its own before this one",
      onKey: entry(map, "action") !== undefined,
    });
  },
};
