/** Owns the rule `params-without-mcp`. */

import { readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { hasEntries } from "../terms.ts";

/** A "params" on an action that is no MCP tool. */
export const paramsWithoutMcp: Rule = {
  name: "params-without-mcp",
  severity: "error",
  description: 'A "params" on an action that is no MCP tool',
  stateKeys: ["params"],
  state({ state, map }, report) {
    if (
      !hasEntries(state.params) || readText(map, "action_type") === "mcp_tool"
    ) return;
    report(["params"], {
      message: '"params" is only for "action_type: mcp_tool"',
      onKey: true,
    });
  },
};
