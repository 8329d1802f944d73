/** Owns how an effect ended: data that is journaled before the engine acts on it. */

import type { AgentReport } from "./agent_report.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Loop } from "./loop.ts";
import type { TamperedFile } from "./tamper.ts";

/** One stream of an action, decoded as UTF-8 with replacement and masked. */
export interface Output {
  /**
   * The whole text, or its first 256 KiB and last 768 KiB. Between them then stand a line
   * that says what is missing, and the lines from there that talk to the runner.
   */
  readonly text: string;
  /** Bytes that the action wrote. */
  readonly sizeBytes: number;
  /** Whether `text` lacks a part of what was written. */
  readonly isTruncated: boolean;
  /** File under the run's `outputs/` with up to 256 MiB of the stream; `null` when `text` is whole. */
  readonly spill: string | null;
  /** Whether that file, too, lacks the rest of the stream. @default {false} */
  readonly isSpillCut?: boolean;
}

/** Which clock cut an action short: its own limits or the deadline of its loop. */
export type TimeoutKind = "wall" | "idle" | "loop";

/** How an action ended. */
export interface ActionOutcome {
  readonly kind: "action";
  /** Exit code 0..255; -N after signal N; 124 after a timeout; 127 when it could not start. */
  readonly exitCode: number;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly durationMs: number;
  readonly timeoutKind: TimeoutKind | null;
  /** Ended because the run was asked to stop: not a verdict. */
  readonly isCancelled: boolean;
  /** Why the action could not be started at all; `null` when it ran. */
  readonly startError: string | null;
  /** How the agent fared; only of a prompt that was started. */
  readonly agent?: AgentReport;
  /** Test files that a guarded action has changed; absent where it left them alone. */
  readonly tampered?: readonly TamperedFile[];
}

/** Both streams of an action. */
export type ActionOutput = Pick<ActionOutcome, "stdout" | "stderr">;

/** What was seen of the world outside; `error` where it could not be seen. */
export interface ObservedOutcome {
  readonly kind: "observed";
  readonly value: Json;
  readonly error: string | null;
  /** The limit that cut it short; `error` then says so. */
  readonly timeoutKind: Exclude<TimeoutKind, "idle"> | null;
  readonly isCancelled: boolean;
}

/** The answer to a load effect: a loop found while running, with the static children below it. */
export interface LoadedOutcome {
  readonly kind: "loaded";
  /** Id of the loop asked for; `null` with `error` when it cannot be had. */
  readonly id: string | null;
  readonly loops: { readonly [id: string]: Loop };
  readonly names: {
    readonly [id: string]: { readonly [name: string]: string };
  };
  /** Environment variables that the new loops mention. */
  readonly env: JsonObject;
  readonly error: string | null;
}

/** The end of a pause, early when the run was asked to stop. */
export interface WaitedOutcome {
  readonly kind: "waited";
}

/** A verdict with what is published beside it. */
export interface JudgedVerdict {
  readonly verdict: string;
  readonly details: JsonObject;
}

/** A verdict from outside of the engine. */
export interface JudgedOutcome {
  readonly kind: "judged";
  readonly verdict: string;
  /** Published with the verdict; `simulated: true` where nobody judged. */
  readonly details: JsonObject;
  readonly isCancelled: boolean;
  /** How the agents fared that were asked. */
  readonly agents?: readonly AgentReport[];
  /** What was answered before one of them failed, of a judgement that takes several calls. */
  readonly answers?: readonly Json[];
  /** Whether the loop's own time ran out meanwhile. */
  readonly isTimeUp?: true;
}

/** How an effect ended. */
export type Outcome =
  | ActionOutcome
  | ObservedOutcome
  | LoadedOutcome
  | WaitedOutcome
  | JudgedOutcome;

/** An output without text. */
export const EMPTY_OUTPUT: Output = {
  text: "",
  sizeBytes: 0,
  isTruncated: false,
  spill: null,
};
