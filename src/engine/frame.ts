/** Owns the beginning of a frame. */

import {
  type Frame,
  type JsonObject,
  type Loop,
  own,
  type StallRecord,
} from "../model/mod.ts";

const NO_STALLS: StallRecord = { states: {}, loops: {} };

/** What a new frame needs beyond its loop. */
export interface FrameStart {
  readonly id: string;
  readonly parent: Frame | null;
  readonly context: JsonObject;
  readonly nowMs: number;
  /** Limit on top of the loop's own, from the state that starts it. */
  readonly timeoutMs: number | null;
  readonly cwd: string | null;
  /** Whether the parent's state captures this frame's events. */
  readonly isLogged: boolean;
}

/** Returns the frame of a loop that is about to enter its first state. */
export function startFrame(loop: Loop, start: FrameStart): Frame {
  return {
    id: start.id,
    parent: start.parent?.id ?? null,
    depth: start.parent === null ? 0 : start.parent.depth + 1,
    loop: loop.id,
    state: loop.initial,
    phase: "turn",
    steps: 0,
    passes: 0,
    startedAtMs: start.nowMs,
    elapsedOffsetMs: 0,
    deadlineMs: deadlineOf([loop.timeoutMs, start.timeoutMs], {
      parentMs: start.parent?.deadlineMs ?? null,
      nowMs: start.nowMs,
      elapsedMs: 0,
    }),
    context: start.context,
    captured: {},
    messages: [],
    prev: null,
    previousState: null,
    routedFrom: null,
    retries: {},
    edges: {},
    executions: {},
    stalls: own(start.parent?.stalls.loops, loop.id) ?? NO_STALLS,
    circuit: [],
    circuitProgress: {},
    summary: null,
    summaryPending: null,
    result: null,
    lastOutput: null,
    observed: {},
    childEnd: null,
    worktree: null,
    cwd: start.cwd,
    log: start.isLogged ? "" : null,
    children: 0,
  };
}

/** Returns when the time of a frame is up that may run for each of `limits`; `null` is never. */
export function deadlineOf(
  limits: readonly (number | null)[],
  at: {
    /** Deadline of the frame above. */
    readonly parentMs: number | null;
    readonly nowMs: number;
    /** Time that the frame has used up. */
    readonly elapsedMs: number;
  },
): number | null {
  const { parentMs, nowMs, elapsedMs } = at;
  const deadlines = limits.filter((ms) => ms !== null && ms > 0)
    .map((ms) => nowMs + (ms as number) - elapsedMs);
  if (parentMs !== null) deadlines.push(parentMs);
  return deadlines.length === 0 ? null : Math.min(...deadlines);
}
