/** Owns the time of a segment: the wall clock is read once, and never jumps from then on. */

import type { Clock } from "../../ports/mod.ts";

/**
 * Returns a clock whose wall time is that of now plus what the monotonic clock has counted
 * since, in whole milliseconds: one set back or forth moves no deadline and no event.
 */
export function steadyClock(clock: Clock): Clock {
  const offsetMs = clock.nowMs() - clock.monotonicMs();
  return {
    nowMs: () => Math.round(offsetMs + clock.monotonicMs()),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (durationMs, signal) => clock.sleep(durationMs, signal),
  };
}
