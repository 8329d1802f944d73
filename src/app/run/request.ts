/** Owns what a run is asked to be: the command line, parsed and range-checked. */

import type { Budget, Durability } from "../../model/mod.ts";

/** One argument of the program, as typed. */
export interface GivenArgument {
  readonly text: string;
  /** The value in it that matters later; `null` where there is none. */
  readonly gives:
    /** The last `characters` of the text are the value of a context key. */
    | {
      readonly what: "context";
      readonly key: string;
      readonly characters: number;
    }
    | { readonly what: "input" }
    /** The argument, but for `rest`, sets this cap. */
    | { readonly what: "cap"; readonly name: Cap; readonly rest: string }
    | null;
}

/** An option that sets a cap. */
export type Cap = "max-steps" | "max-iterations";

/** A request to run, or to plan, one loop. `null` leaves the definition's own value. */
export interface RunRequest {
  /** A name or a path. */
  readonly loop: string;
  readonly isBuiltinOnly: boolean;
  readonly input: string | null;
  readonly context: readonly (readonly [key: string, value: string])[];
  readonly maxSteps: number | null;
  readonly maxIterations: number | null;
  readonly delayMs: number | null;
  readonly noLlm: boolean;
  readonly llmModel: string | null;
  /** Agent host of prompts whose loop names none. */
  readonly host: string | null;
  /** Model and effort of prompts whose state says nothing. */
  readonly model: string | null;
  readonly effort: string | null;
  /** Limits of the whole run; empty leaves those of the definition. */
  readonly budget: Budget;
  /** Whether actions may change test files, whatever the loop says. */
  readonly allowsTestEdits: boolean;
  readonly handoffThreshold: number | null;
  readonly contextLimit: number | null;
  /** `false` switches the guard off, a number sets its threshold in characters. */
  readonly promptSizeGuard: false | number | null;
  /** Whether nobody looks at the memory of the machine before a prompt. */
  readonly noHostGuard: boolean;
  readonly queue: boolean;
  readonly queueTimeoutMs: number | null;
  readonly noLock: boolean;
  readonly durability: Durability | null;
  readonly graceMs: number | null;
  /** A command of the shell to run when the run has ended. */
  readonly onEnd: string | null;
  /** Pauses the run after that time, from the start of the command; `null` is never. */
  readonly checkpointAfterMs: number | null;
  readonly isVerbose: boolean;
  /** The arguments of this program, for the record and the end message. */
  readonly args: readonly GivenArgument[];
}

/** A request without any option, to build on. */
export const PLAIN_REQUEST: RunRequest = {
  loop: "",
  isBuiltinOnly: false,
  input: null,
  context: [],
  maxSteps: null,
  maxIterations: null,
  delayMs: null,
  noLlm: false,
  llmModel: null,
  host: null,
  model: null,
  effort: null,
  budget: {},
  allowsTestEdits: false,
  handoffThreshold: null,
  contextLimit: null,
  promptSizeGuard: null,
  noHostGuard: false,
  queue: false,
  queueTimeoutMs: null,
  noLock: false,
  durability: null,
  graceMs: null,
  onEnd: null,
  checkpointAfterMs: null,
  isVerbose: false,
  args: [],
};
