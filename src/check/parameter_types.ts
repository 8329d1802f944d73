/** Owns whether a value fits the declared type of a parameter. */

import { isLongNumber, type Json, type Parameter } from "../model/mod.ts";
import { describeValue, quoteAll } from "../load/mod.ts";

/** The types that a parameter may have. */
export const PARAMETER_TYPES: readonly string[] = [
  "boolean",
  "enum",
  "integer",
  "number",
  "path",
  "string",
];

/** Returns what would be right instead of `value`; `null` when it fits or is only known later. */
export function misfit(parameter: Parameter, value: Json): string | null {
  if (typeof value === "string" && value.includes("${")) return null;
  const expected = expectedInstead(parameter, value);
  return expected === null
    ? null
    : `expected ${expected}, not ${describeValue(value)}`;
}

function expectedInstead(parameter: Parameter, value: Json): string | null {
  switch (parameter.type) {
    case "string":
      return typeof value === "string" ? null : "text";
    case "integer":
      return Number.isInteger(value) || typeof value === "boolean" ||
          isLongNumber(value)
        ? null
        : "a whole number";
    case "number":
      return typeof value === "number" || typeof value === "boolean" ||
          isLongNumber(value)
        ? null
        : "a number";
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "enum": {
      const { values } = parameter;
      return values.length === 0 || values.includes(value)
        ? null
        : `one of ${quoteAll(values.map(String))}`;
    }
    default:
      return null;
  }
}
