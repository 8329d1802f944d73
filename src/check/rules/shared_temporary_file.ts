/** Owns the rule on scratch files that all runs share. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** FORMAT V124. */
export const sharedTemporaryFile: Rule = {
  name: "shared-temporary-file",
  severity: "warning",
  description: "A scratch file that every run of every loop shares",
  needs: "value",
  unless: "shared_state_ok",
  isOnTextOnly: true,
  state({ state }, report) {
    if (state.action?.includes(".loops/tmp/") !== true) return;
    const files = state.action.matchAll(/\.loops\/tmp\/[\w./-]+/g);
    for (const file of new Set([...files].map(([text]) => text))) {
      report(["action"], {
        message: `${
          quote(file)
        } is shared by all runs: two of them get in each other's way`,
        hint: `Write \${context.run_dir}${file.slice(".loops/tmp/".length)}, ` +
          'which is the folder of this run, or say "shared_state_ok: true"',
        excerpt: file,
      });
    }
  },
};
