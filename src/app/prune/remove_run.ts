/** Owns removing a run so that nobody can resume it meanwhile, and nobody sees half of it. */

import { basename, dirname, join } from "@std/path";
import { LIVE_FOLDER, OWNER_FILE } from "../runs/mod.ts";
import type { World } from "../world.ts";

/** Begins the name of a folder that is being removed; readers pass by what begins with a dot. */
const REMOVED_PREFIX = ".removed-";

/** What became of it: a run that somebody runs again, or that waits to be, stays. */
export type Removal = "removed" | "live" | "waiting" | "gone";

/**
 * Removes the folder of a run.
 *
 * @throws {LoopError} `cannot-write`; the run is then as it was, or out of sight
 */
export async function removeRun(
  { files, locks }: Pick<World, "files" | "locks">,
  path: string,
): Promise<Removal> {
  const runs = dirname(path);
  const id = basename(path);
  if (files.stat(path) === null) return "gone";
  if (await locks.isHeld(join(dirname(runs), ".queue", `${id}.json`))) {
    return "waiting";
  }
  const owner = await locks.tryExclusive(join(path, OWNER_FILE));
  if (owner === null) return "live";
  try {
    const hidden = join(runs, `${REMOVED_PREFIX}${id}`);
    files.move(path, hidden);
    files.remove(hidden);
    files.remove(join(runs, LIVE_FOLDER, id));
    return "removed";
  } finally {
    owner.release();
  }
}

/** Removes what a removal that was cut off has left. Best effort. */
export function removeLeftovers(
  { files }: Pick<World, "files">,
  loopsDir: string,
): void {
  const runs = join(loopsDir, "runs");
  for (const name of files.list(runs)) {
    if (!name.startsWith(REMOVED_PREFIX)) continue;
    try {
      files.remove(join(runs, name));
    } catch {
      // Out of sight already; the next one tries again.
    }
  }
}
