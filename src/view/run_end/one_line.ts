/** Owns what anybody has written, as a part of one line. */

import { makeVisible } from "../visible.ts";

const REASON_LENGTH_MAX = 300;

/** Returns a text as one line that acts on no terminal, without the end of a very long one. */
export function oneLine(text: string): string {
  const line = makeVisible(text.trim().replaceAll(/\s*\n\s*/g, " "));
  return line.length > REASON_LENGTH_MAX
    ? line.slice(0, REASON_LENGTH_MAX - 1) + "…"
    : line;
}
