/**
 * Owns where a piece of a definition was written: a file and a path into its
 * document. Lines and columns are looked up from that pair when they are needed.
 */

/** The way from the root of a YAML document to a node: keys and list indexes. */
export type DocumentPath = readonly (string | number)[];

/** Prefix of the names of files embedded in the program. */
export const BUILTIN_PREFIX = "builtin:";

/** Prefix of the names of the templates that `new` writes loops from. */
export const TEMPLATE_PREFIX = "template:";

/** Name of the JSON schema of loop files, embedded like the built-in loops. */
export const SCHEMA_SOURCE = "schema:loop.schema.json";

/** Prefix of the names of loops that a command of this program makes. */
export const COMMAND_PREFIX = "command:";

/** Where a node of a definition stands. */
export interface Origin {
  /** Absolute path, `builtin:NAME.yaml` for an embedded file, `command:NAME.yaml` for what a command makes. */
  readonly file: string;
  /** Path into that file's document; empty for the document itself. */
  readonly path: DocumentPath;
}

/**
 * Returns `path` as the reference writes it, parts joined by dots; `<root>` when empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatDocumentPath(["states", "a", "route"]), "states.a.route");
 * assertEquals(formatDocumentPath([]), "<root>");
 * ```
 */
export function formatDocumentPath(path: DocumentPath): string {
  return path.length === 0 ? "<root>" : path.join(".");
}
