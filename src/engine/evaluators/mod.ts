/** Owns the table of evaluators that only compute, or compute on one look at the world. */

import type { EvaluatorType } from "../../model/mod.ts";
import { judgeExitCode, judgeScore } from "./exit_code.ts";
import type { Evaluator } from "./judgement.ts";
import { judgeClass, judgePattern } from "./output_contains.ts";
import { judgeJson } from "./output_json.ts";
import { judgeConvergence, judgeNumber } from "./output_numeric.ts";
import {
  judgeActionStall,
  judgeDiffStall,
  judgeQuestionStall,
  judgeScoreStall,
} from "./stall.ts";

export type { Evidence, Judgement } from "./judgement.ts";

/**
 * The evaluators by type. A type without an entry needs an agent or an MCP server;
 * `run` refuses a loop with one before it starts.
 */
export const EVALUATORS: ReadonlyMap<EvaluatorType, Evaluator> = new Map([
  ["action_stall", judgeActionStall],
  ["classify", judgeClass],
  ["convergence", judgeConvergence],
  ["diff_stall", judgeDiffStall],
  ["exit_code", judgeExitCode],
  ["harbor_scorer", judgeScore],
  ["open_question_stall", judgeQuestionStall],
  ["output_contains", judgePattern],
  ["output_json", judgeJson],
  ["output_numeric", judgeNumber],
  ["score_stall", judgeScoreStall],
]);

/** Types that see an action's output even when the action failed (EXEC 4.1). */
export const SEES_FAILED_ACTIONS: ReadonlySet<EvaluatorType> = new Set([
  "action_stall",
  "contract",
  "diff_stall",
  "exit_code",
  "harbor_scorer",
  "llm_structured",
  "mcp_result",
  "open_question_stall",
  "score_stall",
]);
