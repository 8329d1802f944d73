/** Owns which states call an agent. */

import {
  evaluatorFacts,
  judgeOf,
  type Loop,
  type State,
} from "../model/mod.ts";

/** Returns whether a state of `loop` calls an agent once it is entered: to act, or to judge. */
export function callsAgent(state: State, loop: Loop): boolean {
  const isSummary = state.name === loop.onMaxSteps ||
    state.name === loop.onMaxIterations;
  if (state.terminal && !isSummary) return false;
  return state.kind === "prompt" || asksAgent(state, loop);
}

/** Returns whether a state of `loop` is judged by an agent. */
export function asksAgent(state: State, loop: Loop): boolean {
  const judge = judgeOf(state);
  if (judge === null || judge === "learning") return false;
  if (judge === "llm_structured" && !loop.llm.enabled) return false;
  return evaluatorFacts(judge)?.by === "agent";
}
