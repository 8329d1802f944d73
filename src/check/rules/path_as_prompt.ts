/** Owns the rule on programs that are taken for prompts. */

import { quote, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** What no agent has as a command: a slash in the middle of its name. */
const PATH_REGEXP = /^\/[\w.@+-]+(?:\/[\w.@+-]+)+/;

/** A path of a program that is not there on this machine; one that is there runs. */
export const pathAsPrompt: Rule = {
  name: "path-as-prompt",
  severity: "warning",
  description: "A program by its whole path that is read as a slash command",
  isOnTextOnly: true,
  stateKinds: ["prompt"],
  state({ state, map }, report) {
    if (readText(map, "action_type") !== null) return;
    const path = PATH_REGEXP.exec(state.action ?? "")?.[0];
    if (path === undefined) return;
    report(["action"], {
      message: `The action begins with ${
        quote(path)
      }, which is no program here, so it is a prompt for an agent`,
      hint: "Add: action_type: shell",
      excerpt: path,
      edit: { kind: "insert", key: "action_type", value: "shell" },
    });
  },
};
