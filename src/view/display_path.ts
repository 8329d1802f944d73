/** Owns how a path is shown. */

/**
 * Returns a path relative to the working folder where it is below it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(displayPath("/p/a/b", "/p"), "a/b");
 * assertEquals(displayPath("/p", "/p"), ".");
 * ```
 */
export function displayPath(path: string, cwd: string): string {
  if (path === cwd) return ".";
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}
