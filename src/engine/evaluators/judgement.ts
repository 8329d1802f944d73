/** Owns the shape of an evaluator: what it is given and what it answers. */

import type {
  Evaluate,
  JsonObject,
  ObservedOutcome,
  StallMemory,
  Subject,
} from "../../model/mod.ts";
import type { Lookup } from "../interpolate.ts";

/** What an evaluator sees. */
export interface Evidence {
  readonly evaluate: Evaluate;
  /** The text to judge: `source`, else the action's output. */
  readonly text: string;
  /** Whether `text` is all that there was; otherwise its middle is left out. */
  readonly isWhole: boolean;
  /** Spill file with the whole of it, where `text` is not whole and one could be written. */
  readonly spill: string | null;
  /** Whether the spill file lacks the rest of a very long text. */
  readonly isSpillCut: boolean;
  readonly exitCode: number;
  readonly lookup: Lookup;
  /** The resolved action; empty without one. */
  readonly action: string;
  /** What the evaluator remembers of its last look at this state; `null` at first. */
  readonly memory: StallMemory | null;
  /** The answer to the look that it asked for. */
  readonly observed: ObservedOutcome | null;
}

/** What an evaluator answers: a verdict, or a look at the world that it needs first. */
export type Judgement =
  | {
    readonly kind: "verdict";
    readonly verdict: string;
    readonly details: JsonObject;
    /** What to remember for the next look. */
    readonly memory?: StallMemory;
  }
  | {
    readonly kind: "look";
    readonly subject: Subject;
    /** Limit in ms. @default {30000} */
    readonly timeoutMs?: number;
  };

/** Judges evidence. Pure: the same evidence gives the same judgement. */
export type Evaluator = (evidence: Evidence) => Judgement;

/** Returns a verdict with its details. */
export function verdict(name: string, details: JsonObject = {}): Judgement {
  return { kind: "verdict", verdict: name, details };
}

/** Returns the verdict `error` with its reason. */
export function errorVerdict(
  error: string,
  details: JsonObject = {},
): Judgement {
  return verdict("error", { ...details, error });
}

/** Returns `yes` or `no`. */
export function yesOrNo(isYes: boolean, details: JsonObject): Judgement {
  return verdict(isYes ? "yes" : "no", details);
}

/** Returns the verdict of an evaluator that must see the whole of a text that is too long. */
export function tooLong(evidence: Evidence): Judgement {
  const { spill, isSpillCut } = evidence;
  const where = spill === null
    ? "it could not be kept whole"
    : `${isSpillCut ? "the start of it" : "it"} is kept in "${spill}"`;
  return errorVerdict(`The text is too long to be judged; ${where}`, {
    ...(spill === null ? {} : { file: spill }),
  });
}

/** Returns the first 100 characters of a text, trimmed, for a message. */
export function preview(text: string): string {
  return text.trim().slice(0, 100);
}
