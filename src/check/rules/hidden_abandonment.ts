/** Owns the rule `hidden-abandonment`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const ABANDON_REGEXP =
  /^\s*- \\?\[!\\?\]|\[x\].{0,80}abandon|max_step_attempts/ims;
const REPORTED_REGEXP = /"abandoned"\s*:/;

/** FORMAT V132. */
export const hiddenAbandonment: Rule = {
  name: "hidden-abandonment",
  severity: "warning",
  description: "Steps that may be given up, which no summary tells",
  unless: "abandonment_verdict_ok",
  isOnTextOnly: true,
  loop({ loop }, report) {
    const states = Object.values(loop.states);
    const first = states.find(({ action }) =>
      ABANDON_REGEXP.test(action ?? "")
    );
    if (
      first === undefined ||
      states.some(({ action }) => REPORTED_REGEXP.test(action ?? ""))
    ) return;
    report(["states", first.name, "action"], {
      message: `State ${
        quote(first.name)
      } may give up steps, and no summary of the loop tells which`,
      hint:
        'Print "abandoned": with them, or say "abandonment_verdict_ok: true"',
      onKey: true,
    });
  },
};
