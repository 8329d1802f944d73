/** Judges: what they are told, and how their answers are read. Loaded by the first judgement. */

export {
  comparisonPrompt,
  contractPrompt,
  modelPrompt,
  withSchema,
} from "./judge_prompt.ts";
export {
  DEFAULT_SCHEMA,
  failed,
  type ModelAnswer,
  readAnswer,
  type ReadOptions,
} from "./read_answer.ts";
