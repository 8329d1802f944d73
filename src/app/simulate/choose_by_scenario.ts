/** Owns choosing by a scenario: the exit codes that actions give (EXEC 2.11). */

import {
  type Scenario,
  unreachable,
  verdictForExitCode,
} from "../../model/mod.ts";
import type { Chooser } from "./chooser.ts";

/**
 * Returns a chooser by exit codes, counted over all actions. A state that runs nothing is
 * judged by the code of the last action.
 */
export function chooseByScenario(scenario: Scenario): Chooser {
  let calls = 0;
  let last: number | null = null;
  return ({ runsAction, possibilities }) => {
    if (runsAction || last === null) last = exitCodeOf(scenario, calls++);
    const exitCode = last;
    const verdict = verdictForExitCode(possibilities, exitCode);
    return Promise.resolve({ verdict, exitCode });
  };
}

/**
 * Returns the exit code of the action after `calls` others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([0, 1, 2].map((calls) => exitCodeOf("alternating", calls)), [1, 0, 1]);
 * ```
 */
export function exitCodeOf(scenario: Scenario, calls: number): number {
  switch (scenario) {
    case "all-pass":
      return 0;
    case "all-fail":
      return 1;
    case "all-error":
      return 2;
    case "first-fail":
      return calls === 0 ? 1 : 0;
    case "alternating":
      return calls % 2 === 0 ? 1 : 0;
    default:
      return unreachable(scenario);
  }
}
