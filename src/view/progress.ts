/** Owns how it reads how far an action has come. */

import type { EventBody } from "../model/mod.ts";

/** The event of an action that reports. */
export type ProgressEvent = Extract<
  EventBody,
  { readonly event: "action_progress" }
>;

/**
 * Returns how far an action has come: `2/5`, `2/5 Looking at a.ts`, or what it counts alone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const event = { event: "action_progress", progress: 1.5, total: 3 } as const;
 * assertEquals(formatProgress({ ...event, message: "half" }), "1.5/3 half");
 * ```
 */
export function formatProgress(
  { progress, total, message = "" }: Omit<ProgressEvent, "event">,
): string {
  const number = (value: number) => String(Math.round(value * 100) / 100);
  const done = total === undefined
    ? number(progress)
    : `${number(progress)}/${number(total)}`;
  return `${done} ${message}`.trimEnd();
}
