/** Owns where a name was looked for, in words. */

import { BUILTIN_PREFIX, displayPath, onOneLine } from "../model/mod.ts";

const DOUBLE_ENDING_REGEXP = /\.ya?ml(?:\.fsm)?\.yaml$/;
const PATH_REGEXP = /^(?:\/|\.{1,2}\/|\.loops\/)/;

/**
 * Returns the files that were tried, paths below `cwd` relative to it, in one line. Those that could only
 * have been there by a strange name are left out.
 */
export function describeTried(tried: readonly string[], cwd: string): string {
  const likely = tried.filter((file) => !isStrange(file));
  return (likely.length > 0 ? likely : tried).map((file) =>
    onOneLine(
      file.startsWith(BUILTIN_PREFIX)
        ? `${file.slice(BUILTIN_PREFIX.length)} (built-in)`
        : displayPath(file, cwd),
    )
  ).join(", ");
}

/** Whoever types a whole file name or a path does not mean this. */
function isStrange(file: string): boolean {
  return DOUBLE_ENDING_REGEXP.test(file) ||
    file.startsWith(BUILTIN_PREFIX) &&
      PATH_REGEXP.test(file.slice(BUILTIN_PREFIX.length));
}
