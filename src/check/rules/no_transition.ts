/** Owns the rule `no-transition`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { leadsNowhere } from "../terms.ts";

/** A state that is neither terminal nor leads anywhere. */
export const noTransition: Rule = {
  name: "no-transition",
  severity: "error",
  description: "A state that is neither terminal nor leads anywhere",
  state({ state }, report) {
    if (!leadsNowhere(state)) return;
    report([], {
      message: `State ${quote(state.name)} leads nowhere`,
      hint: 'Add "next", "on_yes"/"on_no", "route" or "terminal: true"',
    });
  },
};
