/** Owns the lines of `events.jsonl`: events for people and tools, inputs for the fold. */

import type { RunEvent } from "./event.ts";
import type { Input } from "./input.ts";

/** One line. `seq` counts from 1 over all lines of a run without a gap. */
export type JournalLine = (RunEvent | Input) & { readonly seq: number };

/** Returns whether a line is an input, which the fold reads. */
export function isInputLine(
  line: JournalLine,
): line is Input & { readonly seq: number } {
  return "input" in line;
}
