/** Owns what signals ask of a run: the first to stop, the next to do so at once. */

import type { StopRequest } from "../../model/mod.ts";
import type { Signals, StopSignal } from "../../ports/mod.ts";
import type { RunListener } from "./run_listener.ts";

/** Asks a run to stop. */
export interface Stopping {
  /** Aborted with a {@linkcode StopRequest} as its reason. */
  readonly stop: AbortSignal;
  /** Aborted when it shall be done at once, with a request of its own. */
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
    // More than at once cannot be asked for.
    if (force.signal.aborted) return;
    const isForced = stop.signal.aborted;
    listener.onStopRequest?.(signal, isForced);
    const request: StopRequest = { by: "signal", signal };
    (isForced ? force : stop).abort(request);
  });
  return { stop: stop.signal, force: force.signal, close };
}

/** Tells `listener` what a run is asked from now on; returns a function that ends it. */
export function followStopping(
  stopping: Stopping,
  listener: RunListener,
): () => void {
  const tellerOf =
    (signal: AbortSignal, options: { isForced: boolean }) => () => {
      const request = signal.reason as StopRequest;
      if (request.by !== "signal") return;
      listener.onStopRequest?.(request.signal as StopSignal, options.isForced);
    };
  const onStop = tellerOf(stopping.stop, { isForced: false });
  const onForce = tellerOf(stopping.force, { isForced: true });
  stopping.stop.addEventListener("abort", onStop);
  stopping.force.addEventListener("abort", onForce);
  return () => {
    stopping.stop.removeEventListener("abort", onStop);
    stopping.force.removeEventListener("abort", onForce);
  };
}
