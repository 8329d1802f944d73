/** Owns finding files of the run in the text of an action. */

const FILE_REGEXP = /\$\{(?:context\.run_dir|captured\.[^{}]*)\}\/([\w./-]+)/g;

/**
 * Returns the files below the folder of the run, or below a captured one, that an action names,
 * as it writes them but for a slash at the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(filesIn("cp a ${context.run_dir}/out.html"), ["${context.run_dir}/out.html"]);
 * ```
 */
export function filesIn(action: string): readonly string[] {
  return [...action.matchAll(FILE_REGEXP)]
    .map(([file]) => file.replace(/\/$/, ""));
}
