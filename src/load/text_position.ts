/** Owns turning an offset in a text into a line and a column. */

import type { Position } from "../model/mod.ts";

/** Where the lines of the text begin that was asked about last: a file has many findings. */
let lastText = "";
let lastStarts: readonly number[] = [0];

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
  const starts = lineStartsOf(text);
  const line = lineAt(starts, start);
  const lineStart = starts[line - 1] ?? 0;
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
  const start = lineStartsOf(text)[line - 1];
  return start === undefined ? "" : text.slice(start, endOfLine(text, start));
}

function lineStartsOf(text: string): readonly number[] {
  if (text === lastText) return lastStarts;
  const starts = [0];
  for (
    let at = text.indexOf("\n");
    at >= 0;
    at = text.indexOf("\n", at + 1)
  ) starts.push(at + 1);
  lastText = text;
  lastStarts = starts;
  return starts;
}

/** Returns the 1-based line of an offset. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
