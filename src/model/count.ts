/** Owns numbers with their nouns. */

/**
 * Returns an amount and its noun, in the plural unless it is one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(count(2, "file"), "2 files");
 * assertEquals(count(2, "retry", "retries"), "2 retries");
 * ```
 */
export function count(
  amount: number,
  noun: string,
  plural: string = `${noun}s`,
): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}
