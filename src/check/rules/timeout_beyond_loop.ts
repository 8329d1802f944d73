/** Owns the rule on limits of an action that the loop's own limit cuts short. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A limit that never counts, because the whole run has less time. */
export const timeoutBeyondLoop: Rule = {
  name: "timeout-beyond-loop",
  severity: "warning",
  description: "A timeout of a state that is longer than the loop's",
  isOnTextOnly: true,
  loop({ loop }, report) {
    if (loop.timeoutMs === null || loop.timeoutMs <= 0) return;
    if ((loop.defaultTimeoutMs ?? 0) <= loop.timeoutMs) return;
    report(["default_timeout"], {
      message: `"default_timeout" is longer than the loop's own timeout of ${
        loop.timeoutMs / 1000
      } s, which ends the run first`,
      hint: "Give the loop more time, or the actions less",
    });
  },
  stateKeys: ["timeout"],
  state({ loop, state, result }, report) {
    const { timeoutMs } = state;
    if ((loop.timeoutMs ?? 0) <= 0 || timeoutMs === null || state.terminal) {
      return;
    }
    if (loop.timeoutMs === null || timeoutMs <= loop.timeoutMs) return;
    report(["timeout"], {
      message: `The timeout of state ${
        quote(state.name)
      } is longer than the loop's own of ${
        loop.timeoutMs / 1000
      } s, which ends the run first`,
      hint: "Give the loop more time, or the state less",
      related: [{
        message: "The loop's timeout is here",
        at: result.originOf(["timeout"]),
        onKey: true,
      }],
    });
  },
};
