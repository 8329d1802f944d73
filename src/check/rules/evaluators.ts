/** Owns the rules on evaluators: their types, the keys they need, ranges, patterns. */

import {
  compilePattern,
  EVALUATOR_TYPES,
  evaluatorFacts,
  OPERATORS,
} from "../../model/mod.ts";
import {
  didYouMean,
  entry,
  quote,
  quoteAll,
  readMap,
  readNumber,
  readText,
  suggest,
} from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const DIRECTIONS = ["maximize", "minimize"];

interface Limit {
  readonly key: string;
  readonly types: readonly string[];
  readonly min: number;
  readonly max?: number;
}

const LIMITS: readonly Limit[] = [
  { key: "tolerance", types: ["convergence"], min: 0 },
  { key: "min_confidence", types: ["llm_structured"], min: 0, max: 1 },
  {
    key: "max_stall",
    types: ["diff_stall", "score_stall", "open_question_stall"],
    min: 1,
  },
  { key: "epsilon", types: ["score_stall", "open_question_stall"], min: 0 },
  { key: "max_repeat", types: ["action_stall"], min: 1 },
];

function isKnown(type: string): boolean {
  return evaluatorFacts(type) !== null;
}

/** Rules on evaluators. */
export const evaluatorRules: readonly Rule[] = [
  {
    name: "unknown-evaluator",
    severity: "error",
    description: "An evaluator type that does not exist",
    state({ state }, report) {
      const type = state.evaluate?.type;
      if (type === undefined || isKnown(type)) return;
      report(["evaluate", "type"], {
        message: `Evaluator ${quote(type)} is unknown: expected one of ${
          quoteAll(EVALUATOR_TYPES)
        }`,
        ...(type as string === "check_semantic"
          ? {
            ...didYouMean(["llm_structured"]),
            edit: { kind: "replace", text: "llm_structured" },
          }
          : suggest(type, EVALUATOR_TYPES, { max: 1 })),
      });
    },
  },
  {
    name: "missing-evaluate-key",
    severity: "error",
    description: "An evaluator that lacks a key it needs",
    state({ state, map }, report) {
      if (state.evaluate === null) return;
      const evaluate = readMap(map, "evaluate");
      for (const key of evaluatorFacts(state.evaluate.type)?.required ?? []) {
        const value = entry(evaluate, key);
        if (value !== undefined && value !== null) continue;
        report(["evaluate"], {
          message: `Evaluator ${quote(state.evaluate.type)} requires ${
            quote(key)
          }`,
          onKey: true,
        });
      }
    },
  },
  {
    name: "bad-evaluate-value",
    severity: "error",
    description: "A value that an evaluator cannot work with",
    state({ state, map }, report) {
      const type = state.evaluate?.type;
      if (type === undefined || !isKnown(type)) return;
      const evaluate = readMap(map, "evaluate");
      const operator = readText(evaluate, "operator");
      const operators: readonly string[] = OPERATORS;
      const symbol = operator === null ? undefined : SYMBOLS.get(operator);
      if (operator !== null && !operators.includes(operator)) {
        report(["evaluate", "operator"], {
          message: `"operator" must be one of ${quoteAll(operators)}, not ${
            quote(operator)
          }`,
          ...(symbol === undefined
            ? suggest(operator, operators, { max: 1 })
            : {
              ...didYouMean([symbol]),
              edit: { kind: "replace", text: symbol },
            }),
        });
      }
      const direction = readText(evaluate, "direction");
      if (
        type === "convergence" && direction !== null &&
        !DIRECTIONS.includes(direction)
      ) {
        report(["evaluate", "direction"], {
          message: `"direction" must be ${quoteAll(DIRECTIONS)}, not ${
            quote(direction)
          }`,
          ...suggest(direction, DIRECTIONS, { max: 1 }),
        });
      }
      for (const { key, types, min, max = Infinity } of LIMITS) {
        const value = readNumber(evaluate, key);
        if (!types.includes(type) || value === null) continue;
        if (value >= min && value <= max) continue;
        report(["evaluate", key], {
          message: `${quote(key)} must be ${
            max < Infinity ? `from ${min} to ${max}` : `at least ${min}`
          }, not ${value}`,
        });
      }
    },
  },
  {
    name: "bad-pattern",
    severity: "warning",
    description: "A pattern that is no regular expression",
    state({ state }, report) {
      const pattern = state.evaluate?.pattern ?? null;
      if (
        pattern === null || pattern.includes("${") ||
        compilePattern(pattern) !== null
      ) return;
      report(["evaluate", "pattern"], {
        message: `${
          quote(pattern)
        } is not a regular expression: it is searched as plain text`,
        hint:
          "Put a backslash before ( [ { * + ? where they are meant literally",
      });
    },
  },
];

const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ["==", "eq"],
  ["=", "eq"],
  ["!=", "ne"],
  ["<", "lt"],
  ["<=", "le"],
  [">", "gt"],
  [">=", "ge"],
]);
