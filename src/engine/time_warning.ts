/** Owns telling that a budget of time comes near its limit, which happens while nothing else does. */

import { WARN_AT } from "../model/mod.ts";
import { ownTimePools, type TimePool } from "./time.ts";
import type { Turn } from "./turn.ts";

/** Warns of what has come near its limit since `sinceMs`, the time of the input before this one. */
export function warnOfTime(turn: Turn, sinceMs: number): void {
  for (const frame of Object.values(turn.snapshot.frames)) {
    for (const pool of ownTimePools(turn, frame)) {
      const { of, spentMs, limitMs } = pool;
      const nearMs = nearAt(pool);
      const beforeMs = spentMs - (turn.nowMs - sinceMs);
      if (spentMs < nearMs || beforeMs >= nearMs) continue;
      turn.emit(frame.id, {
        event: "budget_warning",
        state: frame.state,
        loop: turn.loop(frame.loop).name,
        of,
        kind: "time",
        spent: spentMs,
        limit: limitMs,
      });
    }
  }
}

/** Returns when the next warning is due if nothing happens before, in epoch milliseconds; `null` is never. */
export function nextWarningMs(turn: Turn): number | null {
  const { snapshot, nowMs } = turn;
  // Where outputs are made up no time passes.
  if (snapshot.phase !== "running" || snapshot.isSimulated) return null;
  let nextMs: number | null = null;
  for (const frame of Object.values(snapshot.frames)) {
    for (const pool of ownTimePools(turn, frame)) {
      const leftMs = nearAt(pool) - pool.spentMs;
      if (leftMs <= 0) continue;
      nextMs = Math.min(nextMs ?? Infinity, nowMs + leftMs);
    }
  }
  return nextMs;
}

/** From when on is warned, in whole milliseconds: timers know nothing finer. */
function nearAt({ limitMs, warnAt = WARN_AT }: TimePool): number {
  return Math.ceil(limitMs * warnAt);
}
