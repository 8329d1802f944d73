/** Owns turning an offset in a text into a line and a column. */

import type { Position } from "../model/mod.ts";

/**
 * Returns the position of `length` characters at `offset`, cut at the end of the line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(positionAt("a\nbcd", 3, 9), { line: 2, column: 2, endLine: 2, endColumn: 4 });
 * ```
 */
export function positionAt(
  text: string,
  offset: number,
  length = 1,
): Position {
  const start = Math.min(Math.max(offset, 0), text.length);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  let line = 1;
  for (
    let at = text.indexOf("\n");
    at >= 0 && at < start;
    at = text.indexOf("\n", at + 1)
  ) line++;
  const lineEnd = endOfLine(text, start);
  const end = Math.min(start + Math.max(length, 1), Math.max(lineEnd, start));
  return {
    line,
    column: start - lineStart + 1,
    endLine: line,
    endColumn: end - lineStart + 1,
  };
}

/** Returns the offset of the end of the line that `offset` is in, before its line break. */
export function endOfLine(text: string, offset: number): number {
  const lineFeed = text.indexOf("\n", offset);
  const end = lineFeed < 0 ? text.length : lineFeed;
  return end > offset && text[end - 1] === "\r" ? end - 1 : end;
}

/** Returns the text of a 1-based line without its line break; empty when there is none. */
export function textOfLine(text: string, line: number): string {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next < 0) return "";
    start = next + 1;
  }
  return text.slice(start, endOfLine(text, start));
}
