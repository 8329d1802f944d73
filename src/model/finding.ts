/** Owns the record of one problem in a user's file. Findings are data: collected, sorted, printed once. */

import type { Origin } from "./origin.ts";

/** How bad a finding is: errors stop a run before it starts, warnings never do. */
export type Severity = "error" | "warning";

/** A place in a text, 1-based; the end is exclusive. Columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What of a node is meant: its value, its key, or a piece of its text. */
export interface Mark {
  readonly at: Origin;
  /** Marks the key of the node at `at` instead of its value. @default {false} */
  readonly onKey?: boolean;
  /** A piece of the text at `at`, which is marked instead of the whole. */
  readonly excerpt?: string;
  /** Which of the occurrences of `excerpt` is meant, from 0; `$${` begins none of a reference. @default {0} */
  readonly occurrence?: number;
}

/** Another place that a finding is about. */
export interface Related extends Mark {
  /** What is there, to stand before the place: `The state "fix"`. */
  readonly message: string;
}

/**
 * A change of the file that removes the finding without touching anything else. It is written
 * for what the finding marks; lines and columns come with the place.
 */
export type Edit =
  /** The marked text becomes `text`, a value or a key as it is written in the file. */
  | { readonly kind: "replace"; readonly text: string }
  /** The mapping that holds the marked entry gets another one before it, on a line of its own in a block. */
  | {
    readonly kind: "insert";
    /** Another entry than the marked one. @default {at} */
    readonly before?: Origin;
    readonly key: string;
    /** As it is written in the file. */
    readonly value: string;
  }
  /** The mapping at `below` gets an entry at its end. */
  | {
    readonly kind: "append";
    readonly below: Origin;
    readonly key: string;
    /** As it is written in the file. */
    readonly value: string;
  };

/** One problem in a definition or configuration file. */
export interface Finding extends Mark {
  /** Stable kebab-case name of the rule that found it. */
  readonly rule: string;
  readonly severity: Severity;
  /** One sentence: what is wrong, with the offending value quoted; no final period. */
  readonly message: string;
  /** What is marked is a secret: its line is not shown. @default {false} */
  readonly isSecret?: boolean;
  /** Known at once where the text did not parse; looked up from `at` otherwise. */
  readonly position?: Position;
  /** The way out, where there is one: a sentence or the text to write. */
  readonly hint?: string;
  /** The change that a program may make, where it is certain what was meant. */
  readonly edit?: Edit;
  readonly related?: readonly Related[];
  /**
   * The places that led to the file of `at`, the nearest first: `from`, an entry of `import`, `loop`.
   * Absent where it is the file that was asked for.
   */
  readonly through?: readonly Origin[];
}

/** A place with its lines and columns. */
export interface PlacedMark {
  readonly at: Origin;
  readonly position: Position;
}

/** A related place, with its lines and columns. */
export interface PlacedRelated extends PlacedMark {
  readonly message: string;
}

/** A piece of a file and what takes its place. Offsets count UTF-16 units. */
export interface TextChange {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly position: Position;
  readonly text: string;
}

/** A finding whose position is known. */
export interface PlacedFinding extends Finding {
  readonly position: Position;
  /** The text of the first line of the position; empty when the file is gone. */
  readonly sourceLine: string;
  /** The edit as changes of the text; absent where there is none or the text is not there to be changed. */
  readonly change?: TextChange;
  /** {@linkcode Finding.related}, placed. @default {[]} */
  readonly others?: readonly PlacedRelated[];
  /** {@linkcode Finding.through}, placed. @default {[]} */
  readonly reached?: readonly PlacedMark[];
}

/** Returns whether any of `findings` is an error. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}
