/** Owns what models cost, as far as their vendors' lists say. */

import { roundCost, type Usage } from "./usage.ts";

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** @default a tenth of `input` */
  readonly cacheRead?: number;
  /** @default 1.25 × `input` */
  readonly cacheWrite?: number;
}

/** Prices by the start of a model's name; the longest that fits counts. */
export type Prices = { readonly [prefix: string]: Price };

const MILLION = 1_000_000;

/**
 * List prices, for estimates while an agent is at work and for hosts that tell tokens only.
 * `prices` in the configuration come first.
 */
export const LIST_PRICES: Prices = {
  "claude-opus": { input: 5, output: 25 },
  "claude-opus-4-1": { input: 15, output: 75 },
  "claude-opus-4-2": { input: 15, output: 75 },
  "claude-sonnet": { input: 3, output: 15 },
  "claude-haiku": { input: 1, output: 5 },
  "claude-3-5-haiku": { input: 0.8, output: 4 },
  opus: { input: 5, output: 25 },
  sonnet: { input: 3, output: 15 },
  haiku: { input: 1, output: 5 },
  "gpt-5": { input: 1.25, output: 10 },
  "gpt-5-mini": { input: 0.25, output: 2 },
  "gpt-5-nano": { input: 0.05, output: 0.4 },
  "gpt-4.1": { input: 2, output: 8, cacheRead: 0.5 },
  "o4-mini": { input: 1.1, output: 4.4, cacheRead: 0.275 },
  "codex-mini": { input: 1.5, output: 6, cacheRead: 0.375 },
  "gemini-2.5-pro": { input: 1.25, output: 10 },
  "gemini-2.5-flash": { input: 0.3, output: 2.5 },
  "gemini-2.5-flash-lite": { input: 0.1, output: 0.4 },
  "gemini-3-pro": { input: 2, output: 12 },
};

/** Returns the price of a model; `null` when no list has it. */
export function priceOf(model: string | null, prices: Prices): Price | null {
  if (model === null) return null;
  let best: string | null = null;
  for (const prefix of Object.keys(prices)) {
    if (!model.startsWith(prefix)) continue;
    if (best === null || prefix.length > best.length) best = prefix;
  }
  return best === null ? null : prices[best] ?? null;
}

/**
 * Returns what tokens cost at a price, in US dollars.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { NO_USAGE } from "./usage.ts";
 * const usage = { ...NO_USAGE, inputTokens: 1000, outputTokens: 200, cacheReadTokens: 5000 };
 * assertEquals(costOf(usage, { input: 4, output: 20 }), 0.01);
 * ```
 */
export function costOf(usage: Usage, price: Price): number {
  const { input, output } = price;
  const { cacheRead = input / 10, cacheWrite = input * 1.25 } = price;
  return roundCost(
    (usage.inputTokens * input + usage.outputTokens * output +
      usage.cacheReadTokens * cacheRead +
      usage.cacheWriteTokens * cacheWrite) / MILLION,
  );
}
