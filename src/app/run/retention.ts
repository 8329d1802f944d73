/** Owns which ended runs are kept (architecture: 200 a loop or 30 days, 0 = never pruned). */

import type { Config } from "../project/mod.ts";
import { effectiveStatus, isFinal, listRuns } from "../runs/mod.ts";
import type { World } from "../world.ts";

const DAY_MS = 86_400_000;

/**
 * Removes ended runs that cannot be resumed and are beyond what the configuration keeps.
 * Best effort: a folder that cannot be read or removed stays and nothing is said.
 *
 * @returns ids of the runs that were removed
 */
export async function pruneRuns(
  world: Pick<World, "clock" | "files" | "locks">,
  loopsDir: string,
  retention: Config["retention"],
): Promise<readonly string[]> {
  const { files, locks, clock } = world;
  const keptOf = new Map<string, number>();
  const removed: string[] = [];
  for (const run of listRuns(files, loopsDir).runs) {
    const { record: { loop }, state } = run;
    if (state === null || !isFinal(state)) continue;
    const kept = keptOf.get(loop) ?? 0;
    const ageDays = (clock.nowMs() - Date.parse(state.updated_at)) / DAY_MS;
    const isBeyondCount = retention.runs > 0 && kept >= retention.runs;
    const isBeyondAge = retention.days > 0 && ageDays > retention.days;
    if (!isBeyondCount && !isBeyondAge) {
      keptOf.set(loop, kept + 1);
      continue;
    }
    if ((await effectiveStatus(locks, run)).isAlive) continue;
    try {
      files.remove(run.path);
      removed.push(run.id);
    } catch {
      // Somebody else's file, or a read-only one: the run that starts now is not concerned.
    }
  }
  return removed;
}
