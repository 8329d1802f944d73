/** Owns durations as people read them. */

/**
 * Returns a measured time: `4.1s` below a minute, then `1m 0s` and `2h 3m 4s`, rounded to
 * what is shown, so that 59.96 s is a minute.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatDuration(4_120), "4.1s");
 * assertEquals(formatDuration(59_960), "1m 0s");
 * assertEquals(formatDuration(3_723_400), "1h 2m 3s");
 * ```
 */
export function formatDuration(durationMs: number): string {
  const tenths = Math.round(Math.max(0, durationMs) / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  return joinClock(Math.round(durationMs / 1000));
}

/** Returns time that has passed so far, in whole seconds rounded down: `12s`, `1m 5s`. */
export function formatElapsed(durationMs: number): string {
  return joinClock(Math.floor(Math.max(0, durationMs) / 1000));
}

/**
 * Returns how long ago something was, in its largest unit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatAgo(59_000), "59s ago");
 * assertEquals(formatAgo(7_300_000), "2h ago");
 * ```
 */
export function formatAgo(durationMs: number): string {
  const seconds = Math.floor(Math.max(0, durationMs) / 1000);
  if (seconds < 60) return `${seconds}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)}h ago`;
  return `${Math.floor(seconds / 86_400)}d ago`;
}

function joinClock(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = seconds % 60;
  if (hours > 0) return `${hours}h ${minutes}m ${rest}s`;
  return minutes > 0 ? `${minutes}m ${rest}s` : `${rest}s`;
}
