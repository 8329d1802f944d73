/** Owns the time of loops and states: what has passed, what is left of it, and the end of a loop that has none. */

import {
  type Frame,
  type LoopEnd,
  own,
  type StateTimes,
} from "../model/mod.ts";
import type { Turn } from "./turn.ts";

/** Returns for how long the loop of a frame has been executed, pauses of the run aside; in ms. */
export function loopTimeMs(
  { elapsedOffsetMs, startedAtMs }: Frame,
  nowMs: number,
): number {
  return elapsedOffsetMs + Math.max(0, nowMs - startedAtMs);
}

/** Returns for how long a state with a limit of time has been executed, all its visits together; in ms. */
export function stateTimeMs(
  { times }: Frame,
  state: string,
  nowMs: number,
): number {
  if (times === undefined) return 0;
  const { spentMs, running } = times;
  const visitMs = running?.state === state
    ? Math.max(0, nowMs - running.sinceMs)
    : 0;
  return (own(spentMs, state) ?? 0) + visitMs;
}

/** Returns the frame's times once it has entered `state`, or entered it again. */
export function timesAtEntry(
  { times }: Frame,
  { state, isLimited, nowMs }: {
    readonly state: string;
    /** Whether it has a budget of time. */
    readonly isLimited: boolean;
    readonly nowMs: number;
  },
): StateTimes {
  const { spentMs, running } = times ?? { spentMs: {}, running: null };
  if (running?.state === state && isLimited) return { spentMs, running };
  const visitMs = running === null ? 0 : Math.max(0, nowMs - running.sinceMs);
  return {
    spentMs: running === null ? spentMs : {
      ...spentMs,
      [running.state]: (own(spentMs, running.state) ?? 0) + visitMs,
    },
    running: isLimited ? { state, sinceMs: nowMs } : null,
  };
}

/** One budget of time that a frame draws on, its own or one of a frame above it. */
export interface TimePool {
  readonly frame: string;
  readonly of: "state" | "loop";
  readonly limitMs: number;
  readonly spentMs: number;
  /** From this part of the limit on is warned; `undefined` is the default. */
  readonly warnAt: number | undefined;
}

const NO_POOLS: readonly TimePool[] = [];

/** Returns the budgets of time that end what a frame does: its own first, those above it after. */
export function timePoolsOf(turn: Turn, id: string): readonly TimePool[] {
  const pools: TimePool[] = [];
  for (let at: Frame | undefined = turn.frame(id); at !== undefined;) {
    for (const pool of ownTimePools(turn, at)) pools.push(pool);
    at = at.parent === null ? undefined : turn.frame(at.parent);
  }
  return pools;
}

/** Returns the budgets of time of a frame's loop and of the state that it is in. */
export function ownTimePools(turn: Turn, frame: Frame): readonly TimePool[] {
  const loop = turn.loop(frame.loop);
  const ofState = own(loop.states, frame.state)?.budget;
  const ofLoop = loop.budget;
  if (ofState?.timeMs === undefined && ofLoop?.timeMs === undefined) {
    return NO_POOLS;
  }
  const pools: TimePool[] = [];
  if (ofState?.timeMs !== undefined) {
    pools.push({
      frame: frame.id,
      of: "state",
      limitMs: ofState.timeMs,
      spentMs: stateTimeMs(frame, frame.state, turn.nowMs),
      warnAt: ofState.warnAt,
    });
  }
  // One that has led on already says nothing about what comes after.
  if (ofLoop?.timeMs !== undefined && ofLoop.timeMs !== frame.timeUpMs) {
    pools.push({
      frame: frame.id,
      of: "loop",
      limitMs: ofLoop.timeMs,
      spentMs: loopTimeMs(frame, turn.nowMs),
      warnAt: ofLoop.warnAt,
    });
  }
  return pools;
}

/** Returns the end of a loop whose timeout has passed, naming the limit that it ran into. */
export function endOfTimeout(turn: Turn, id: string): LoopEnd {
  const { limitMs, of } = limitOf(turn, id);
  const limit = limitMs === null ? "" : ` of ${limitMs / 1000} s`;
  return { by: "timeout", error: `Reached the time limit${limit}${of}` };
}

/** Returns the limit behind a frame's deadline, and whose it is unless it is the loop's own. */
function limitOf(
  turn: Turn,
  id: string,
): { readonly limitMs: number | null; readonly of: string } {
  const frame = turn.frame(id);
  const ownMs = turn.loop(frame.loop).timeoutMs;
  if (frame.parent === null) return { limitMs: ownMs, of: "" };
  const parent = turn.frame(frame.parent);
  const { name } = turn.loop(parent.loop);
  if (frame.deadlineMs === parent.deadlineMs) {
    const { limitMs, of } = limitOf(turn, parent.id);
    return { limitMs, of: of || ` of loop "${name}"` };
  }
  const { timeoutMs } = turn.state(parent.id);
  return timeoutMs && (!ownMs || timeoutMs < ownMs)
    ? {
      limitMs: timeoutMs,
      of: ` of state "${parent.state}" in loop "${name}"`,
    }
    : { limitMs: ownMs, of: "" };
}
