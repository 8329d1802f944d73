/** Owns what signals ask of a run: the first to stop, the next to do so at once. */

import type { StopRequest } from "../../model/mod.ts";
import type { Signals } from "../../ports/mod.ts";
import type { RunListener } from "./run_listener.ts";

/** Asks a run to stop. */
export interface Stopping {
  /** Aborted with a {@linkcode StopRequest} as its reason. */
  readonly stop: AbortSignal;
  /** Aborted when it shall be done at once. */
  readonly force: AbortSignal;
}

/** Listens for signals until it is closed, and tells `listener` of each. */
export function listenForStop(
  signals: Signals,
  listener: RunListener,
): Stopping & { close(): void } {
  const stop = new AbortController();
  const force = new AbortController();
  const close = signals.onStop((signal) => {
    const isForced = stop.signal.aborted;
    listener.onStopRequest?.(signal, isForced);
    if (isForced) force.abort();
    else stop.abort({ by: "signal", signal } satisfies StopRequest);
  });
  return { stop: stop.signal, force: force.signal, close };
}
