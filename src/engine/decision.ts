/**
 * Owns what the parts of the engine tell each other: each looks at a frame, changes it and
 * says what comes next. Only `advance` acts on it.
 */

import type { JsonObject, LoopEnd, Way } from "../model/mod.ts";

/** What happens next to a frame. */
export type Decision =
  /** Nothing until the effect that was asked for is answered. */
  | { readonly do: "wait" }
  /** Take the next step: stop, caps, terminals, retries, then the state. */
  | { readonly do: "turn" }
  /** Run the state's action. A flush neither judges nor routes. */
  | { readonly do: "act"; readonly isFlush?: boolean }
  /** Run the state's sub-loop. */
  | { readonly do: "run-child" }
  /** Let the evaluator judge. */
  | { readonly do: "judge" }
  /** Follow a target as written: a template, or `$current`. */
  | Follow
  /** Leave for a state. */
  | Go
  /** The state names no target for what happened. */
  | {
    readonly do: "no-target";
    readonly verdict: string;
    readonly exitCode: number | null;
  }
  /** End the loop of the frame, or the whole run. */
  | { readonly do: "finish"; readonly end: LoopEnd; readonly isRun?: boolean }
  /** Stay here: the run is to end as soon as no effect is open. */
  | { readonly do: "halt" }
  /** Enter the first state of a child frame. */
  | { readonly do: "begin"; readonly frame: string };

/** A way that is taken. */
export interface Follow extends Way {
  readonly do: "follow";
  readonly result?: Result;
}

/** A transition to a resolved target. */
export interface Go extends Way {
  readonly do: "go";
  readonly reason?: "maintain";
}

/** The verdict behind a target, for `${result.*}`. */
export interface Result {
  readonly verdict: string;
  readonly details: JsonObject;
}

/** Waits for the effect that was just asked for. */
export const WAIT: Decision = { do: "wait" };

/** Ends the frame's loop with an error. */
export function fail(error: string): Decision {
  return { do: "finish", end: { by: "error", error } };
}
