/** Owns the rule `route-hides-shorthand`. */

import { quote } from "../../load/mod.ts";
import { tamperPolicyOf } from "../../model/mod.ts";
import type { Rule } from "../rule.ts";
import { targetsOf } from "../targets_of.ts";

const RETRY_KEYS = [
  "on_maintain",
  "on_retry_exhausted",
  "on_rate_limit_exhausted",
  "on_throttle_hard",
  "on_budget_exceeded",
];
/** Where a guard leads that has found changed tests, whatever the table says. */
const GUARD_KEYS = ["on_no", "on_failure"];

/** A state with a route table and on_… keys: the table wins. */
export const routeHidesShorthand: Rule = {
  name: "route-hides-shorthand",
  severity: "warning",
  description: "A state with a route table and on_… keys: the table wins",
  stateKeys: ["route"],
  state({ loop, state, map }, report) {
    if (
      state.route === null || state.next !== null || state.kind === "loop"
    ) {
      return;
    }
    const used = tamperPolicyOf(loop, state) === "allow"
      ? RETRY_KEYS
      : [...RETRY_KEYS, ...GUARD_KEYS];
    const hidden = targetsOf(state, map).map(({ path }) => String(path[0]))
      .find((key) =>
        key.startsWith("on_") && !used.includes(key) &&
        Object.hasOwn(map, key)
      );
    if (hidden === undefined) return;
    report([hidden], {
      message: `State ${quote(state.name)} has a "route" table, so ${
        quote(hidden)
      } is ${
        hidden === "on_error"
          ? "used only when the action cannot start"
          : "not used"
      }`,
      hint: "Move it into the table",
      onKey: true,
    });
  },
};
