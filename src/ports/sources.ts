/** Where definitions are read from: the disk, and the files embedded in the program. */

/** What reading a file gave. */
export type SourceText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  /** A link whose target, as written in it, is not there. */
  | { readonly kind: "dangling"; readonly target: string }
  | { readonly kind: "directory" }
  | {
    readonly kind: "too-large";
    readonly sizeBytes: number;
    readonly maxBytes: number;
  }
  | { readonly kind: "unreadable"; readonly reason: string };

/** What a list shows of an embedded loop. */
export interface EmbeddedSummary {
  readonly description: string;
  readonly visibility: string;
}

/** Reads definitions. */
export interface Sources {
  /** Returns the text of an absolute path, of `builtin:NAME.yaml`, `template:NAME.yaml` or the schema; never throws. */
  read(file: string): SourceText;
  /**
   * Paths of every embedded file but the templates, without the prefix: `until-green.yaml`,
   * `lib/common.yaml`. Sorted.
   */
  readonly builtins: readonly string[];
  /** What a list shows of those among them that need not be read for it, by their paths. */
  readonly summaries?: ReadonlyMap<string, EmbeddedSummary>;
  /** Returns the names in a folder on the disk, sorted; empty when it cannot be read. */
  list(folder: string): readonly string[];
  /** Returns whether an absolute path is an executable file. */
  isExecutable(path: string): boolean;
}
