/** Owns the rule `ignored-stdin`. */

import type { Rule } from "../rule.ts";

/** "stdin" on a state that runs no command. */
export const ignoredStdin: Rule = {
  name: "ignored-stdin",
  severity: "warning",
  description: '"stdin" on a state that runs no command',
  stateKeys: ["stdin"],
  state({ state }, report) {
    if (state.stdin === null || state.kind === "shell") return;
    report(["stdin"], {
      message: '"stdin" is only for shell actions: it has no effect here',
      onKey: true,
    });
  },
};
