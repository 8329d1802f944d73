/** Owns going on with a run that was stopped, paused or cut off. */

import {
  type Effect,
  type Frame,
  type Input,
  LoopError,
} from "../model/mod.ts";
import type { Decision } from "./decision.ts";
import { enterState } from "./enter.ts";
import { without } from "./turn.ts";
import type { Turn } from "./turn.ts";

/**
 * Makes the snapshot live again and returns what each leaf frame does next: an action that
 * may have run is run again from its state's entry, a look is asked for again, a frame that
 * waited for nothing takes its next turn. Time between the segments is not counted.
 */
export function resume(
  turn: Turn,
  input: Extract<Input, { input: "resume" }>,
): readonly { readonly frame: string; readonly decision: Decision }[] {
  const root = turn.snapshot.frames["0"];
  if (root === undefined) {
    throw new LoopError(
      "internal",
      "The run has not started, so it cannot be resumed",
    );
  }
  const pausedAtMs = turn.snapshot.atMs;
  const open = Object.values(turn.snapshot.open);
  turn.patch({
    phase: "running",
    end: null,
    stop: null,
    open: {},
    env: { ...turn.snapshot.env, ...input.env },
  });
  for (const frame of Object.values(turn.snapshot.frames)) {
    shiftTime(turn, frame, pausedAtMs);
  }
  const context = { ...root.context, ...input.context };
  const { state, steps } = turn.update("0", { context });
  const loop = turn.loop(root.loop).name;
  turn.emit("0", {
    event: "loop_resume",
    loop,
    from_state: state,
    iteration: steps,
  });
  turn.emit("0", { event: "loop_start", loop });
  const isAsked = new Map(open.map((effect) => [effect.frame, effect]));
  return Object.values(turn.snapshot.frames)
    .filter((frame) => frame.phase !== "child")
    .map((frame) => ({
      frame: frame.id,
      decision: again(turn, frame, isAsked.get(frame.id)),
    }));
}

function again(turn: Turn, frame: Frame, effect: Effect | undefined): Decision {
  if (effect === undefined || effect.kind === "wait") return { do: "turn" };
  if (effect.kind === "action") {
    // The repeated entry is not a retry of the state.
    turn.update(frame.id, {
      executions: without(frame.executions, frame.state),
      result: null,
      observed: {},
    });
    return enterState(turn, frame.id);
  }
  const { frame: _frame, effect: _number, ...body } = effect;
  turn.ask(frame.id, frame.phase, body);
  return { do: "wait" };
}

function shiftTime(turn: Turn, frame: Frame, pausedAtMs: number): void {
  const gapMs = Math.max(0, turn.nowMs - pausedAtMs);
  turn.update(frame.id, {
    startedAtMs: turn.nowMs,
    elapsedOffsetMs: frame.elapsedOffsetMs +
      Math.max(0, pausedAtMs - frame.startedAtMs),
    deadlineMs: frame.deadlineMs === null ? null : frame.deadlineMs + gapMs,
  });
}
