/** Owns where a name was looked for, in words. */

import { BUILTIN_PREFIX, displayPath } from "../model/mod.ts";

/** Returns the files that were tried, paths below `cwd` relative to it. */
export function describeTried(tried: readonly string[], cwd: string): string {
  return tried.map((file) =>
    file.startsWith(BUILTIN_PREFIX)
      ? `${file.slice(BUILTIN_PREFIX.length)} (built-in)`
      : displayPath(file, cwd)
  ).join(", ");
}
