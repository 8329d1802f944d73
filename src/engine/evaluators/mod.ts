// deno-lint-ignore-file camelcase -- evaluators have the names of the YAML
/** Owns the table of evaluators that only compute, or compute on one look at the world. */

import type { EngineEvaluatorType, EvaluatorType } from "../../model/mod.ts";
import { judgeClass } from "./classify.ts";
import { judgeExitCode } from "./exit_code.ts";
import { judgeScore } from "./harbor_scorer.ts";
import type { Evaluator } from "./judgement.ts";
import { judgeToolCall } from "./mcp_result.ts";
import { judgePattern } from "./output_contains.ts";
import { judgeJson } from "./output_json.ts";
import { judgeConvergence, judgeNumber } from "./output_numeric.ts";
import {
  judgeActionStall,
  judgeDiffStall,
  judgeQuestionStall,
  judgeScoreStall,
} from "./stall.ts";

export type { Evaluator, Evidence, Judgement } from "./judgement.ts";

// The compiler insists that each type which the engine is said to carry out is here.
const EVALUATORS: { readonly [type in EngineEvaluatorType]: Evaluator } = {
  action_stall: judgeActionStall,
  classify: judgeClass,
  convergence: judgeConvergence,
  diff_stall: judgeDiffStall,
  exit_code: judgeExitCode,
  harbor_scorer: judgeScore,
  mcp_result: judgeToolCall,
  open_question_stall: judgeQuestionStall,
  output_contains: judgePattern,
  output_json: judgeJson,
  output_numeric: judgeNumber,
  score_stall: judgeScoreStall,
};

/** Returns the evaluator of a type; `null` for one that needs an agent. */
export function findEvaluator(type: EvaluatorType): Evaluator | null {
  return Object.hasOwn(EVALUATORS, type)
    ? EVALUATORS[type as EngineEvaluatorType]
    : null;
}
