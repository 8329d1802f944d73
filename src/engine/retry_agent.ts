// deno-lint-ignore-file camelcase -- events and failures keep their names
/**
 * Owns asking an agent again whose service had no room or could not be reached: a ladder of waits for rate
 * limits, a few tries for the rest (EXEC 9.1, 9.4). Only what a host says in fields counts, of prompts and judges.
 */

import {
  type AgentFailure,
  type AgentRetry,
  ASKED_AGAIN,
  DEFAULT_RATE_LIMITS,
  own,
  type RateLimits,
  SOON_TRIES_MAX,
  SOON_WAIT_MAX_MS,
} from "../model/mod.ts";
import { leaveByTime, whyNoCall } from "./budget.ts";
import { type Decision, WAIT } from "./decision.ts";
import type { Turn } from "./turn.ts";

/** What is asked again soon, how often and after how long. */
const SOON: {
  readonly [kind in AgentFailure["kind"]]?: readonly [number, number];
} = {
  overloaded: [SOON_TRIES_MAX, 30_000],
  server: [SOON_TRIES_MAX, 30_000],
  network: [SOON_TRIES_MAX, 5_000],
  no_result: [SOON_TRIES_MAX, 5_000],
};
/** A long wait is told of so often. */
const HEARTBEAT_MS = 60_000;

/** So many rate limits in a row that last are told as more than one that does. */
const STORM_COUNT = 3;

/** A call of an agent that has ended. */
export interface EndedCall {
  readonly host: string;
  /** `null` where it came to its result, or to its time limit. */
  readonly failure: AgentFailure | null;
}

/**
 * Returns what follows where the agent of the frame's state is to be asked again, be it to act or to judge; `null`
 * where it is not.
 */
export function retryAgent(
  turn: Turn,
  id: string,
  { host, failure }: EndedCall,
): Decision | null {
  const before = retryOf(turn, id);
  const isWorthIt = failure !== null && ASKED_AGAIN.has(failure.kind);
  const refusal = isWorthIt ? whyNoCall(turn, id) : null;
  if (isWorthIt && refusal !== null) {
    turn.emit(id, {
      event: "warning",
      state: turn.state(id).name,
      message:
        `The agent is not asked again after "${failure.message}", since ${refusal}`,
    });
  }
  // Nobody waits for a call that may not be made.
  if (!isWorthIt || refusal !== null) {
    if (turn.frame(id).agentRetry !== undefined) forget(turn, id);
    const { exhaustions = 0 } = turn.snapshot;
    if (failure === null && exhaustions > 0) turn.patch({ exhaustions: 0 });
    return null;
  }
  return failure.kind === "rate_limit"
    ? waitForRoom(turn, id, { failure, before, host })
    : askSoon(turn, id, { failure, before });
}

/** Goes on after a pause of the wait, or asks the agent again when it is over. */
export function goOnWaiting(turn: Turn, id: string): Decision {
  if (turn.isEnding) return { do: "halt" };
  if (turn.remainingMs(id) === 0) return leaveByTime(turn, id);
  const { agentRetry } = turn.frame(id);
  if (agentRetry !== undefined && turn.nowMs < agentRetry.untilMs) {
    return pause(turn, id, agentRetry);
  }
  return askAgain(turn, id);
}

/** Waits until a service has room that another run was told has none; `null` where that is over, or waited enough. */
export function waitForOthers(
  turn: Turn,
  id: string,
  recoveryMs: number,
): Decision | null {
  if (recoveryMs <= turn.nowMs) return null;
  const limits = limitsOf(turn, id);
  const before = retryOf(turn, id);
  const leftMs = limits.maxWaitMs - before.waitedMs;
  if (leftMs <= 0) return null;
  const waitMs = Math.min(
    recoveryMs - turn.nowMs + jitter(turn, limits.baseMs),
    leftMs,
  );
  return pause(turn, id, {
    ...before,
    waitsFor: "shared-room",
    waitedMs: before.waitedMs + waitMs,
    untilMs: turn.nowMs + waitMs,
  });
}

/** Asks what is due of the agent of the frame's state: to act, or to judge. */
export function askAgain(turn: Turn, id: string): Decision {
  return isJudging(turn, id) ? { do: "judge" } : { do: "act" };
}

/** Returns whether what the frame's state waits to be asked is its judge: its action is over, or there is none. */
export function isJudging(turn: Turn, id: string): boolean {
  return turn.frame(id).result !== null || turn.state(id).kind !== "prompt";
}

function askSoon(
  turn: Turn,
  id: string,
  { failure, before }: {
    readonly failure: AgentFailure;
    readonly before: AgentRetry;
  },
): Decision | null {
  const { name } = turn.state(id);
  const [most, waitMs] = SOON[failure.kind] ?? [0, 0];
  if (before.soon >= most) {
    if (most > 0) {
      turn.emit(id, {
        event: "infra_retry_exhausted",
        state: name,
        retries: before.soon,
      });
    }
    forget(turn, id);
    return null;
  }
  const saidMs = Math.min(retryAfter(turn, failure), SOON_WAIT_MAX_MS);
  const retry: AgentRetry = {
    ...before,
    waitsFor: "service",
    soon: before.soon + 1,
    untilMs: turn.nowMs + Math.max(waitMs, saidMs),
  };
  turn.emit(id, {
    event: "infra_retry",
    state: name,
    attempt: retry.soon,
    backoff: (retry.untilMs - turn.nowMs) / 1000,
    reason: failure.message,
  });
  return pause(turn, id, retry);
}

function waitForRoom(
  turn: Turn,
  id: string,
  { failure, before, host }: {
    readonly failure: AgentFailure;
    readonly before: AgentRetry;
    readonly host: string;
  },
): Decision | null {
  const limits = limitsOf(turn, id);
  const isShort = before.short < limits.retries;
  const rung = limits.ladderMs[
    Math.min(before.long, limits.ladderMs.length - 1)
  ] ?? limits.baseMs;
  const ownMs = isShort
    ? limits.baseMs * 2 ** before.short + jitter(turn, limits.baseMs)
    : rung + jitter(turn, rung / 10);
  const waitMs = Math.max(ownMs, retryAfter(turn, failure));
  if (!isShort && before.waitedMs >= limits.maxWaitMs) {
    return exhaust(turn, id, before);
  }
  const leftMs = Math.max(0, limits.maxWaitMs - before.waitedMs);
  const cutMs = Math.min(waitMs, leftMs);
  // What asks for more than may be waited will not be there in time.
  if (waitMs > leftMs && retryAfter(turn, failure) > leftMs) {
    return exhaust(turn, id, before);
  }
  return pause(turn, id, {
    ...before,
    waitsFor: "room",
    short: before.short + (isShort ? 1 : 0),
    long: before.long + (isShort ? 0 : 1),
    waitedMs: before.waitedMs + cutMs,
    untilMs: turn.nowMs + cutMs,
  }, host);
}

function limitsOf(turn: Turn, id: string): RateLimits {
  return { ...DEFAULT_RATE_LIMITS, ...turn.state(id).rateLimits };
}

function retryOf(turn: Turn, id: string): AgentRetry {
  const { name } = turn.state(id);
  const { agentRetry } = turn.frame(id);
  return agentRetry?.state === name ? agentRetry : newRetry(name);
}

function exhaust(turn: Turn, id: string, before: AgentRetry): Decision | null {
  const state = turn.state(id);
  const target = state.onRateLimitExhausted ?? own(state.on, "error");
  turn.emit(id, {
    event: "rate_limit_exhausted",
    state: state.name,
    retries: before.short + before.long,
    short_retries: before.short,
    long_retries: before.long,
    total_wait_seconds: Math.round(before.waitedMs / 1000),
    next: target ?? null,
  });
  const { exhaustions = 0 } = turn.snapshot;
  const count = exhaustions + 1;
  turn.patch({ exhaustions: count });
  if (count >= STORM_COUNT) {
    turn.emit(id, { event: "rate_limit_storm", state: state.name, count });
  }
  forget(turn, id);
  return state.onRateLimitExhausted === undefined ? null : {
    do: "follow",
    target: state.onRateLimitExhausted,
    by: "on_rate_limit_exhausted",
  };
}

/** Waits a piece of it, and says so; other runs are told of the limit of `host` that has just been met. */
function pause(
  turn: Turn,
  id: string,
  retry: AgentRetry,
  host: string | null = null,
): Decision {
  const leftMs = Math.max(0, retry.untilMs - turn.nowMs);
  const pieceMs = Math.min(
    leftMs,
    HEARTBEAT_MS,
    turn.remainingMs(id) ?? leftMs,
  );
  turn.update(id, { agentRetry: retry });
  if (retry.waitedMs > 0 && retry.waitsFor !== "service") {
    turn.emit(id, {
      event: "rate_limit_waiting",
      state: retry.state,
      next_attempt_at: Math.round(retry.untilMs / 1000),
      wait_seconds: Math.round(leftMs / 1000),
      total_waited_seconds: Math.round((retry.waitedMs - leftMs) / 1000),
      tier: retry.waitsFor === "shared-room"
        ? "shared"
        : retry.long > 0
        ? "long_wait"
        : "short_wait",
    });
  }
  turn.ask(id, "retrying", {
    kind: "wait",
    durationMs: Math.max(1, pieceMs),
    ...(host !== null && turn.snapshot.looksAt?.limits === true
      ? { limit: { host, untilMs: retry.untilMs } }
      : {}),
  });
  return WAIT;
}

function forget(turn: Turn, id: string): void {
  const { agentRetry: _, ...frame } = turn.frame(id);
  turn.addFrame(frame);
}

function newRetry(state: string): AgentRetry {
  return { state, short: 0, long: 0, soon: 0, waitedMs: 0, untilMs: 0 };
}

/** How long the host says that it takes. */
function retryAfter(turn: Turn, failure: AgentFailure): number {
  if (failure.retryAtMs !== null) {
    return Math.max(0, failure.retryAtMs - turn.nowMs);
  }
  return failure.retryAfterMs ?? 0;
}

/** Several runs that were refused together shall not ask together again. The time is as good as chance. */
function jitter(turn: Turn, mostMs: number): number {
  const mixed = Math.imul(Math.trunc(turn.nowMs) ^ 0x9e3779b9, 0x85ebca6b);
  return Math.round(((mixed >>> 0) / 2 ** 32) * mostMs);
}
