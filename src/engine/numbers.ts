/** Owns numbers as the reference reads and compares them. */

import type { Json, Operator } from "../model/mod.ts";

const NUMBER_REGEXP =
  /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const INFINITY_REGEXP = /^([+-]?)(?:inf|infinity)$/i;

/**
 * Returns the number in `text`, or `null`. White space around it, underscores between
 * digits, exponents, `inf` and `nan` are accepted; hexadecimal is not (EXEC 4.2).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseNumber(" 1_000.5\n"), 1000.5);
 * assertEquals(parseNumber("0x10"), null);
 * ```
 */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (NUMBER_REGEXP.test(trimmed)) return Number(trimmed.replaceAll("_", ""));
  const infinite = INFINITY_REGEXP.exec(trimmed);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  return /^[+-]?nan$/i.test(trimmed) ? NaN : null;
}

/** Returns whether `left operator right` holds. */
export function compareNumbers(
  operator: Operator,
  left: number,
  right: number,
): boolean {
  switch (operator) {
    case "eq":
      return left === right;
    case "ne":
      return left !== right;
    case "lt":
      return left < right;
    case "le":
      return left <= right;
    case "gt":
      return left > right;
    case "ge":
      return left >= right;
  }
}

/** Returns a number as JSON can hold it: `NaN` and infinities as text. */
export function numberDetail(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}
