/** Owns text from outside in Markdown: it reads as it is, and is never taken for markup. */

import { makeVisible } from "../visible.ts";

// What Markdown, GitHub's additions to it or HTML give a meaning inside of a line.
const MARKUP_REGEXP = /[!#$&*+:<>@[\\\]^_`{|}~]|(?<=www)\./gi;

/**
 * Returns one line of text that Markdown shows as it is, in tables and headings, too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(plainText("a|b\n<c>"), "a&#124;b␊&#60;c&#62;");
 * ```
 */
export function plainText(text: string, lengthMax = 200): string {
  const line = makeVisible(text.replaceAll("\n", "␊"));
  const characters = Array.from(line.slice(0, lengthMax * 2));
  const isCut = characters.length > lengthMax;
  const shown = isCut
    ? [...characters.slice(0, lengthMax - 1), "…"]
    : characters;
  return shown.join("").replaceAll(
    MARKUP_REGEXP,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/**
 * Returns lines in a fence that none of them can close.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const ticks = "`".repeat(3);
 * assertEquals(fenced([ticks, "x"], "text"), `${ticks}\`text\n${ticks}\nx\n${ticks}\``);
 * ```
 */
export function fenced(lines: readonly string[], language: string): string {
  const text = lines.map((line) => makeVisible(line)).join("\n");
  const longest = (text.match(/`+/g) ?? [])
    .reduce((length, run) => Math.max(length, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
