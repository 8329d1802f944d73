/** Owns the line by which an editor finds the schema of a loop file. */

/**
 * Name of the JSON schema, as `ll-loop schema` prints it, kept in the folder of loops. A path beside the
 * loops and no address: it needs no network and is of the version that is in use.
 */
export const SCHEMA_FILE = "loop.schema.json";

/** What the line begins with. */
export const SCHEMA_LINE = "# yaml-language-server: $schema=";

/**
 * Returns the comment for the loop file at `path`, relative to the folder of loops.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(schemaLine("tidy.yaml"), "# yaml-language-server: $schema=./loop.schema.json");
 * assertEquals(schemaLine("a/b.yaml"), "# yaml-language-server: $schema=../loop.schema.json");
 * ```
 */
export function schemaLine(path: string): string {
  const depth = path.split("/").length - 1;
  const folder = depth === 0 ? "./" : "../".repeat(depth);
  return `${SCHEMA_LINE}${folder}${SCHEMA_FILE}`;
}
