/** Owns what an agent is asked that judges a state. */

import {
  DEFAULT_EVALUATE,
  type Evaluate,
  type EvaluatorType,
  type JudgeEffect,
  type JudgeRequest,
} from "../model/mod.ts";
import { leftFor } from "./budget.ts";
import { givenVariables } from "./given_variables.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import type { Turn } from "./turn.ts";
import { warnOnce } from "./warn_of_literals.ts";

/** `llm.max_tokens` of the reference, which it never uses: too little for a judge that thinks. */
const MAX_TOKENS_DEFAULT = 256;

/** Returns what an agent is asked by its evaluator; nothing for those that the engine carries out. */
export function askedOf(
  turn: Turn,
  id: string,
  judge: EvaluatorType,
): Pick<JudgeEffect, "asked"> {
  const about = aboutOf(turn, id, judge);
  if (about === null) return {};
  const state = turn.state(id);
  const loop = turn.loop(turn.frame(id).loop);
  const { llm } = loop;
  const { answers = [] } = turn.frame(id).observed;
  return {
    asked: {
      about,
      settings: {
        host: state.host ?? loop.host ?? null,
        model: state.model ?? llm.model,
        agent: null,
        tools: null,
        effort: state.effort ?? llm.effort,
        sessions: {},
        left: leftFor(turn, id),
      },
      ...turn.clamp(id, llm.timeoutMs),
      maxTokens: llm.maxTokens === MAX_TOKENS_DEFAULT ? null : llm.maxTokens,
      ...(answers.length === 0 ? {} : { answers }),
      ...givenVariables(turn, id),
    },
  };
}

function aboutOf(
  turn: Turn,
  id: string,
  judge: EvaluatorType,
): JudgeRequest["about"] | null {
  const state = turn.state(id);
  const evaluate = state.evaluate ??
    { ...DEFAULT_EVALUATE, type: judge, at: state.at };
  switch (judge) {
    case "llm_structured":
      return {
        kind: "model",
        prompt: promptOf(turn, id, evaluate),
        schema: evaluate.schema,
        minConfidence: evaluate.minConfidence,
        uncertainSuffix: evaluate.uncertainSuffix,
      };
    case "comparator":
      return {
        kind: "comparator",
        baselinePath: evaluate.baselinePath ?? "",
        autoPromote: evaluate.autoPromote,
        minPairs: Math.max(1, evaluate.minPairs),
      };
    case "contract":
      return { kind: "contract", pairs: evaluate.pairs };
    default:
      return null;
  }
}

function promptOf(turn: Turn, id: string, evaluate: Evaluate): string | null {
  if (evaluate.prompt === null) return null;
  try {
    return interpolate(evaluate.prompt, turn.lookup(id));
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    warnOnce(turn, id, `\`evaluate.prompt\` is not used: ${error.message}`);
    return null;
  }
}
