/** Owns which events of a run are shown. */

import type { RunEvent } from "../../model/mod.ts";

/** What is wanted; `null` wants everything. */
export interface EventFilter {
  /** Name of the event. */
  readonly event: string | null;
  /** State that it happened in, came from or went to. */
  readonly state: string | null;
  /** Epoch milliseconds from which on. */
  readonly sinceMs: number | null;
  /** Whether lines of output count. */
  readonly hasOutput: boolean;
  /** How many of the last that are left then. */
  readonly tail: number;
}

/** Returns the events that are wanted, in order: filtered first, then cut to the last ones. */
export function filterEvents(
  events: readonly RunEvent[],
  filter: EventFilter,
): readonly RunEvent[] {
  const { event: name, state, sinceMs } = filter;
  return events.filter((event) =>
    (name === null || event.event === name) &&
    (filter.hasOutput || event.event !== "action_output") &&
    (state === null || statesOf(event).includes(state)) &&
    (sinceMs === null || Date.parse(event.ts) >= sinceMs)
  ).slice(-filter.tail);
}

/** Returns the states that an event is about. */
export function statesOf(event: RunEvent): readonly string[] {
  const { state, from, to } = event as unknown as {
    readonly [key: string]: unknown;
  };
  return [state, from, to].filter((each) => typeof each === "string");
}
