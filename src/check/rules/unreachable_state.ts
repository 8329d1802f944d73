/** Owns the rule `unreachable-state`. */

import { pressureWay } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A state that no way from the initial state leads to. */
export const unreachableState: Rule = {
  name: "unreachable-state",
  severity: "warning",
  description: "A state that no way from the initial state leads to",
  needsWholeGraph: true,
  loop({ loop, graph, result }, report) {
    if (!Object.hasOwn(loop.states, loop.initial)) return;
    const isFirst = result.implied.some(([key]) => key === "initial");
    const seeds = [
      loop.onMaxSteps,
      loop.onMaxIterations,
      loop.circuit?.onRepeatedFailure ?? null,
      loop.onBudgetExceeded ?? null,
      loop.hostGuard?.enabled
        ? pressureWay(loop.hostGuard)?.target ?? null
        : null,
    ].filter((name) => name !== null);
    const reached = graph.reachable(seeds);
    // What leads to an end that nobody declared is told already.
    const isImplied = (name: string) =>
      result.implied.some((path) => path.length === 2 && path[1] === name);
    for (const name of graph.names) {
      if (reached.has(name) || isImplied(name)) continue;
      // What a parent has and its child goes around cannot be taken out by either.
      if (result.originOf(["states", name]).file !== result.file) continue;
      report(["states", name], {
        message: `State ${quote(name)} cannot be reached from ${
          quote(loop.initial)
        }`,
        ...(isFirst
          ? {
            hint: "Let another state lead to it, or remove it; the loop " +
              'begins with its first state unless "initial:" names one',
          }
          : {}),
        onKey: true,
      });
    }
  },
};
