/** Owns what follows when an action's output talks to the runner (EXEC 8). */

import type { Decision } from "./decision.ts";
import { findOutputSignal, type OutputSignal } from "./output_signals.ts";
import type { Turn } from "./turn.ts";

/** Returns what the output of the frame's action asks for; `null` where it asks for nothing. */
export function outputSignalOf(turn: Turn, id: string): OutputSignal | null {
  const frame = turn.frame(id);
  const { outputSignals } = turn.loop(frame.loop);
  const stdout = frame.result?.outcome.stdout.text ?? "";
  return findOutputSignal(stdout, outputSignals);
}

/**
 * Returns what follows from the output of the frame's action, or `null`. A stop is only
 * noted: the state still routes. A fatal error ends the loop that printed it; a handoff the
 * run.
 */
export function obeyOutput(turn: Turn, id: string): Decision | null {
  const signal = outputSignalOf(turn, id);
  switch (signal?.kind) {
    case undefined:
      return null;
    case "stop":
      if (turn.snapshot.stop === null) {
        turn.patch({ stop: { by: "output", text: signal.payload } });
      }
      return null;
    case "fatal":
      return { do: "finish", end: { by: "error", error: signal.payload } };
    case "handoff":
      return handOff(turn, id, signal.payload);
  }
}

function handOff(turn: Turn, id: string, continuation: string): Decision {
  const frame = turn.frame(id);
  turn.emit(id, {
    event: "handoff_detected",
    state: frame.state,
    iteration: frame.steps,
    continuation,
  });
  turn.update(id, { phase: "turn", result: null, observed: {} });
  const isFinal = turn.loop(frame.loop).onHandoff === "terminate";
  return {
    do: "finish",
    isRun: true,
    end: {
      by: isFinal ? "handoff_terminated" : "handoff",
      continuation,
      error: isFinal
        ? `State "${frame.state}" handed off, and \`on_handoff: terminate\` ends the run`
        : `State "${frame.state}" handed off: ${continuation}`,
    },
  };
}
