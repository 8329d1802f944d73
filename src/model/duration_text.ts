/** Owns durations as they are typed: `30`, `30s`, `5m`, `1h30m`. */

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
