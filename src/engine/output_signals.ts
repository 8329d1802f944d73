/** Owns the markers with which an action's output talks to the runner (EXEC 8.1). */

import type { Loop } from "../model/mod.ts";

/** What an output asks for. */
export type OutputSignal =
  | { readonly kind: "handoff"; readonly payload: string }
  | { readonly kind: "fatal"; readonly payload: string }
  | { readonly kind: "stop"; readonly payload: string };

// In this order the first that occurs anywhere wins, even when another stands before it.
const PATTERNS = [
  ["handoff", "CONTEXT_HANDOFF:\\s*(.+)"],
  ["fatal", "FATAL_ERROR:\\s*(.+)"],
  ["stop", "LOOP_STOP:\\s*(.*)"],
] as const;

/** What a line that talks to the runner holds. */
export const OUTPUT_MARKS: readonly string[] = PATTERNS.map(([, pattern]) =>
  markOf(pattern)
);

function markOf(pattern: string): string {
  return pattern.slice(0, pattern.indexOf(":") + 1);
}

/**
 * Returns the signal in `stdout`, or `null`. An empty handoff or fatal marker takes the next
 * non-blank line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(findOutputSignal("x FATAL_ERROR: broken", "anywhere"),
 *   { kind: "fatal", payload: "broken" });
 * assertEquals(findOutputSignal("x FATAL_ERROR: broken", "line-start"), null);
 * ```
 */
export function findOutputSignal(
  stdout: string,
  where: Loop["outputSignals"],
): OutputSignal | null {
  if (where === "off") return null;
  for (const [kind, pattern] of PATTERNS) {
    if (!stdout.includes(markOf(pattern))) continue;
    const regexp = new RegExp(
      where === "line-start" ? `^${pattern}` : pattern,
      "m",
    );
    const match = regexp.exec(stdout);
    if (match !== null) return { kind, payload: (match[1] ?? "").trim() };
  }
  return null;
}
