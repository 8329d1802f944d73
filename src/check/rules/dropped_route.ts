/** Owns the rule on rows of a route table that nobody reads. */

import { quote, readOptionalMap, suggest } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const SPECIAL_ROWS = ["_", "_error"];

/** Rows that begin with `_` and are neither the default nor the one for errors (FORMAT 5.1). */
export const droppedRoute: Rule = {
  name: "dropped-route",
  severity: "warning",
  description: "A row of a route table that is dropped",
  isOnTextOnly: true,
  stateKeys: ["route"],
  state({ map }, report) {
    const route = readOptionalMap(map, "route") ?? {};
    for (const verdict of Object.keys(route)) {
      if (!verdict.startsWith("_") || SPECIAL_ROWS.includes(verdict)) continue;
      report(["route", verdict], {
        message: `Row ${quote(verdict)} is dropped: no verdict begins with "_"`,
        hint: '"_" is for every other verdict, "_error" for errors without one',
        onKey: true,
        ...(verdict === "_default" || verdict === "__"
          ? { edit: { kind: "replace", text: "_" } }
          : suggest(verdict, ["_error"], { beside: route }).edit === undefined
          ? {}
          : { edit: { kind: "replace", text: "_error" } }),
      });
    }
  },
};
