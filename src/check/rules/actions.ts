/** Owns the rules on keys of a state that exclude or require each other. */

import { entry, quote, readMap, readNumber, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isJudged } from "../terms.ts";

function hasEntries(map: object): boolean {
  return Object.keys(map).length > 0;
}

function ignoredSetting(key: "model" | "effort"): Rule {
  return {
    name: `ignored-${key}`,
    severity: "warning",
    description: `"${key}" on a state that asks no model`,
    state({ state, map }, report) {
      const type = readText(map, "action_type");
      if (
        readText(map, key) === null || type === null || type === "prompt" ||
        type === "slash_command" || isJudged(state)
      ) return;
      report([key], {
        message: `${quote(key)} has no effect on a ${type} action`,
        onKey: true,
      });
    },
  };
}

/** Rules on actions and sub-loops. */
export const actionRules: readonly Rule[] = [
  {
    name: "plain-message",
    severity: "error",
    description: 'An "append_to_messages" without a reference',
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
  },
  {
    name: "nul-in-action",
    severity: "error",
    description: "An action that no system can start",
    state({ state }, report) {
      if (state.action?.includes("\0") !== true) return;
      report(["action"], {
        message: "The action holds a NUL character, which no shell can run",
        hint:
          "In double quotes YAML reads \\0 as one: write \\\\0 for the shell",
      });
    },
  },
  ignoredSetting("model"),
  ignoredSetting("effort"),
  {
    name: "ignored-stdin",
    severity: "warning",
    description: '"stdin" on a state that runs no command',
    state({ state }, report) {
      if (state.stdin === null || state.kind === "shell") return;
      report(["stdin"], {
        message: '"stdin" is only for shell actions: it has no effect here',
        onKey: true,
      });
    },
  },
  {
    name: "params-without-mcp",
    severity: "error",
    description: 'A "params" on an action that is no MCP tool',
    state({ state, map }, report) {
      if (
        !hasEntries(state.params) || readText(map, "action_type") === "mcp_tool"
      ) return;
      report(["params"], {
        message: '"params" is only for "action_type: mcp_tool"',
        onKey: true,
      });
    },
  },
  {
    name: "mcp-action",
    severity: "warning",
    description: "An MCP action that is not SERVER/TOOL",
    state({ state }, report) {
      const action = (state.action ?? "").trim();
      if (state.kind !== "mcp" || action.includes("${")) return;
      if (/^[^/]*[^/\s][^/]*\/\s*\S/.test(action)) return;
      report(["action"], {
        message: `MCP action ${quote(action)} names no tool`,
        hint: 'Write SERVER/TOOL, such as "files/read"',
      });
    },
  },
  {
    name: "loop-and-action",
    severity: "error",
    description: "A state with both a loop and an action",
    state({ state, map }, report) {
      if (state.kind !== "loop" || readText(map, "action") === null) return;
      report([], {
        message: `State ${
          quote(state.name)
        } has both "loop" and "action": only one can run`,
        hint: "Put the action into a state of its own",
      });
    },
  },
  {
    name: "needs-loop",
    severity: "error",
    description: 'A "with" or "worktree" on a state that runs no loop',
    state({ state }, report) {
      if (state.kind === "loop") return;
      if (hasEntries(state.with)) {
        report(["with"], {
          message: '"with" is only for states with "loop" or "fragment"',
          onKey: true,
        });
      }
      if (state.worktree !== null) {
        report(["worktree"], {
          message: '"worktree" is only for states with "loop"',
          onKey: true,
        });
      }
    },
  },
  {
    name: "with-and-passthrough",
    severity: "error",
    description: 'Both "with" and "context_passthrough" on one state',
    state({ state }, report) {
      if (!state.contextPassthrough || !hasEntries(state.with)) return;
      report(["with"], {
        message: '"with" and "context_passthrough" exclude each other',
        onKey: true,
      });
    },
  },
  {
    name: "bad-learning",
    severity: "error",
    description: "A learning state that lacks what it needs",
    state({ state, map }, report) {
      if (state.kind !== "learning") return;
      const learning = readMap(map, "learning");
      const targets = entry(learning, "targets");
      const hasTargets = Array.isArray(targets) && targets.length > 0;
      if (!hasTargets && readText(learning, "targets_csv") === null) {
        report(["learning"], {
          message: 'A learning state needs "targets" or "targets_csv"',
          onKey: true,
        });
      }
      const retries = readNumber(learning, "max_retries");
      if (retries !== null && retries < 0) {
        report(["learning", "max_retries"], {
          message: `"max_retries" must be at least 0, not ${retries}`,
        });
      }
      if (!Object.hasOwn(state.on, "yes")) {
        report([], { message: 'A learning state needs "on_yes"' });
      }
      if (
        !Object.hasOwn(state.on, "blocked") && !Object.hasOwn(state.on, "no")
      ) {
        report([], {
          message: 'A learning state needs "on_blocked" or "on_no"',
        });
      }
    },
  },
];
