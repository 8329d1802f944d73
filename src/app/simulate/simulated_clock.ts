/** Owns time that passes only when it is told to. */

import type { Clock } from "../../ports/mod.ts";

/** A clock for runs in which nothing lasts. */
export interface SimulatedClock extends Clock {
  /** Lets time pass at once. */
  advance(durationMs: number): void;
}

/** Returns a clock that stands at `startMs`, in epoch milliseconds; its sleeps end at once and take no time. */
export function simulatedClock(startMs: number): SimulatedClock {
  let elapsedMs = 0;
  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    sleep: () => Promise.resolve(),
    advance(durationMs) {
      elapsedMs += durationMs;
    },
  };
}
