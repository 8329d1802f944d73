/** Owns how long what a run has started may take to end once it is asked to. */

import type { System } from "../../ports/mod.ts";

/** Tells a run that is started inside another one what that one will wait for it, in ms. */
export const GRACE_VARIABLE = "LL_GRACE_MS";
/** Leaves the run inside time to end what is left over, and to save how it ended. */
const INNER_SHARE = 0.4;

/**
 * Returns the time in ms between TERM and KILL for a run that is told `ownMs`: within another
 * run a part of what that one allows, or it would be killed while it waits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const env = (name: string) => name === GRACE_VARIABLE ? "5000" : undefined;
 * assertEquals(graceWithin({ env }, 5000), 2000);
 * assertEquals(graceWithin({ env }, 100), 100);
 * assertEquals(graceWithin({ env: () => undefined }, 5000), 5000);
 * ```
 */
export function graceWithin(
  { env }: Pick<System, "env">,
  ownMs: number,
): number {
  const outerMs = Number(env(GRACE_VARIABLE) || Infinity);
  return outerMs >= 0 ? Math.min(ownMs, outerMs * INNER_SHARE) : ownMs;
}
