/** Owns who is told of a run while it goes on, beside its journal. */

import type { RunEvent, Snapshot } from "../../model/mod.ts";
import type { StopSignal, Survivor } from "../../ports/mod.ts";
import type { RunSummary } from "../../view/mod.ts";
import type { Blocker } from "../scope/mod.ts";
import type { RunFolder } from "./run_folder.ts";

/** Told what happens: the terminal, the log, a program that embeds this one. */
export interface RunListener {
  /** Waiting for somebody else's run to end. */
  onWait?(blocker: Blocker): void;
  onWarning?(message: string): void;
  /** Something about how a resumed run goes on. */
  onNote?(message: string): void;
  /** The run folder is there; actions follow. */
  onStart?(folder: RunFolder): void;
  onEvents?(events: readonly RunEvent[]): void;
  /** The snapshot after each input of the engine. */
  onSnapshot?(snapshot: Snapshot): void;
  /** A signal arrived; the second one forces. */
  onStopRequest?(signal: StopSignal, isForced: boolean): void;
  /** Processes that had to be ended after the last action. */
  onSurvivors?(survivors: readonly Survivor[]): void;
  /** The run has ended, and everything of it is written. */
  onEnd?(summary: RunSummary): void;
}

/** Returns a listener that tells each of `listeners`, in order. */
export function tellAll(
  listeners: readonly RunListener[],
): Required<RunListener> {
  return {
    onWait: (blocker) => listeners.forEach((each) => each.onWait?.(blocker)),
    onWarning: (message) =>
      listeners.forEach((each) => each.onWarning?.(message)),
    onNote: (message) => listeners.forEach((each) => each.onNote?.(message)),
    onStart: (folder) => listeners.forEach((each) => each.onStart?.(folder)),
    onEvents: (events) => listeners.forEach((each) => each.onEvents?.(events)),
    onSnapshot: (snapshot) =>
      listeners.forEach((each) => each.onSnapshot?.(snapshot)),
    onStopRequest: (signal, isForced) =>
      listeners.forEach((each) => each.onStopRequest?.(signal, isForced)),
    onSurvivors: (survivors) =>
      listeners.forEach((each) => each.onSurvivors?.(survivors)),
    onEnd: (summary) => listeners.forEach((each) => each.onEnd?.(summary)),
  };
}
