/** Owns the rule on the process id of the shell where something else was meant. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { shellActionOf } from "../terms.ts";

/** FORMAT V130. */
export const shellProcessId: Rule = {
  name: "shell-process-id",
  severity: "error",
  description: "Two dollar signs that stand for the process id of the shell",
  unless: "shell_pid_ok",
  state({ state }, report) {
    const action = shellActionOf(state);
    if (action?.includes("$$") !== true) return;
    const found = action.matchAll(/\$\$(?:\(|[A-Za-z_]\w*)/g);
    for (const source of new Set([...found].map(([text]) => text))) {
      report(["action"], {
        message: `${quote(source)} begins with the process id of the shell`,
        hint:
          `Write "${
            source.slice(1)
          }": only "\${" needs a second dollar sign; ` +
          'or say "shell_pid_ok: true"',
        excerpt: source,
      });
    }
  },
};
