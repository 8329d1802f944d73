/** Owns how the keys of a context are named in the environment of an action. */

/**
 * Returns `key` as the end of a variable's name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(variableName("run-dir.x"), "RUN_DIR_X");
 * ```
 */
export function variableName(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
}
