/** Owns how YAML 1.1 reads words without quotes, where that is not how they are read here (FORMAT 7.1). */

/** What YAML 1.1 makes of a plain word that is text here, or of a number that is text there. */
export type OtherReading =
  | "a boolean"
  | "a number"
  | "a date"
  | "text"
  | "nothing that it can read";

const READINGS: readonly (readonly [RegExp, OtherReading])[] = [
  [/^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/, "a boolean"],
  // Sixties: 1:30 is 90.
  [/^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/, "a number"],
  [/^\d{4}-\d\d-\d\d$/, "a date"],
  [/^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d/, "a date"],
  [/^=$/, "nothing that it can read"],
  // An exponent needs a point before it and a sign in it.
  [/^[-+]?\d[\d_]*[eE][-+]?\d+$/, "text"],
  [/^[-+]?(?:\d[\d_]*)?\.[\d_]*[eE]\d+$/, "text"],
];

/**
 * Returns how YAML 1.1 reads a word; `null` when it does so as we do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(["yes", "1:30", "1e3", "true", "010"].map(otherReading),
 *   ["a boolean", "a number", "text", null, null]);
 * ```
 */
export function otherReading(source: string): OtherReading | null {
  return READINGS.find(([pattern]) => pattern.test(source))?.[1] ?? null;
}
