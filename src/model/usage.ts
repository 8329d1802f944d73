/** Owns what agents use: tokens and money, and how they add up. */

/** What one call of an agent, or several, have used. */
export interface Usage {
  /** Tokens that were sent and not read from a cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** In US dollars; `null` where nobody told it and the price of the model is not known. */
  readonly costUsd: number | null;
}

/** Nothing was used. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
};

/**
 * Returns both together. Where one cost is not known the other stands: what is known to have
 * been spent is spent.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const call = { ...NO_USAGE, inputTokens: 10, costUsd: 0.5 };
 * assertEquals(addUsage(call, call).costUsd, 1);
 * assertEquals(addUsage(call, { ...call, costUsd: null }).costUsd, 0.5);
 * ```
 */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    costUsd: a.costUsd === null && b.costUsd === null
      ? null
      : roundCost((a.costUsd ?? 0) + (b.costUsd ?? 0)),
  };
}

/** Returns what came to `before`, for hosts that tell the sum over a whole session; never below zero. */
export function usageSince(total: Usage, before: Usage): Usage {
  const less = (a: number, b: number) => Math.max(0, a - b);
  return {
    inputTokens: less(total.inputTokens, before.inputTokens),
    outputTokens: less(total.outputTokens, before.outputTokens),
    cacheReadTokens: less(total.cacheReadTokens, before.cacheReadTokens),
    cacheWriteTokens: less(total.cacheWriteTokens, before.cacheWriteTokens),
    costUsd: total.costUsd === null
      ? null
      : roundCost(less(total.costUsd, before.costUsd ?? 0)),
  };
}

/** Returns the tokens that a limit counts: all but those that were read from a cache. */
export function countedTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheWriteTokens;
}

/** Sums of prices would otherwise end in the digits of binary fractions. */
export function roundCost(costUsd: number): number {
  return Math.round(costUsd * 1e8) / 1e8;
}
