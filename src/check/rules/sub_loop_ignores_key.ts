/** Owns the rule `sub-loop-ignores-key`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A key that has no effect on a state that runs a loop. */
export const subLoopIgnoresKey: Rule = {
  name: "sub-loop-ignores-key",
  severity: "warning",
  description: "A key that has no effect on a state that runs a loop",
  stateKinds: ["loop"],
  state({ map }, report) {
    for (const key of ["next", "route", "evaluate"]) {
      if (!Object.hasOwn(map, key)) continue;
      report([key], {
        message: `${quote(key)} has no effect on a state that runs a loop`,
        hint: "Its end leads on by on_yes, on_no, on_error or on_timeout",
        onKey: true,
      });
    }
  },
};
