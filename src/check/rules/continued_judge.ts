/** Owns the rule `continued-judge`. */

import { quote, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { effectiveText } from "../terms.ts";

/** FORMAT V167. */
export const continuedJudge: Rule = {
  name: "continued-judge",
  severity: "warning",
  description: "A judge that goes on in the conversation that it judges",
  unless: "session_mode_ok",
  isOnTextOnly: true,
  state({ state, map, document }, report) {
    if (
      state.evaluate?.type !== "llm_structured" ||
      effectiveText("session_mode", map, document) !== "continue"
    ) return;
    report(readText(map, "session_mode") === null ? [] : ["session_mode"], {
      message: `The judge of state ${
        quote(state.name)
      } goes on in the conversation of the one it judges`,
      hint:
        'Add: session_mode: fresh, or say "session_mode_ok: true" at the top',
    });
  },
};
