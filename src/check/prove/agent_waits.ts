/** Owns how often a prompt is asked again in one visit, and how long that is waited for. */

import {
  DEFAULT_RATE_LIMITS,
  type RateLimits,
  SOON_TRIES_MAX,
  SOON_WAIT_MAX_MS,
} from "../../model/mod.ts";

/** The most that one visit of a prompt can come to. */
export interface AgentWaits {
  /** Calls of the agent, the first one included; `Infinity` where nothing limits them. */
  readonly calls: number;
  /** All waits between them, in ms. */
  readonly waitMs: number;
}

/**
 * Returns the most calls and waits of a visit: waits for a rate limit up to their own limit, and a few tries of a
 * service that fails. Chance and hosts only make a wait longer, and so the waits fewer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * // 30, 60 and 120 s, then 5, 15 and 30 min, then each hour up to 6 h; twice more where the service fails.
 * assertEquals(agentWaits({}), { calls: 15, waitMs: 8 * 3_600_000 });
 * assertEquals(agentWaits({ retries: 0, ladderMs: [60_000], maxWaitMs: 90_000 }).calls, 5);
 * ```
 */
export function agentWaits(limits: Partial<RateLimits>): AgentWaits {
  const { retries, baseMs, ladderMs, maxWaitMs } = {
    ...DEFAULT_RATE_LIMITS,
    ...limits,
  };
  let waits = retries;
  let waitedMs = 0;
  const isDone = () => waitedMs >= maxWaitMs;
  // The limit is looked at only after them; doubling comes to it soon.
  for (let short = 0; short < retries && !isDone(); short++) {
    waitedMs += baseMs * 2 ** short;
    if (baseMs === 0) break;
  }
  const last = ladderMs.at(-1) ?? baseMs;
  for (const rung of ladderMs.slice(0, -1)) {
    if (isDone()) break;
    waitedMs += rung;
    waits++;
  }
  if (!isDone()) waits += Math.ceil((maxWaitMs - waitedMs) / last);
  return {
    calls: 1 + waits + SOON_TRIES_MAX,
    waitMs: maxWaitMs + SOON_TRIES_MAX * SOON_WAIT_MAX_MS,
  };
}
