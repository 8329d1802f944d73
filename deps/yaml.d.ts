/** The part of `@std/yaml` that this project uses, typed. */

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** Lets a later duplicate key win instead of throwing. @default {false} */
  allowDuplicateKeys?: boolean;
  /** The set of tags that plain scalars resolve to. @default {"default"} */
  schema?: "core" | "default" | "failsafe" | "json" | "extended";
  /** Called with each non-fatal problem. */
  onWarning?(error: Error): void;
}

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /** Spaces a nesting level. @default {2} */
  indent?: number;
  /** Longest line before folding; -1 never folds. @default {80} */
  lineWidth?: number;
  /** Drops values that YAML cannot express instead of throwing. @default {false} */
  skipInvalid?: boolean;
  /** Writes equal objects out each time instead of using anchors. @default {false} */
  useAnchors?: boolean;
}

/** Returns the value of the single document in `content`. */
export function parse(content: string, options?: ParseOptions): unknown;

/** Returns `data` as a YAML document. */
export function stringify(data: unknown, options?: StringifyOptions): string;

/** Thrown by {@linkcode parse} for text that is not one YAML document. */
export class YamlSyntaxError extends SyntaxError {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly snippet?: string;
}
