/**
 * Owns reading JSON that others wrote. A whole number beyond 2^53 would lose digits as a
 * number, so it is its digits, as text, wherever values of the user's own are read.
 */

import type { Json } from "./json.ts";

const LONG_NUMBER_REGEXP = /^-?[1-9]\d{15,}$/;

/** Returns whether `value` is what stands for a whole number that is too long. */
export function isLongNumber(value: Json): value is string {
  return typeof value === "string" && LONG_NUMBER_REGEXP.test(value);
}

/**
 * Returns the value of a JSON text; `mapText` is applied to each text in it.
 *
 * @throws {SyntaxError} for what is no JSON
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseJson("[12345678901234567890, 5, 1.5]"), ["12345678901234567890", 5, 1.5]);
 * ```
 */
export function parseJson(
  text: string,
  mapText: ((text: string) => Json) | null = null,
): Json {
  if (mapText === null && !/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, context?: { source: string }) => {
    if (typeof value === "string") return mapText?.(value) ?? value;
    const source = context?.source ?? "";
    return typeof value === "number" && !Number.isSafeInteger(value) &&
        LONG_NUMBER_REGEXP.test(source)
      ? source
      : value;
  });
}
