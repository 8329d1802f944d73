/** What a case of a rule is. */

import type { MemoryFiles } from "../load/memory_sources.ts";

/** A loop that a rule says nothing of, and one that it finds fault with. */
export interface Case {
  readonly rule: string;
  /** Nothing is found here. */
  readonly silent: string;
  readonly silentOthers?: MemoryFiles;
  readonly noisy: string;
  readonly others?: MemoryFiles;
  /** What the rule finds in `noisy`, without file and rule. */
  readonly lines: readonly string[];
}

/** A loop with `top` at its top and `states` beside a terminal one, which line 7 begins. */
export function loop(states: string, top = "x-none: 0"): string {
  return `name: a
description: d
${top}
initial: s
states:
  done: {terminal: true}
${states}`;
}

/** A state that is well. */
export const S =
  "  s: {action: ls, on_yes: done, on_no: done, on_error: done}\n";
