/** Owns the limits of an action that is no process: how long it may take, how long it may be silent. */

import type { ActionEffect } from "../../model/mod.ts";
import type { Clock } from "../../ports/mod.ts";

/** What {@linkcode watchLimits} watches. */
export interface WatchedLimits {
  readonly limits: Pick<ActionEffect, "timeoutMs" | "idleTimeoutMs">;
  /** When something was last heard, on the clock that never jumps. */
  lastHeardMs(): number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Resolves with the limit that is reached first; with `null` when the watch is ended. Never rejects. */
export async function watchLimits(
  clock: Clock,
  { limits, lastHeardMs, signal }: WatchedLimits,
): Promise<"wall" | "idle" | null> {
  const { timeoutMs, idleTimeoutMs } = limits;
  const startMs = clock.monotonicMs();
  for (;;) {
    const nowMs = clock.monotonicMs();
    const wallLeftMs = timeoutMs > 0 ? startMs + timeoutMs - nowMs : Infinity;
    const idleLeftMs = idleTimeoutMs > 0
      ? lastHeardMs() + idleTimeoutMs - nowMs
      : Infinity;
    if (signal.aborted) return null;
    if (wallLeftMs <= 0) return "wall";
    if (idleLeftMs <= 0) return "idle";
    await clock.sleep(Math.min(wallLeftMs, idleLeftMs), signal);
  }
}
