/** Owns the rule on progress that the loop makes up by itself. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** FORMAT V158. */
export const selfMadeProgress: Rule = {
  name: "self-made-progress",
  severity: "warning",
  description: "A file that counts as progress and is written by an action",
  isOnTextOnly: true,
  state({ loop, state }, report) {
    for (const path of new Set(loop.circuit?.progressPaths ?? [])) {
      const name = path.replace(/^\$\{[^}]*\}\//, "");
      if (name === "" || state.action?.includes(name) !== true) continue;
      report(["action"], {
        message: `${quote(name)} counts as progress, and state ${
          quote(state.name)
        } itself names it: what it writes there hides that the loop is stuck`,
        hint: `Put it into "exclude_paths" as well, or watch another file`,
        excerpt: name,
      });
    }
  },
};
