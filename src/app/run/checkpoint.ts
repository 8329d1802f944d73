/** Owns the stop that was asked for before a run began: after a time, so that it goes on later. */

import { formatSpan, type StopRequest } from "../../model/mod.ts";
import type { Clock } from "../../ports/mod.ts";
import type { Stopping } from "./stop_signals.ts";

/** Returns `stopping` with a stop of its own after `afterMs` from now; `close` ends the timer. */
export function stopAtCheckpoint(
  stopping: Stopping,
  timer: {
    readonly clock: Clock;
    /** `null` is never. */
    readonly afterMs: number | null;
  },
): Stopping & { close(): void } {
  const { clock, afterMs } = timer;
  if (afterMs === null) return { ...stopping, close: () => {} };
  const checkpoint = new AbortController();
  const closed = new AbortController();
  const request: StopRequest = {
    by: "caller",
    text: `The checkpoint after ${formatSpan(afterMs)} has come`,
  };
  clock.sleep(afterMs, closed.signal).then(() => {
    if (!closed.signal.aborted) checkpoint.abort(request);
  });
  return {
    ...stopping,
    stop: AbortSignal.any([stopping.stop, checkpoint.signal]),
    close: () => closed.abort(),
  };
}
