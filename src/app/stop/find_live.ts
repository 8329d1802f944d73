/** Owns which runs are meant to be stopped. */

import { LoopError } from "../../model/mod.ts";
import {
  effectiveStatus,
  findRun,
  isCalled,
  listRuns,
  readRun,
  type StoredRun,
} from "../runs/mod.ts";
import type { World } from "../world.ts";

/** What is asked for: one run, every run of a loop, or whatever there is. */
export interface StopChoice {
  /** An id, the start of one, or a loop; `null` for the only one that is live. */
  readonly asked: string | null;
  readonly isAll: boolean;
}

/**
 * Returns the runs that are meant, newest first: live ones, or one that is not, of which something
 * may be left. The name of a loop means every live run of that loop, and of no other.
 *
 * @throws {LoopError} `not-found`; `usage` where several are live and none was named;
 * `nothing-to-do` where none is
 */
export async function findLive(
  world: Pick<World, "files" | "locks">,
  loopsDir: string,
  { asked, isAll }: StopChoice,
): Promise<readonly StoredRun[]> {
  const { files } = world;
  const { runs } = listRuns(files, loopsDir);
  if (asked !== null) {
    const byId = runs.find(({ id }) => id === asked);
    if (byId !== undefined) return [byId];
    const called = runs.filter((run) => isCalled(run, { asked, loopsDir }));
    const live = await liveOf(world, called);
    if (live.length > 0) return live;
    return [readRun(files, findRun(files, loopsDir, asked).run.path)];
  }
  const live = await liveOf(world, runs);
  if (live.length === 0) {
    throw new LoopError("nothing-to-do", "No run is live here", {
      hint: `Runs of this project are in ${loopsDir}/runs`,
    });
  }
  if (live.length > 1 && !isAll) {
    const names = live.map(({ id, record }) => `  ${id} (${record.loop})`);
    throw new LoopError("usage", `${live.length} runs are live here`, {
      hint: `Name one, or stop them with --all:\n${names.join("\n")}`,
    });
  }
  return live;
}

async function liveOf(
  { locks }: Pick<World, "locks">,
  runs: readonly StoredRun[],
): Promise<readonly StoredRun[]> {
  const live: StoredRun[] = [];
  for (const run of runs) {
    if ((await effectiveStatus(locks, run)).isAlive) live.push(run);
  }
  return live;
}
