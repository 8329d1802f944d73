/** Owns the rule `plain-message`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** An "append_to_messages" without a reference. */
export const plainMessage: Rule = {
  name: "plain-message",
  severity: "error",
  description: 'An "append_to_messages" without a reference',
  stateKeys: ["append_to_messages"],
  state({ state }, report) {
    const text = state.appendToMessages;
    if (text === null || text.includes("${")) return;
    report(["append_to_messages"], {
      message: `"append_to_messages" must hold a reference, not only ${
        quote(text)
      }`,
      hint: "For example: ${captured.NAME.output}",
    });
  },
};
