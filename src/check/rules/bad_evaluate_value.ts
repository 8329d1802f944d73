/** Owns the rule `bad-evaluate-value`. */

import { OPERATORS } from "../../model/mod.ts";
import {
  didYouMean,
  quote,
  quoteAll,
  readMap,
  readNumber,
  readText,
  suggest,
} from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isEvaluator } from "../terms.ts";

const DIRECTIONS = ["maximize", "minimize"];

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

const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ["==", "eq"],
  ["=", "eq"],
  ["!=", "ne"],
  ["<", "lt"],
  ["<=", "le"],
  [">", "gt"],
  [">=", "ge"],
]);

/** A value that an evaluator cannot work with. */
export const badEvaluateValue: Rule = {
  name: "bad-evaluate-value",
  severity: "error",
  description: "A value that an evaluator cannot work with",
  needs: "value",
  state({ state, map }, report) {
    const type = state.evaluate?.type;
    if (type === undefined || !isEvaluator(type)) return;
    const evaluate = readMap(map, "evaluate");
    const operator = readText(evaluate, "operator");
    const operators: readonly string[] = OPERATORS;
    const symbol = operator === null ? undefined : SYMBOLS.get(operator);
    if (operator !== null && !operators.includes(operator)) {
      report(["evaluate", "operator"], {
        message: `"operator" must be one of ${quoteAll(operators)}, not ${
          quote(operator)
        }`,
        ...(symbol === undefined ? suggest(operator, operators, { max: 1 }) : {
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
};

interface Limit {
  readonly key: string;
  readonly types: readonly string[];
  readonly min: number;
  readonly max?: number;
}
