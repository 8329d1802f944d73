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

/** One problem in a definition or configuration file. */
export interface Finding {
  /** Stable kebab-case name of the rule that found it. */
  readonly rule: string;
  readonly severity: Severity;
  /** One sentence: what is wrong, with the offending value quoted; no final period. */
  readonly message: string;
  readonly at: Origin;
  /** Marks the key of the node at `at` instead of its value. @default {false} */
  readonly onKey?: boolean;
  /** A piece of the text at `at`: its first occurrence there is marked instead of the whole. */
  readonly excerpt?: string;
  /** Known at once where the text did not parse; looked up from `at` otherwise. */
  readonly position?: Position;
  /** The way out, where there is one: a sentence or the text to write. */
  readonly hint?: string;
}

/** A finding whose position is known. */
export interface PlacedFinding extends Finding {
  readonly position: Position;
  /** The text of the first line of the position; empty when the file is gone. */
  readonly sourceLine: string;
}

/** Returns whether any of `findings` is an error. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}
