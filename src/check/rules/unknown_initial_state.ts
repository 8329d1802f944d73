/** Owns the rule `unknown-initial-state`. */

import { quote, suggest } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** An initial state that does not exist. */
export const unknownInitialState: Rule = {
  name: "unknown-initial-state",
  severity: "error",
  description: "An initial state that does not exist",
  loop({ loop }, report) {
    if (Object.hasOwn(loop.states, loop.initial)) return;
    const names = Object.keys(loop.states);
    report(["initial"], {
      message: `The initial state ${quote(loop.initial)} does not exist`,
      ...suggest(loop.initial, names),
    });
  },
};
