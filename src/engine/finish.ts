/** Owns the end of a loop: of one sub-loop, or of the run. */

import {
  type ChildEnd,
  hideReferences,
  type JsonObject,
  type LoopEnd,
  ROOT_FRAME,
  unreachable,
} from "../model/mod.ts";
import type { Turn } from "./turn.ts";

/** A child's end that its parent has still to act on. */
export interface Handover {
  readonly parent: string;
  readonly end: ChildEnd;
}

/**
 * Ends the loop of a frame; what is below it ends with it, effects included. Returns what the
 * parent is to be told, or `null` for the run: it ends when no effect is open.
 */
export function finish(turn: Turn, id: string, end: LoopEnd): Handover | null {
  const frame = turn.frame(id);
  const { captured } = frame;
  if (frame.parent === null) {
    endRun(turn, end);
    return null;
  }
  const told = tellEnd(turn, id, end);
  const log = turn.logOf(id);
  const parent = turn.frame(frame.parent);
  const loops = { ...parent.stalls.loops, [frame.loop]: frame.stalls };
  turn.update(parent.id, { stalls: { ...parent.stalls, loops } });
  turn.removeFrame(id);
  const isParentsTimeUp = end.by === "timeout" &&
    frame.deadlineMs === parent.deadlineMs;
  return {
    parent: parent.id,
    end: {
      terminatedBy: end.by,
      ...told,
      isParentsTimeUp,
      ...(end.budgetOf === undefined ? {} : { budgetOf: end.budgetOf }),
      captured,
      log,
    },
  };
}

/** Lets the run end so; the first reason stands. */
export function endRun(turn: Turn, end: LoopEnd): void {
  if (turn.snapshot.ending === null) turn.patch({ ending: end });
}

/**
 * Ends a run that is to end, once nothing is open any more; until then has cancelled what is.
 * Its frames stay, so that it can be resumed where it was.
 */
export function settle(turn: Turn): void {
  if (!turn.isEnding) return;
  const open = Object.values(turn.snapshot.open);
  for (const { effect } of open) turn.cancel(effect);
  if (open.length > 0) return;
  const end = turn.snapshot.ending ?? endOfStop(turn);
  const told = tellEnd(turn, ROOT_FRAME, end);
  turn.patch({
    phase: "ended",
    ending: null,
    end: {
      terminatedBy: end.by,
      ...told,
      steps: turn.frame(ROOT_FRAME).steps,
      continuation: end.continuation ?? null,
      endedAtMs: turn.nowMs,
      noRoute: end.noRoute ?? null,
    },
  });
}

function tellEnd(
  turn: Turn,
  id: string,
  end: LoopEnd,
): Pick<ChildEnd, "finalState" | "isFailureTerminal" | "error"> {
  const frame = turn.frame(id);
  const error = end.error === undefined ? null : hideReferences(end.error);
  const finalState = hideReferences(frame.state);
  const isFailureTerminal = end.isFailureTerminal ?? false;
  turn.emit(id, {
    event: "loop_complete",
    final_state: finalState,
    iterations: frame.steps,
    terminated_by: end.by,
    ...(isFailureTerminal ? { failure_terminal: true } : {}),
    ...(error === null ? {} : { error }),
    ...(end.noRoute ? { no_route: { ...end.noRoute } as JsonObject } : {}),
  });
  return { finalState, isFailureTerminal, error };
}

function endOfStop(turn: Turn): LoopEnd {
  const { stop } = turn.snapshot;
  if (stop === null) return { by: "interrupted", error: "Stopped" };
  switch (stop.by) {
    case "signal":
      return { by: "interrupted", error: `Stopped by ${stop.signal}` };
    case "output": {
      const text = stop.text === "" ? "" : `: ${stop.text}`;
      return {
        by: "interrupted",
        error: `Stopped by LOOP_STOP in the output${text}`,
      };
    }
    case "caller":
      return { by: "interrupted", error: stop.text };
    default:
      return unreachable(stop);
  }
}
