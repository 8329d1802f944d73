/** Owns how long one visit of a state may take: what it does, and what judges it. */

import {
  judgeOf,
  LOOK_TIMEOUT_MS,
  type Loop,
  type State,
  timeoutsOf,
} from "../../model/mod.ts";
import { asksAgent } from "../calls_agent.ts";
import { agentWaits } from "./agent_waits.ts";
import { isWatched } from "./moves.ts";

/** The longest that a visit may take, in ms; `Infinity` where nothing limits it. */
export interface VisitTime {
  readonly actionMs: number;
  readonly judgingMs: number;
}

/** Returns how long a visit of `state` may take, its sub-loop and the pause after it aside. */
export function visitTimeOf(loop: Loop, state: State): VisitTime {
  const limits = timeoutsOf(loop, state);
  // A learning state asks as often as it has targets.
  const actionMs = limits === null
    ? 0
    : state.kind === "learning"
    ? Infinity
    : state.kind === "prompt"
    ? promptTimeOf(state, limits.timeoutMs || Infinity)
    : limits.timeoutMs || Infinity;
  return { actionMs, judgingMs: judgingTimeOf(loop, state) };
}

/** What was answered is not asked again, whatever call of a judgement fails. */
function agentTimeOf(state: State, limitMs: number): number {
  const { calls, waitMs } = agentWaits(state.rateLimits ?? {});
  return (questionsOf(state) - 1 + calls) * limitMs + waitMs;
}

function questionsOf({ evaluate }: State): number {
  switch (evaluate?.type) {
    case "comparator":
      return Math.max(1, evaluate.minPairs);
    case "contract":
      return Math.max(1, evaluate.pairs.length);
    default:
      return 1;
  }
}

/** Each call has the limit anew, and between them is waited. */
function promptTimeOf({ rateLimits = {} }: State, limitMs: number): number {
  const { calls, waitMs } = agentWaits(rateLimits);
  return calls * limitMs + waitMs;
}

function judgingTimeOf(loop: Loop, state: State): number {
  const judge = judgeOf(state);
  if (judge === null || judge === "learning") return 0;
  const watchedMs = loop.circuit !== null &&
      loop.circuit.progressPaths.length > 0 && isWatched(state)
    ? LOOK_TIMEOUT_MS
    : 0;
  const judgeMs = asksAgent(state, loop)
    ? agentTimeOf(state, loop.llm.timeoutMs || Infinity)
    : LOOKING_JUDGES.has(judge)
    ? LOOK_TIMEOUT_MS
    : 0;
  return judgeMs + watchedMs;
}

/** They look at the world, or may have a long output searched apart. */
const LOOKING_JUDGES: ReadonlySet<string> = new Set([
  "diff_stall",
  "open_question_stall",
  "output_contains",
  "score_stall",
]);
