// deno-lint-ignore-file camelcase -- inputs are lines of the journal
/** Owns what the engine is told. Every input is journaled before the engine acts on it. */

import type { JsonObject } from "./json.ts";
import type { Definitions } from "./loop.ts";
import type { ActionOutcome, ActionOutput, Outcome } from "./outcome.ts";
import type {
  Captured,
  LookAround,
  Previous,
  StopRequest,
} from "./snapshot.ts";

/** Where and with what the started loop begins, instead of at its initial state with nothing. */
export interface Begin {
  /** A state of the started loop. */
  readonly state: string;
  readonly captured: { readonly [name: string]: Captured };
  readonly prev: Previous | null;
  /** What the action before printed. */
  readonly lastOutput: ActionOutput | null;
}

/** What changes for a run that goes on. Absent is: nothing. */
interface Going {
  /**
   * Go back in time: on from the snapshot after this many inputs, counted over all of the
   * journal; 0 for a start anew.
   */
  readonly back?: number;
  /** What the run runs from here on. */
  readonly definitions?: Definitions;
  /** Hash of the definition as its files have it, where a changed one was taken. */
  readonly definition_hash?: string;
}

/** One thing that the engine learns. `nowMs` is the wall clock in epoch milliseconds. */
export type Input = { readonly nowMs: number } & InputBody;

/** An input without its time. */
export type InputBody =
  /** Begin: the effective context, and the environment variables that the definitions mention. */
  | Going & {
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
    /** What is looked at before an agent is called. @default nothing */
    readonly looksAt?: LookAround;
    /** Begins as if another state had been reached. */
    readonly begin?: Begin;
  }
  /** Go on after a pause or a crash: open actions run again, from their state's entry. */
  | Going & {
    readonly input: "resume";
    readonly context: JsonObject;
    readonly env: JsonObject;
    /** The same for what comes now; absent leaves it as it was. */
    readonly looksAt?: LookAround;
    /** Calls of agents whose end nobody saw are counted. @default they are not, as in runs of before */
    readonly countsCut?: true;
    /** Outcomes of open actions that need not run again, by effect: it was found out how they ended. */
    readonly known?: { readonly [effect: string]: ActionOutcome };
  }
  /** An effect ended. */
  | {
    readonly input: "outcome";
    readonly frame: string;
    readonly effect: number;
    readonly outcome: Outcome;
  }
  /** Time has passed: what is due is told. */
  | { readonly input: "tick" }
  /** Stop as soon as the open effects have been cancelled. */
  | { readonly input: "stop"; readonly request: StopRequest };
