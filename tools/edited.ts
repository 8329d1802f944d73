/** Owns changing a text in many places at once. */

/** What stands in place of the characters from `start` up to `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Returns `text` with all edits made. Of one inside of another the outer one is made; of several
 * that begin at the same place those that take nothing away come first, as they are given.
 *
 * @example
 * ```ts
 * import { edited } from "./edited.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   edited("abcd", [{ start: 1, end: 3, text: "" }, { start: 2, end: 3, text: "x" }]),
 *   "ad",
 * );
 * ```
 */
export function edited(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) =>
    a.start - b.start ||
    Number(a.end > a.start) - Number(b.end > b.start) || b.end - a.end
  );
  let result = "";
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
