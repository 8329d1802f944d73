/** Owns turning what happened into an event: when, in which frame, during which effect. */

import { type EventBody, formatTimestamp, type RunEvent } from "./event.ts";
import { type Frame, ROOT_FRAME } from "./snapshot.ts";

/** Where and when something happened. */
export interface EventStamp {
  /** Time of the run in epoch milliseconds. */
  readonly nowMs: number;
  readonly frame: Pick<Frame, "id" | "depth">;
  /** The effect that it belongs to, if to one. */
  readonly effect?: number | undefined;
}

/**
 * Returns the event: the reference's fields first, `depth` at their end, ours after them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const body = { event: "action_output", line: "hi" } as const;
 * assertEquals(
 *   stampEvent(body, { nowMs: 0, frame: { id: "0.1", depth: 1 }, effect: 7 }),
 *   { event: "action_output", ts: "1970-01-01T00:00:00+00:00", line: "hi", depth: 1, effect: 7, frame: "0.1" },
 * );
 * ```
 */
export function stampEvent(body: EventBody, stamp: EventStamp): RunEvent {
  const { event, ...fields } = body;
  const { frame, effect, nowMs } = stamp;
  return {
    event,
    ts: formatTimestamp(nowMs),
    ...fields,
    ...(frame.depth > 0 ? { depth: frame.depth } : {}),
    ...(effect === undefined ? {} : { effect }),
    ...(frame.id === ROOT_FRAME ? {} : { frame: frame.id }),
  } as RunEvent;
}
