/** Owns names that somebody typed, as a message holds them: on one line. */

/**
 * Returns `name` with its line breaks as they are written in code. Whoever prints a message makes
 * other control characters visible, as its terminal allows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(onOneLine("a\nb\r"), "a\\nb\\r");
 * ```
 */
export function onOneLine(name: string): string {
  return name.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}

/** Returns `name` in double quotes and {@linkcode onOneLine}, however long it is. */
export function quoted(name: string): string {
  return `"${onOneLine(name)}"`;
}
