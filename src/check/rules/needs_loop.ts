/** Owns the rule `needs-loop`. */

import type { Rule } from "../rule.ts";
import { hasEntries } from "../terms.ts";

/** A "with" or "worktree" on a state that runs no loop. */
export const needsLoop: Rule = {
  name: "needs-loop",
  severity: "error",
  description: 'A "with" or "worktree" on a state that runs no loop',
  stateKeys: ["with", "worktree"],
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
};
