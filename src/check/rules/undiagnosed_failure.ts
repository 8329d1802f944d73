/** Owns the rule on failures that are reached without a word on why. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { targetsOf } from "../targets_of.ts";
import { isJsonObject } from "../../model/mod.ts";
import { entry, readMap } from "../../load/mod.ts";

/** FORMAT V110. A failure that nothing leads to is told as that, one that goes without saying not at all. */
export const undiagnosedFailure: Rule = {
  name: "undiagnosed-failure",
  severity: "warning",
  description: "A failure that no state with anything to tell leads to",
  needsWholeGraph: true,
  isOnTextOnly: true,
  loop({ loop, document, result }, report) {
    const sources = new Map<string, boolean>();
    const states = readMap(document, "states");
    for (const state of Object.values(loop.states)) {
      const map = entry(states, state.name);
      if (!isJsonObject(map)) continue;
      // An evaluator says what it saw, whoever printed it.
      const tells = (state.kind !== "none" && state.kind !== "contract") ||
        state.evaluate !== null;
      for (const { target } of targetsOf(state, map)) {
        if (target === state.name) continue;
        sources.set(target, tells || sources.get(target) === true);
      }
    }
    for (const { name, terminal, failure } of Object.values(loop.states)) {
      const isImplied = result.implied.some((path) =>
        path.length === 2 && path[1] === name
      );
      if (!terminal || !failure || isImplied) continue;
      if (sources.get(name) !== false) continue;
      report(["states", name], {
        message: `Nothing that leads to the failure ${
          quote(name)
        } tells why: no state before it does anything`,
        hint: "Put a state before it whose action prints what went wrong",
        onKey: true,
      });
    }
  },
};
