/** Owns the verdict on a state: computed from what is there, or who is to give it (EXEC 4.1). */

import {
  DEFAULT_EVALUATE,
  type Evaluate,
  evaluatorFacts,
  type EvaluatorType,
  hideReferences,
  type JsonObject,
  type JudgeEffect,
  judgeOf,
  own,
} from "../model/mod.ts";
import { askedOf } from "./ask_judge.ts";
import { findEvaluator, type Judgement } from "./evaluators/mod.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import type { Turn } from "./turn.ts";
import { warnOfLiterals, warnOnce } from "./warn_of_literals.ts";

/** A verdict that somebody else is to give. */
export interface Ask {
  readonly kind: "ask";
  readonly about: Pick<
    JudgeEffect,
    "kind" | "judge" | "text" | "exitCode" | "computed" | "asked"
  >;
}

/** Returns the judgement of the frame's state; `null` where there is nothing to judge. */
export function judgeState(turn: Turn, id: string): Judgement | Ask | null {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const outcome = frame.result?.outcome ?? null;
  const judge = judgeOf(state);
  if (judge === null || state.evaluate === null && outcome === null) {
    return null;
  }
  const exitCode = outcome?.exitCode ?? 0;
  const { agent } = outcome ?? {};
  // An agent that failed is not judged by its words; by its exit code it may be.
  if (agent !== undefined && exitCode !== 0 && judge !== "exit_code") {
    return failed({
      exit_code: exitCode,
      error: agent.failure?.message ??
        (exitCode === 124 ? "the agent timed out" : "the agent failed"),
      ...(agent.failure === null ? {} : { failure: agent.failure.kind }),
    });
  }
  if (state.evaluate !== null) {
    const early = judgeFailedAction(state.evaluate.type, exitCode);
    if (early !== null) return early;
  }
  if (judge === "llm_structured" && !turn.loop(frame.loop).llm.enabled) {
    return failed({
      error: "Judging by a language model is off: --no-llm or llm.enabled",
    });
  }
  const { judge: judged } = frame.observed;
  if (judged !== undefined) {
    const { verdict, details } = judged;
    return { kind: "verdict", verdict, details };
  }
  const source = sourceOf(turn, id, state.evaluate);
  const text = source ?? outcome?.stdout.text ?? "";
  const ask = (computed: string | null): Judgement | Ask => {
    try {
      const asked = turn.snapshot.isSimulated || judge === "learning"
        ? {}
        : askedOf(turn, id, judge);
      const about = { judge, text, exitCode, computed, ...asked };
      return { kind: "ask", about: { kind: "judge", ...about } };
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      return failed({ error: error.message });
    }
  };
  if (judge === "learning") return ask(null);
  // Outputs that are made up say nothing: only the exit code can then be computed with.
  // `classify` reads one text alone, and who is asked may know that it is not made up.
  const isMadeUp = turn.snapshot.isSimulated && judge !== "exit_code";
  const evaluator = isMadeUp && judge !== "classify"
    ? null
    : findEvaluator(judge);
  if (evaluator === null) return ask(null);
  warnOfLiterals(turn, id, state.evaluate);
  const judgement = evaluator({
    evaluate: state.evaluate ??
      { ...DEFAULT_EVALUATE, type: judge, at: state.at },
    text,
    isWhole: source !== null || outcome?.stdout.isTruncated !== true,
    spill: source === null && outcome !== null && outcome.stdout.isTruncated
      ? outcome.stdout.spill
      : null,
    isSpillCut: outcome?.stdout.isSpillCut === true,
    exitCode,
    lookup: turn.lookup(id),
    action: frame.result?.action ?? "",
    memory: own(frame.stalls.states, state.name) ?? null,
    observed: frame.observed.evaluator ?? null,
  });
  if (!isMadeUp) return judgement;
  return ask(judgement.kind === "verdict" ? judgement.verdict : null);
}

/** An action that failed is an error for the evaluators that read its output. */
function judgeFailedAction(
  type: EvaluatorType,
  exitCode: number,
): Judgement | null {
  if (exitCode === 124 && type !== "mcp_result") {
    return failed({ exit_code: exitCode, error: "action timed out" });
  }
  if (exitCode !== 0 && evaluatorFacts(type)?.seesFailedActions !== true) {
    return failed({
      exit_code: exitCode,
      error: `action exited with code ${exitCode}`,
    });
  }
  return null;
}

function failed(details: JsonObject): Judgement {
  return { kind: "verdict", verdict: "error", details };
}

/** Returns the resolved `source`; `null` to judge the action's output instead. */
function sourceOf(
  turn: Turn,
  id: string,
  evaluate: Evaluate | null,
): string | null {
  if (evaluate === null || evaluate.source === null) return null;
  try {
    // Like the output of an action: masked.
    return hideReferences(interpolate(evaluate.source, turn.lookup(id)));
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    warnOnce(turn, id, `\`evaluate.source\` is not used: ${error.message}`);
    return null;
  }
}
