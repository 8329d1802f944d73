/** Owns durations that somebody sets: as they are typed (`30`, `30s`, `5m`, `1h30m`), and as they are told again. */

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const NUMBER_REGEXP = /^\d+(?:\.\d+)?$/;
const PARTS_REGEXP = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const PART_REGEXP = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/**
 * Returns a duration in milliseconds: a number of seconds, or numbers with units from `d` to
 * `ms`; `null` for anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(["30", "1h30m", "1.5s", "500ms"].map(parseDuration),
 *   [30_000, 5_400_000, 1500, 500]);
 * assertEquals(["", "m", "-1s", "5 m", "1x"].map(parseDuration), [null, null, null, null, null]);
 * ```
 */
export function parseDuration(text: string): number | null {
  if (NUMBER_REGEXP.test(text)) return Math.round(Number(text) * 1000);
  if (!PARTS_REGEXP.test(text)) return null;
  let durationMs = 0;
  for (const [, number, unit = ""] of text.matchAll(PART_REGEXP)) {
    durationMs += Number(number) * (UNIT_MS.get(unit) ?? 0);
  }
  return Math.round(durationMs);
}

/**
 * Returns a configured time without zero parts: `90 s` is `1m 30s`, an hour is `1h`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatSpan(3_600_000), "1h");
 * assertEquals(formatSpan(1_500), "1.5s");
 * ```
 */
export function formatSpan(durationMs: number): string {
  const hours = Math.floor(durationMs / 3_600_000);
  const minutes = Math.floor(durationMs / 60_000) % 60;
  const seconds = (durationMs % 60_000) / 1000;
  const parts: string[] = [];
  if (hours > 0) parts.push(`${hours}h`);
  if (minutes > 0) parts.push(`${minutes}m`);
  if (seconds > 0 || parts.length === 0) parts.push(`${seconds}s`);
  return parts.join(" ");
}
