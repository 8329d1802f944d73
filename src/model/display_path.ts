/** Owns how a path is shown to people. */

/**
 * Returns a path relative to the working folder where it is below it, else as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(displayPath("/p/.loops/a.yaml", "/p"), ".loops/a.yaml");
 * assertEquals(displayPath("/p", "/p"), ".");
 * assertEquals(displayPath("/q/a.yaml", "/p"), "/q/a.yaml");
 * ```
 */
export function displayPath(path: string, cwd: string): string {
  if (path === cwd) return ".";
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}
