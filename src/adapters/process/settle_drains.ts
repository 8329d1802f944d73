/** Owns how long the pipes are waited for once a child has ended. */

import type { Drain } from "./drain_stream.ts";

/** Silence after which nothing more is expected. */
const QUIET_MS = 100;
const MAX_WAIT_MS = 250;
/** More than any pipe holds: what comes beyond was written after the end. */
const MAX_LATE_BYTES = 1024 * 1024;

/** What is known of the streams. */
export interface Heard {
  /** When the last byte came, as `performance.now()` has it. */
  readonly lastHeardMs: () => number;
  /** Bytes so far. */
  readonly heardBytes: () => number;
}

/**
 * Returns once both pipes are at their end, or when a child's child holds them open: after
 * 100 ms of silence, 250 ms in all. What was in the pipes at the call has been read then.
 */
export async function settleDrains(
  drains: readonly Drain[],
  heard: Heard,
): Promise<void> {
  const startedMs = performance.now();
  const bytesAtStart = heard.heardBytes();
  const ended = Promise.all(drains.map((drain) => drain.ended));
  const haveEnded = () => drains.every((drain) => drain.hasEnded);
  while (!haveEnded()) {
    const quietAtMs = Math.max(heard.lastHeardMs(), startedMs) + QUIET_MS;
    const leftMs = Math.min(quietAtMs, startedMs + MAX_WAIT_MS) -
      performance.now();
    if (leftMs > 0) {
      await withTimer(ended, leftMs);
      continue;
    }
    // The clock may have run out while this process itself was held up: ask the pipes once more.
    const bytesBefore = heard.heardBytes();
    for (let turn = 0; turn < 3; turn++) await withTimer(ended, 0);
    const bytesAfter = heard.heardBytes();
    if (bytesAfter === bytesBefore) return;
    if (bytesAfter - bytesAtStart > MAX_LATE_BYTES) return;
  }
}

async function withTimer(
  event: Promise<unknown>,
  durationMs: number,
): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, durationMs);
  await Promise.race([event, timeout.promise]);
  clearTimeout(timer);
}
