/** Owns text from outside: what it may hold, and how long it is where bytes count. */

import { EMPTY_OUTPUT, type Output } from "../../model/mod.ts";

/**
 * Returns `text` without what cannot be stored and read back the same (half a surrogate
 * pair) or stands for something else here (NUL, which frames references to secrets).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(cleanText("a\0b\ud800"), "a\ufffdb\ufffd");
 * ```
 */
export function cleanText(text: string): string {
  const whole = text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", "\ufffd") : whole;
}

const encoder = new TextEncoder();
const SHORT_CHARACTERS = 1024;
// deno-lint-ignore no-control-regex -- all of ASCII
const ASCII_REGEXP = /^[\x00-\x7f]*$/;

/**
 * Returns the length of `text` in UTF-8.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(byteLength("aé€"), 6);
 * ```
 */
export function byteLength(text: string): number {
  // Most are short and plain: looking at them takes less than encoding does.
  const isPlain = text.length <= SHORT_CHARACTERS && ASCII_REGEXP.test(text);
  return isPlain ? text.length : encoder.encode(text).length;
}

/** Returns a stream that printed `text`, all of which is kept. */
export function outputOf(text: string): Output {
  return { ...EMPTY_OUTPUT, text, sizeBytes: byteLength(text) };
}
