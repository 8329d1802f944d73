/** Owns the rule on scripts that take what they cannot read for success. */

import { quote } from "../../load/mod.ts";
import { own } from "../../model/mod.ts";
import type { Rule } from "../rule.ts";
import { shellActionOf } from "../terms.ts";

const SWALLOWING_REGEXPS = [
  /json\.loads?\s*\(/,
  /except\s*\(?\s*(?:json\.)?(?:JSONDecodeError|ValueError|Exception)/,
  /\b(?:sys\.)?exit\s*\(\s*0\s*\)/,
];

/** FORMAT V131. */
export const swallowedParseError: Rule = {
  name: "swallowed-parse-error",
  severity: "warning",
  description: "A script that exits with 0 when it cannot read its JSON",
  unless: "parse_swallow_ok",
  isOnTextOnly: true,
  state({ state }, report) {
    const action = shellActionOf(state);
    if (action === null || own(state.on, "error") !== undefined) return;
    if (!SWALLOWING_REGEXPS.every((each) => each.test(action))) return;
    report(["action"], {
      message: `State ${
        quote(state.name)
      } exits with 0 when its JSON cannot be read: nobody will know`,
      hint:
        'Let it exit with 2 and add "on_error", or say "parse_swallow_ok: true"',
      onKey: true,
    });
  },
};
