/** Owns the question that names what was probably meant. */

import { nearest } from "../model/mod.ts";

/**
 * Returns `Did you mean "gate"?` for the names that `typed` comes near to; `null` when it
 * comes near to none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(didYouMean("gat", ["gate", "loop"]), 'Did you mean "gate"?');
 * assertEquals(didYouMean("zebra", ["gate", "loop"]), null);
 * ```
 */
export function didYouMean(
  typed: string,
  names: readonly string[],
): string | null {
  const near = nearest(typed, names).map((name) => `"${name}"`);
  return near.length === 0 ? null : `Did you mean ${near.join(" or ")}?`;
}
