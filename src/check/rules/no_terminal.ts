/** Owns the rule `no-terminal`. */

import {
  CURRENT_TARGET,
  type JsonObject,
  type State,
} from "../../model/mod.ts";
import { readMap } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { targetsOf } from "../targets_of.ts";
import { leadsNowhere } from "../terms.ts";

/** A loop that cannot end: no state is terminal. */
export const noTerminal: Rule = {
  name: "no-terminal",
  severity: "error",
  description: "A loop that cannot end: no state is terminal",
  needsWholeGraph: true,
  loop({ loop, document }, report) {
    const states = Object.values(loop.states);
    if (states.some((state) => state.terminal)) return;
    // A way to a state that is not there, or to none, is told as that: it may be the end.
    const mayBeMeant = states.some((state) => {
      const ways = targetsOf(state, mapOf(state, document));
      return leadsNowhere(state) ||
        ways.some(({ target }) =>
          target !== CURRENT_TARGET && !Object.hasOwn(loop.states, target)
        );
    });
    if (mayBeMeant) return;
    report(["states"], {
      message: "No state is terminal: the loop cannot end",
      hint: 'Let a state lead to "done", which needs no declaration',
      onKey: true,
    });
  },
};

function mapOf(state: State, document: JsonObject): JsonObject {
  return readMap(readMap(document, "states"), state.name);
}
