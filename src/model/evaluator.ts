/** Owns what is known of each evaluator: one line a type, read by load, check, engine and views. */

import type { Json, JsonObject } from "./json.ts";
import type { Origin } from "./origin.ts";

/** What is known of an evaluator type. */
export interface EvaluatorFacts {
  /** Who judges: the engine by computing, or an agent. */
  readonly by: "engine" | "agent";
  /** YAML keys that must be given. */
  readonly required: readonly string[];
  /** YAML keys that it reads beside `type` and `source`, the required ones first. */
  readonly reads: readonly string[];
  /**
   * Verdicts that it can give, the passing one first, then the failing one, `error` last;
   * `null` where the words depend on the state: see `possibilitiesOf`.
   */
  readonly verdicts: readonly string[] | null;
  /** Exit codes behind its verdicts, where they are not 0, and 2 for `error`. */
  readonly exitCodes?: Readonly<Record<string, number>>;
  /** Whether it judges a failed action by its output; otherwise that is verdict `error`. */
  readonly seesFailedActions: boolean;
}

const PLAIN = ["yes", "no", "error"];

/** Every evaluator type, in alphabetical order (FORMAT 4.1, 4.3; EXEC 4.1). */
export const EVALUATOR_FACTS = {
  action_stall: {
    by: "engine",
    required: [],
    reads: ["track", "max_repeat"],
    verdicts: PLAIN,
    seesFailedActions: true,
  },
  classify: {
    by: "engine",
    required: [],
    reads: ["line"],
    verdicts: null,
    seesFailedActions: false,
  },
  comparator: {
    by: "agent",
    required: ["baseline_path"],
    reads: ["baseline_path", "auto_promote", "min_pairs", "prompt"],
    verdicts: ["yes", "no", "tie", "no_baseline", "error"],
    seesFailedActions: false,
  },
  contract: {
    by: "agent",
    required: ["pairs"],
    reads: ["pairs"],
    verdicts: PLAIN,
    seesFailedActions: true,
  },
  convergence: {
    by: "engine",
    required: ["target"],
    reads: ["target", "previous", "tolerance", "direction"],
    verdicts: ["target", "stall", "progress", "error"],
    seesFailedActions: false,
  },
  diff_stall: {
    by: "engine",
    required: [],
    reads: ["scope", "max_stall"],
    verdicts: PLAIN,
    seesFailedActions: true,
  },
  exit_code: {
    by: "engine",
    required: [],
    reads: [],
    verdicts: PLAIN,
    exitCodes: { no: 1 },
    seesFailedActions: true,
  },
  harbor_scorer: {
    by: "engine",
    required: [],
    reads: [],
    verdicts: PLAIN,
    exitCodes: { no: 1 },
    seesFailedActions: true,
  },
  llm_structured: {
    by: "agent",
    required: [],
    reads: ["prompt", "schema", "min_confidence", "uncertain_suffix"],
    verdicts: null,
    seesFailedActions: true,
  },
  mcp_result: {
    by: "engine",
    required: [],
    reads: [],
    verdicts: ["success", "tool_error", "not_found", "timeout", "error"],
    exitCodes: { tool_error: 1, not_found: 127, timeout: 124 },
    seesFailedActions: true,
  },
  open_question_stall: {
    by: "engine",
    required: [],
    reads: ["history_file", "max_stall", "epsilon"],
    verdicts: PLAIN,
    seesFailedActions: true,
  },
  output_contains: {
    by: "engine",
    required: ["pattern"],
    reads: ["pattern", "negate", "error_patterns"],
    verdicts: PLAIN,
    seesFailedActions: false,
  },
  output_json: {
    by: "engine",
    required: ["path", "operator", "target"],
    reads: ["path", "operator", "target"],
    verdicts: PLAIN,
    seesFailedActions: false,
  },
  output_numeric: {
    by: "engine",
    required: ["operator", "target"],
    reads: ["operator", "target", "key"],
    verdicts: PLAIN,
    seesFailedActions: false,
  },
  score_stall: {
    by: "engine",
    required: [],
    reads: ["history_file", "max_stall", "epsilon"],
    verdicts: PLAIN,
    seesFailedActions: true,
  },
} as const satisfies { readonly [type: string]: EvaluatorFacts };

/** Name of an evaluator. */
export type EvaluatorType = keyof typeof EVALUATOR_FACTS;

/** Name of an evaluator that the engine carries out. */
export type EngineEvaluatorType = {
  [T in EvaluatorType]: typeof EVALUATOR_FACTS[T]["by"] extends "engine" ? T
    : never;
}[EvaluatorType];

/** The names, in alphabetical order. */
export const EVALUATOR_TYPES = Object.keys(EVALUATOR_FACTS) as EvaluatorType[];

/** Returns what is known of a type; `null` for a name that is none. */
export function evaluatorFacts(type: string): EvaluatorFacts | null {
  return Object.hasOwn(EVALUATOR_FACTS, type)
    ? EVALUATOR_FACTS[type as EvaluatorType]
    : null;
}

/** How two values are compared. */
export const OPERATORS = ["eq", "ne", "lt", "le", "gt", "ge"] as const;

/** One of {@linkcode OPERATORS}. */
export type Operator = typeof OPERATORS[number];

/** An evaluator with its options (FORMAT 4.2); `null` where the key is absent. */
export interface Evaluate {
  readonly type: EvaluatorType;
  readonly at: Origin;
  readonly operator: Operator | null;
  readonly target: Json;
  readonly tolerance: number | string | null;
  readonly pattern: string | null;
  readonly negate: boolean;
  readonly path: string | null;
  readonly prompt: string | null;
  readonly schema: JsonObject | null;
  readonly minConfidence: number;
  readonly uncertainSuffix: boolean;
  readonly source: string | null;
  readonly previous: string | null;
  readonly direction: "minimize" | "maximize";
  readonly scope: readonly string[];
  readonly maxStall: number;
  readonly historyFile: string | null;
  readonly epsilon: number;
  readonly track: readonly string[] | null;
  readonly maxRepeat: number;
  readonly baselinePath: string | null;
  readonly autoPromote: boolean;
  readonly minPairs: number;
  readonly pairs: readonly Json[];
  /** `last`, `first`, or an index among the non-blank lines. */
  readonly line: "last" | "first" | number;
  readonly errorPatterns: readonly string[];
  readonly key: string | null;
}

/** The options of an evaluator that gives none. */
export const DEFAULT_EVALUATE: Omit<Evaluate, "type" | "at"> = {
  operator: null,
  target: null,
  tolerance: null,
  pattern: null,
  negate: false,
  path: null,
  prompt: null,
  schema: null,
  minConfidence: 0.5,
  uncertainSuffix: false,
  source: null,
  previous: null,
  direction: "minimize",
  scope: [],
  maxStall: 1,
  historyFile: null,
  epsilon: 0.5,
  track: null,
  maxRepeat: 2,
  baselinePath: null,
  autoPromote: false,
  minPairs: 1,
  pairs: [],
  line: "last",
  errorPatterns: [],
  key: null,
};
