/** Owns the rule `cheap-generator`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isAskedOfModel } from "../terms.ts";

/** FORMAT V166. */
export const cheapGenerator: Rule = {
  name: "cheap-generator",
  severity: "warning",
  description: "The smallest model where something is made, not judged",
  unless: "haiku_generator_ok",
  isOnTextOnly: true,
  stateKeys: ["model"],
  state({ state }, report) {
    if (!/haiku/i.test(state.model ?? "") || isAskedOfModel(state)) return;
    report(["model"], {
      message: `State ${quote(state.name)} lets ${
        quote(state.model ?? "")
      } do its work, and no model looks at it`,
      hint: 'Take a larger one, or say "haiku_generator_ok: true"',
    });
  },
};
