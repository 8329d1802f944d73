/** Owns which runs that nobody runs any more are kept (200 a loop or 30 days, 0 = never pruned). */

import { join } from "@std/path";
import type { Config } from "../project/mod.ts";
import { isFinal, listRuns } from "../runs/mod.ts";
import type { World } from "../world.ts";

/** A run that could go on is kept this many times as long. */
const RESUMABLE_FACTOR = 3;
const DAY_MS = 86_400_000;

/**
 * Removes runs beyond what the configuration keeps. Those that could be resumed (paused, cut
 * off, stopped by a limit or an error) are counted by themselves and kept three times as
 * long; runs that are going on stay. Best effort: a folder that cannot be read or removed
 * stays and nothing is said.
 *
 * @returns ids of the runs that were removed
 */
export async function pruneRuns(
  world: Pick<World, "clock" | "files" | "locks">,
  loopsDir: string,
  retention: Config["retention"],
): Promise<readonly string[]> {
  const { files, clock } = world;
  const keptOf = new Map<string, number>();
  const removed: string[] = [];
  for (const { id, path, record, state } of listRuns(files, loopsDir).runs) {
    const isOver = state !== null && isFinal(state);
    const group = `${isOver ? "final" : "resumable"} ${record.loop}`;
    const kept = keptOf.get(group) ?? 0;
    // A run that was cut off before its first state has no state file.
    const lastMs = Date.parse(state?.updated_at ?? record.started_at);
    const ageDays = (clock.nowMs() - lastMs) / DAY_MS;
    const daysMax = retention.days * (isOver ? 1 : RESUMABLE_FACTOR);
    const isBeyondCount = retention.runs > 0 && kept >= retention.runs;
    const isBeyondAge = daysMax > 0 && ageDays > daysMax;
    if (!isBeyondCount && !isBeyondAge) keptOf.set(group, kept + 1);
    else if (await removeUnused(world, path)) removed.push(id);
  }
  return removed;
}

/** Returns whether the folder is gone; its lock is held meanwhile, so that nobody resumes it. */
async function removeUnused(
  world: Pick<World, "files" | "locks">,
  folder: string,
): Promise<boolean> {
  try {
    const owner = await world.locks.tryExclusive(join(folder, "owner"));
    if (owner === null) return false;
    try {
      world.files.remove(folder);
      return true;
    } finally {
      owner.release();
    }
  } catch {
    // Somebody else's file, or a read-only one: the run that starts now is not concerned.
    return false;
  }
}
