/** Owns going on with a run that was stopped, paused or cut off. */

import {
  type Effect,
  type Frame,
  type Input,
  type JsonObject,
  LoopError,
  own,
  ROOT_FRAME,
  type Snapshot,
  without,
} from "../model/mod.ts";
import { completeAction } from "./complete_action.ts";
import type { Decision } from "./decision.ts";
import { enterState } from "./enter.ts";
import { deadlineOf } from "./frame.ts";
import { isJudging } from "./retry_agent.ts";
import type { Turn } from "./turn.ts";

/**
 * Makes the snapshot live again and returns what each leaf frame does next: an action that
 * may have run is run again from its state's entry unless it is known how it ended, a look is
 * asked for again, a frame that waited for nothing takes its next turn. Time between the
 * segments is not counted.
 */
export function resume(
  turn: Turn,
  input: Extract<Input, { input: "resume" }>,
  /** Time of the last input before this one. */
  pausedAtMs: number,
): readonly { readonly frame: string; readonly decision: Decision }[] {
  const root = turn.snapshot.frames[ROOT_FRAME];
  if (root === undefined) {
    throw new LoopError(
      "internal",
      "The run has not started, so it cannot be resumed",
    );
  }
  const { end } = turn.snapshot;
  const asked = unanswered(turn.snapshot);
  turn.patch({
    phase: "running",
    ending: null,
    end: null,
    stop: null,
    open: {},
    cut: {},
    env: { ...turn.snapshot.env, ...input.env },
    ...(input.looksAt === undefined ? {} : { looksAt: input.looksAt }),
  });
  for (const frame of Object.values(turn.snapshot.frames)) {
    shiftTime(turn, frame, pausedAtMs);
  }
  if (input.definitions !== undefined) {
    turn.patch({ definitions: input.definitions });
    for (const id of Object.keys(turn.snapshot.frames)) setDeadline(turn, id);
  }
  movePlace(turn, root, input.context);
  if (end?.terminatedBy === "handoff" && end.continuation) {
    turn.patch({ continuation: end.continuation });
  }
  const context = { ...root.context, ...input.context };
  const { state, steps } = turn.update(ROOT_FRAME, { context });
  const loop = turn.loop(root.loop).name;
  turn.emit(ROOT_FRAME, {
    event: "loop_resume",
    loop,
    from_state: state,
    iteration: steps,
    ...(end?.terminatedBy === "handoff"
      ? {
        from_handoff: true as const,
        continuation_prompt: end.continuation ?? "",
      }
      : {}),
    ...(input.back === undefined ? {} : { went_back: true as const }),
  });
  turn.emit(ROOT_FRAME, { event: "loop_start", loop });
  const askedBy = new Map(asked.map((effect) => [effect.frame, effect]));
  return Object.values(turn.snapshot.frames)
    .filter((frame) => frame.phase !== "child")
    .map((frame) => {
      const effect = askedBy.get(frame.id);
      const outcome = own(input.known ?? {}, String(effect?.effect));
      const decision = effect?.kind === "action" && outcome !== undefined
        ? completeAction(turn, frame.id, { effect, outcome })
        : again(turn, frame, effect);
      return { frame: frame.id, decision };
    });
}

/** Returns the effects that a resume asks for again, unless they are known to be answered. */
export function unanswered(
  snapshot: Pick<Snapshot, "cut" | "open" | "frames">,
): readonly Effect[] {
  return Object.values({ ...snapshot.cut, ...snapshot.open })
    .filter(({ frame }) => snapshot.frames[frame] !== undefined);
}

function again(turn: Turn, frame: Frame, effect: Effect | undefined): Decision {
  // A pending transition goes on as if nothing had been; only then is an entry due.
  if (frame.phase === "retrying") {
    // The action is over; only its judge is asked again.
    if (isJudging(turn, frame.id)) return { do: "judge" };
    forgetVisit(turn, frame);
    return enterState(turn, frame.id);
  }
  if (effect?.kind === "wait" || frame.routedFrom !== null) {
    return { do: "turn" };
  }
  if (effect === undefined) {
    forgetVisit(turn, frame);
    return { do: "turn" };
  }
  if (effect.kind === "action") {
    if (frame.phase === "flushing") return { do: "act", isFlush: true };
    forgetVisit(turn, frame);
    return enterState(turn, frame.id);
  }
  if (isLookBeforeAct(turn, frame.id, effect)) {
    forgetVisit(turn, frame);
    return enterState(turn, frame.id);
  }
  // Asked for anew: its limit depends on the time that the loop has left.
  if (effect.kind === "observe" || effect.kind === "judge") {
    return { do: "judge" };
  }
  const { frame: _frame, effect: _number, ...body } = effect;
  turn.ask(frame.id, frame.phase, body);
  return { do: "wait" };
}

function isLookBeforeAct(turn: Turn, id: string, effect: Effect): boolean {
  return effect.kind === "observe" && effect.purpose === "room" &&
    !isJudging(turn, id);
}

/** The repeated entry of a state is neither a retry nor one more execution in a row. */
function forgetVisit(turn: Turn, frame: Frame): void {
  turn.update(frame.id, {
    previousState: null,
    executions: without(frame.executions, frame.state),
    result: null,
    observed: {},
  });
}

/** Gives the sub-loops the place that the run has now, where they share the root's. */
function movePlace(turn: Turn, root: Frame, context: JsonObject): void {
  const place = own(context, "run_dir");
  if (place === undefined) return;
  for (const frame of Object.values(turn.snapshot.frames)) {
    if (own(frame.context, "run_dir") !== own(root.context, "run_dir")) {
      continue;
    }
    turn.update(frame.id, { context: { ...frame.context, run_dir: place } });
  }
}

function shiftTime(turn: Turn, frame: Frame, pausedAtMs: number): void {
  const gapMs = Math.max(0, turn.nowMs - pausedAtMs);
  const { times } = frame;
  const running = times?.running ?? null;
  turn.update(frame.id, {
    startedAtMs: turn.nowMs,
    elapsedOffsetMs: frame.elapsedOffsetMs +
      Math.max(0, pausedAtMs - frame.startedAtMs),
    deadlineMs: frame.deadlineMs === null ? null : frame.deadlineMs + gapMs,
    ...(times === undefined || running === null ? {} : {
      times: {
        ...times,
        running: { ...running, sinceMs: running.sinceMs + gapMs },
      },
    }),
  });
}

/** Sets when a frame's time is up by the limits that hold now; the frame above comes first. */
function setDeadline(turn: Turn, id: string): void {
  const frame = turn.frame(id);
  const { parent } = frame;
  const above = parent === null ? null : turn.state(parent).timeoutMs;
  turn.update(id, {
    deadlineMs: deadlineOf([turn.loop(frame.loop).timeoutMs, above], {
      parentMs: parent === null ? null : turn.frame(parent).deadlineMs,
      nowMs: turn.nowMs,
      elapsedMs: frame.elapsedOffsetMs,
    }),
  });
}
