/** Owns the rule on inputs under a name of their own. */

import { own } from "../../model/mod.ts";
import { entry, quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** FORMAT V122. */
export const undeclaredInput: Rule = {
  name: "undeclared-input",
  severity: "warning",
  description: "An input with a name of its own that nothing asks for",
  isOnTextOnly: true,
  loop({ loop, document }, report) {
    const fallback = own(loop.context, loop.inputKey) ?? "";
    if (
      loop.inputKey === "input" ||
      // An empty list says that none has to be given.
      entry(document, "required_inputs") !== undefined ||
      (fallback !== "" && fallback !== null)
    ) return;
    report(["input_key"], {
      message: `Nothing says whether the input ${
        quote(loop.inputKey)
      } has to be given`,
      hint: `Add: required_inputs: [${loop.inputKey}], and the loop does not ` +
        "start without it, or an empty list",
    });
  },
};
