/** Owns whether there is something to read. */

import type { Sources } from "../ports/mod.ts";

/** Returns whether something is to be read at `file`, however badly: no folder, no link to nothing. */
export function sourceExists(sources: Sources, file: string): boolean {
  const { kind } = sources.read(file);
  return kind !== "missing" && kind !== "directory" && kind !== "dangling";
}
