/** Owns how a rate limit is waited for (EXEC 9.4). */

import type { AgentFailureKind } from "./agent_report.ts";

/** The waits of one state. */
export interface RateLimits {
  /** Short waits: the base, twice that, … */
  readonly retries: number;
  readonly baseMs: number;
  /** Long waits after them; the last one repeats. */
  readonly ladderMs: readonly number[];
  /** All waits together. */
  readonly maxWaitMs: number;
}

/** The waits of a state that says nothing. */
export const DEFAULT_RATE_LIMITS: RateLimits = {
  retries: 3,
  baseMs: 30_000,
  ladderMs: [300_000, 900_000, 1_800_000, 3_600_000],
  maxWaitMs: 21_600_000,
};

/** Failures after which an agent is asked again: other ones no waiting helps. */
export const ASKED_AGAIN: ReadonlySet<AgentFailureKind> = new Set<
  AgentFailureKind
>(["rate_limit", "overloaded", "server", "network", "no_result"]);

/** So often an agent is asked again whose service fails otherwise. */
export const SOON_TRIES_MAX = 2;

/** The longest wait before that, whatever the host says: who asks for more is not there soon. */
export const SOON_WAIT_MAX_MS = 3_600_000;

/** How often an agent has been asked again in a state. */
export interface AgentRetry {
  readonly state: string;
  /** Short and long waits for a rate limit. */
  readonly short: number;
  readonly long: number;
  /** Tries after other failures of the service. */
  readonly soon: number;
  /**
   * What this wait is for: room, by a limit that this call has met or that another run has; or a service that
   * failed otherwise. Absent in snapshots of older runs.
   */
  readonly waitsFor?: "room" | "shared-room" | "service";
  /** For the rate limit, this wait included. */
  readonly waitedMs: number;
  /** End of the wait, epoch milliseconds. */
  readonly untilMs: number;
}
