/** Owns lines as one text that may be printed: whatever names stand in it cannot steer a terminal. */

import { makeVisible } from "./visible.ts";

/**
 * Returns lines as text, each ended, with every control sequence but colour made visible.
 *
 * @param options `color`: whether colours stay. @default {true}
 */
export function linesText(
  lines: readonly string[],
  { color = true }: { readonly color?: boolean } = {},
): string {
  return lines.join("\n").split("\n")
    .map((line) => `${makeVisible(line, { color })}\n`).join("");
}
