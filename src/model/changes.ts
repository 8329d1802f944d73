/** Owns what a run did to the files of its project. */

/** A file that is not what it was when the run started. */
export interface ChangedFile {
  /** Relative to the project. */
  readonly path: string;
  readonly change: "added" | "modified" | "removed";
}

/** The changed files, sorted by path, or why they are not known. */
export type Changes =
  | { readonly kind: "known"; readonly files: readonly ChangedFile[] }
  | { readonly kind: "unknown"; readonly reason: string };
