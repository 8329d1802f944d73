/** Owns the model of an `evaluate` mapping: defaults filled in. */

import {
  DEFAULT_EVALUATE,
  type Evaluate,
  type EvaluatorType,
  type Json,
  type JsonObject,
  type Operator,
  type Origin,
} from "../model/mod.ts";
import {
  entry,
  readFlag,
  readList,
  readNumber,
  readOptionalMap,
  readText,
  readTexts,
} from "./values.ts";

/** Returns the evaluator that `map` describes. Values out of range stay: `check` names them. */
export function buildEvaluate(map: JsonObject, at: Origin): Evaluate {
  const tolerance = entry(map, "tolerance");
  return {
    // An unknown type or operator is an error of `check`, before anything runs.
    type: (readText(map, "type") ?? "") as EvaluatorType,
    at,
    operator: readText(map, "operator") as Operator | null,
    target: entry(map, "target") ?? null,
    tolerance: typeof tolerance === "number" || typeof tolerance === "string"
      ? tolerance
      : null,
    pattern: textOrNull(map, "pattern"),
    negate: readFlag(map, "negate"),
    path: textOrNull(map, "path"),
    prompt: readText(map, "prompt"),
    schema: readOptionalMap(map, "schema"),
    minConfidence: readNumber(map, "min_confidence") ??
      DEFAULT_EVALUATE.minConfidence,
    uncertainSuffix: readFlag(map, "uncertain_suffix"),
    source: readText(map, "source"),
    previous: readText(map, "previous"),
    direction: readText(map, "direction") === "maximize"
      ? "maximize"
      : "minimize",
    scope: readTexts(map, "scope") ?? [],
    maxStall: readNumber(map, "max_stall") ?? DEFAULT_EVALUATE.maxStall,
    historyFile: readText(map, "history_file"),
    epsilon: readNumber(map, "epsilon") ?? DEFAULT_EVALUATE.epsilon,
    track: readTexts(map, "track"),
    maxRepeat: readNumber(map, "max_repeat") ?? DEFAULT_EVALUATE.maxRepeat,
    baselinePath: readText(map, "baseline_path"),
    autoPromote: readFlag(map, "auto_promote"),
    minPairs: readNumber(map, "min_pairs") ?? DEFAULT_EVALUATE.minPairs,
    pairs: readList(map, "pairs"),
    line: readLine(entry(map, "line")),
    errorPatterns: readTexts(map, "error_patterns") ?? [],
    key: readText(map, "key"),
  };
}

function textOrNull(map: JsonObject, key: string): string | null {
  return entry(map, key) === "" ? "" : readText(map, key);
}

function readLine(value: Json | undefined): Evaluate["line"] {
  if (value === "first") return "first";
  return typeof value === "number" && Number.isInteger(value) ? value : "last";
}
