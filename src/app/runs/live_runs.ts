/** Owns which runs are going on now, found without a look at every run there ever was. */

import { inFolder, LoopError } from "../../model/mod.ts";
import type { Files, Locks } from "../../ports/mod.ts";
import { runsFolder } from "./list_runs.ts";
import { OWNER_FILE } from "./owner.ts";
import { newerFirst, readRun, type StoredRun } from "./read_run.ts";

/**
 * Folder below `runs/` in which each live run has a file of its id. It only says where to look:
 * who was killed leaves its file behind, and whether a run lives is told by its owner's lock.
 */
export const LIVE_FOLDER = ".live";

/** Returns the runs that a process is running now, newest first. */
export async function liveRuns(
  ports: {
    readonly files: Pick<Files, "list" | "readText" | "readTextIfExists">;
    readonly locks: Pick<Locks, "isHeld">;
  },
  loopsDir: string,
): Promise<readonly StoredRun[]> {
  const runs = runsFolder(loopsDir);
  const live: StoredRun[] = [];
  for (const id of ports.files.list(inFolder(runs, LIVE_FOLDER))) {
    const path = inFolder(runs, id);
    if (!await ports.locks.isHeld(inFolder(path, OWNER_FILE))) continue;
    try {
      live.push(readRun(ports.files, path));
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
    }
  }
  return live.sort(newerFirst);
}
