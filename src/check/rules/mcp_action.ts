/** Owns the rule `mcp-action`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** An MCP action that is not SERVER/TOOL. */
export const mcpAction: Rule = {
  name: "mcp-action",
  severity: "warning",
  description: "An MCP action that is not SERVER/TOOL",
  stateKinds: ["mcp"],
  state({ state }, report) {
    const action = (state.action ?? "").trim();
    if (action.includes("${")) return;
    if (/^[^/]*[^/\s][^/]*\/\s*\S/.test(action)) return;
    report(["action"], {
      message: `MCP action ${quote(action)} names no tool`,
      hint: 'Write SERVER/TOOL, such as "files/read"',
    });
  },
};
