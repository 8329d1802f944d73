/** Owns the rule `nul-in-action`. */

import type { Rule } from "../rule.ts";

/** An action that no system can start. */
export const nulInAction: Rule = {
  name: "nul-in-action",
  severity: "error",
  description: "An action that no system can start",
  needs: "value",
  state({ state }, report) {
    if (state.action?.includes("\0") !== true) return;
    report(["action"], {
      message: "The action holds a NUL character, which no shell can run",
      hint: "In double quotes YAML reads \\0 as one: write \\\\0 for the shell",
    });
  },
};
