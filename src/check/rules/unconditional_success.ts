/** Owns the rule `unconditional-success`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const SUCCESS_REGEXP = /"verdict"\s*:\s*"success"|\bverdict\s*=\s*success/i;

/** FORMAT V133. */
export const unconditionalSuccess: Rule = {
  name: "unconditional-success",
  severity: "warning",
  description: "A verdict that is success whatever happened",
  unless: "abandonment_verdict_ok",
  isOnTextOnly: true,
  state({ state }, report) {
    const action = state.action ?? "";
    if (!/verdict/i.test(action)) return;
    const found = SUCCESS_REGEXP.exec(action);
    if (found === null || /abandon/.test(action)) return;
    report(["action"], {
      message: `State ${quote(state.name)} says ${
        quote(found[0])
      } whatever happened before`,
      hint: 'Say what was abandoned as well, or "abandonment_verdict_ok: true"',
      excerpt: found[0],
    });
  },
};
