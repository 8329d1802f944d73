/** Owns the path of what lies in a folder. */

/**
 * Returns the path of `name`, or of a way further down, in a folder. Both are in plain form already:
 * a command asks for dozens, and a `join` that resolves what stands in them goes through each
 * letter, which takes longer than to look at the file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(inFolder("/p/.loops", "a.yaml"), "/p/.loops/a.yaml");
 * assertEquals(inFolder("/", ".loops"), "/.loops");
 * ```
 */
export function inFolder(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
