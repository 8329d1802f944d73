/** Owns the rule on shell syntax that the bash of some systems lacks. */

import { quote } from "../../load/mod.ts";
import { newerSyntax } from "../newer_bash.ts";
import type { Rule } from "../rule.ts";

/** Rules on what other systems' shells understand. */
export const portableShellRules: readonly Rule[] = [{
  name: "newer-bash",
  severity: "warning",
  description:
    "Shell syntax that bash 3.2 lacks, the bash that macOS comes with",
  // Where bash is newer, it is no news.
  only: "old-bash",
  state({ state }, report) {
    if (state.kind !== "shell" || state.action === null) return;
    for (const { text, since } of newerSyntax(state.action)) {
      report(["action"], {
        message: `State ${quote(state.name)} uses ${
          quote(text)
        }, which came with bash ${since}: the bash of macOS is 3.2`,
        excerpt: text,
        hint: "Install a newer bash and put it first on PATH, or do without it",
      });
    }
  },
}];
