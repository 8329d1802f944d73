/** Owns the end of a loop: of the run for the root frame, else of one sub-loop. */

import {
  type ChildEnd,
  hideReferences,
  type JsonObject,
  unreachable,
} from "../model/mod.ts";
import type { End } from "./decision.ts";
import type { Turn } from "./turn.ts";

/** A child's end that its parent has still to act on. */
export interface Handover {
  readonly parent: string;
  readonly end: ChildEnd;
}

/**
 * Ends the loop of a frame. Returns what the parent is to be told; `null` when the run has
 * ended, whose frames stay so that it can be resumed where it was.
 */
export function finish(turn: Turn, id: string, end: End): Handover | null {
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
  if (frame.parent === null) {
    turn.patch({
      phase: "ended",
      end: {
        terminatedBy: end.by,
        finalState,
        isFailureTerminal,
        steps: frame.steps,
        error,
        continuation: end.continuation ?? null,
        endedAtMs: turn.nowMs,
        noRoute: end.noRoute ?? null,
      },
    });
    return null;
  }
  const { log } = turn.frame(id);
  turn.removeFrame(id);
  return {
    parent: frame.parent,
    end: {
      terminatedBy: end.by,
      finalState,
      isFailureTerminal,
      error,
      captured: frame.captured,
      log,
    },
  };
}

/** Returns the end of a run that was asked to stop. */
export function endOfStop(turn: Turn): End {
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
    default:
      return unreachable(stop);
  }
}
