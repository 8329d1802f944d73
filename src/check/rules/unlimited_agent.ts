/** Owns the rule on agents that may work for as long as they like. */

import {
  count,
  hasLimits,
  type Json,
  type Loop,
  type State,
  timeoutsOf,
} from "../../model/mod.ts";
import { entry, quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** Any of them is a limit that somebody has thought about. */
const LIMITS = [
  "budget",
  "max_steps",
  "max_iterations",
  "max_edge_revisits",
  "timeout",
];

/** A loop that asks agents again and again, and says nowhere when that is enough. */
export const unlimitedAgent: Rule = {
  name: "unlimited-agent",
  severity: "warning",
  description: "A loop that comes back to an agent and sets no limit",
  needsWholeGraph: true,
  isOnTextOnly: true,
  loop({ loop, document, graph }, report) {
    if (LIMITS.some((key) => isSet(entry(document, key)))) return;
    const agent = Object.values(loop.states).find((state) =>
      state.kind === "prompt" && state.maxRetries === null &&
      !hasLimits(state.budget) &&
      state.throttle === null && graph.isInCycle(state.name)
    );
    if (agent === undefined) return;
    report(["states", agent.name], {
      message: `The loop may come back to the agent of state ${
        quote(agent.name)
      } ${count(loop.maxSteps, "time")}, ${eachTime(loop, agent)}`,
      hint: 'Add "max_steps:", "timeout:" or "budget:" at the top',
      onKey: true,
    });
  },
};

function eachTime(loop: Loop, agent: State): string {
  const limits = timeoutsOf(loop, agent);
  if (limits?.from === "default") return "an hour each: nobody has set a limit";
  const seconds = (limits?.timeoutMs ?? 0) / 1000;
  return seconds === 0
    ? "until it is silent each time: the loop itself has no limit"
    : `${seconds} s each: the loop itself has no limit`;
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}
