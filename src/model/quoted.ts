// deno-lint-ignore-file no-control-regex -- control characters are what this file is about
/** Owns names that somebody typed, as a message shows them. */

/** Control characters, line separators, and what turns the direction of a line. */
const UNPRINTABLE_REGEXP =
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Returns `name` on one line: what cannot be printed as it stands in a text of JSON.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(onOneLine("a\nb\x1b[2J"), "a\\nb\\u001b[2J");
 * ```
 */
export function onOneLine(name: string): string {
  return name.replaceAll(UNPRINTABLE_REGEXP, (character) => {
    const known = JSON.stringify(character).slice(1, -1);
    return known.length > 1
      ? known
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Returns `name` in double quotes and {@linkcode onOneLine}, however long it is. */
export function quoted(name: string): string {
  return `"${onOneLine(name)}"`;
}
