/** Owns the rules on steps that are given up and still count as success. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const ABANDON_REGEXP =
  /^\s*- \\?\[!\\?\]|\[x\].{0,80}abandon|max_step_attempts/ims;
const REPORTED_REGEXP = /"abandoned"\s*:/;
const SUCCESS_REGEXP = /"verdict"\s*:\s*"success"|\bverdict\s*=\s*success/i;

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

/** FORMAT V133. */
export const unconditionalSuccess: Rule = {
  name: "unconditional-success",
  severity: "warning",
  description: "A verdict that is success whatever happened",
  unless: "abandonment_verdict_ok",
  isOnTextOnly: true,
  state({ state }, report) {
    const action = state.action ?? "";
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
