/** Owns the rule `with-and-passthrough`. */

import type { Rule } from "../rule.ts";
import { hasEntries } from "../terms.ts";

/** Both "with" and "context_passthrough" on one state. */
export const withAndPassthrough: Rule = {
  name: "with-and-passthrough",
  severity: "error",
  description: 'Both "with" and "context_passthrough" on one state',
  stateKeys: ["context_passthrough"],
  state({ state }, report) {
    if (!state.contextPassthrough || !hasEntries(state.with)) return;
    report(["with"], {
      message: '"with" and "context_passthrough" exclude each other',
      onKey: true,
    });
  },
};
