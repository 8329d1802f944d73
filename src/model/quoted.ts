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

/** Nobody reads more names in one sentence. */
export const NAMES_MAX = 30;

/**
 * Returns names as a list in a sentence: the first thirty, and how many more there are. `one` makes each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(quotedAll(["a", "b"]), '"a", "b"');
 * const many = Array.from({ length: 32 }, (_, index) => `s${index}`);
 * assertEquals(quotedAll(many).endsWith('"s28", "s29" and 2 more'), true);
 * ```
 */
export function quotedAll(
  names: Iterable<string>,
  one: (name: string) => string = quoted,
): string {
  const all = [...names];
  const shown = all.slice(0, NAMES_MAX).map(one).join(", ");
  const rest = all.length - NAMES_MAX;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
