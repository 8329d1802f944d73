/** Owns what the engine is told. Every input is journaled before the engine acts on it. */

import type { JsonObject } from "./json.ts";
import type { ActionOutput, Outcome } from "./outcome.ts";
import type { Captured, Previous, StopRequest } from "./snapshot.ts";

/** Where and with what the started loop begins, instead of at its initial state with nothing. */
export interface Begin {
  /** A state of the started loop. */
  readonly state: string;
  readonly captured: { readonly [name: string]: Captured };
  readonly prev: Previous | null;
  /** What the action before printed. */
  readonly lastOutput: ActionOutput | null;
}

/** One thing that the engine learns. `nowMs` is the wall clock in epoch milliseconds. */
export type Input = { readonly nowMs: number } & InputBody;

/** An input without its time. */
export type InputBody =
  /** Begin: the effective context, and the environment variables that the definitions mention. */
  | {
    readonly input: "start";
    readonly context: JsonObject;
    readonly env: JsonObject;
    /** Sub-loops may be nested this deep. */
    readonly maxDepth: number;
    /**
     * The outputs of actions are made up: every verdict that is more than the exit code is
     * asked for by a `judge` effect.
     */
    readonly simulated?: true;
    /** Begins as if another state had been reached. */
    readonly begin?: Begin;
  }
  /** Go on after a pause or a crash: open actions run again, from their state's entry. */
  | {
    readonly input: "resume";
    readonly context: JsonObject;
    readonly env: JsonObject;
  }
  /** An effect ended. */
  | {
    readonly input: "outcome";
    readonly frame: string;
    readonly effect: number;
    readonly outcome: Outcome;
  }
  /** Stop as soon as the open effects have been cancelled. */
  | { readonly input: "stop"; readonly request: StopRequest };
