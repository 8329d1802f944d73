/** Owns the counts of hosts whose input holds what came from the cache, too: here each token is counted once. */

import type { Usage } from "../../model/mod.ts";

/** Counts of tokens as such a host tells them. */
export interface ToldCounts {
  /** All of what was sent. */
  readonly input: number;
  readonly output: number;
  /** Of the input, what was read from the cache. */
  readonly cached: number;
  /** Of the input, what was put into the cache. @default {0} */
  readonly written?: number;
}

/**
 * Returns the usage of a call whose cost is not told.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const usage = uncachedUsage({ input: 1000, output: 200, cached: 900 });
 * assertEquals([usage.inputTokens, usage.cacheReadTokens], [100, 900]);
 * ```
 */
export function uncachedUsage(
  { input, output, cached, written = 0 }: ToldCounts,
): Usage {
  return {
    inputTokens: Math.max(0, input - cached - written),
    outputTokens: output,
    cacheReadTokens: cached,
    cacheWriteTokens: written,
    costUsd: null,
  };
}
