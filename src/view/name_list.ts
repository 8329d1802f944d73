/** Owns lists of names that take one line, however many there are. */

import { makeVisible } from "./visible.ts";
import { displayWidth } from "./width.ts";

/** Without a terminal a line is cut to this: nobody reads more of it. */
const COLUMNS_MAX = 200;

/**
 * Returns the names after a label, divided by commas: as many as the columns have room for, then how many more there
 * are and, where there is room, what shows them all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const options = { columns: 28, all: "`x` has all" };
 * assertEquals(nameList("States: ", ["a", "b"], options), "States: a, b");
 * assertEquals(nameList("States: ", "abcdefghijkl".split(""), options), "States: a, b, c and 9 more");
 * ```
 */
export function nameList(
  label: string,
  names: readonly string[],
  options: {
    /** Of the terminal; `Infinity` without one. */
    readonly columns: number;
    /** A few words on what shows them all. */
    readonly all: string;
  },
): string {
  const columns = Math.min(options.columns, COLUMNS_MAX);
  const shown = names.map((name) => makeVisible(name));
  const whole = label + shown.join(", ");
  if (displayWidth(whole) <= columns || names.length < 2) return whole;
  for (const tail of [`; ${options.all}`, ""]) {
    const more = (taken: number) => ` and ${names.length - taken} more${tail}`;
    const room = columns - displayWidth(label + more(0));
    const taken = takeFitting(shown, room);
    const line = label + taken.join(", ") + more(taken.length);
    if (displayWidth(line) <= columns || tail === "") return line;
  }
  return whole;
}

/** Returns the first names that fit, at least one. */
function takeFitting(
  names: readonly string[],
  columns: number,
): readonly string[] {
  let width = -2;
  const taken: string[] = [];
  for (const name of names) {
    width += displayWidth(name) + 2;
    if (width > columns && taken.length > 0) break;
    taken.push(name);
  }
  return taken;
}
