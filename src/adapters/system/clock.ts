/** Owns real time. */

import type { Clock } from "../../ports/mod.ts";

/** Longer timers of the runtime fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Returns the clock of this machine. */
export function createClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    async sleep(durationMs, signal) {
      const endMs = performance.now() + durationMs;
      while (signal?.aborted !== true) {
        const leftMs = endMs - performance.now();
        if (!(leftMs > 0)) return;
        await pause(Math.min(leftMs, MAX_TIMER_MS), signal);
      }
    },
  };
}

function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal?.addEventListener("abort", end);
  });
}
