/** Owns which runs that are over are kept (200 a loop or 30 days, 0 = never pruned). */

import { basename, join } from "@std/path";
import type { Config } from "../project/mod.ts";
import { chooseRuns, removeLeftovers, removeRun } from "../prune/mod.ts";
import { isFinal, listRuns } from "../runs/mod.ts";
import type { World } from "../world.ts";

const DAY_MS = 86_400_000;

/**
 * Removes runs beyond what the configuration keeps. Those that could be resumed (paused, cut off,
 * stopped by a limit or an error) and those that are going on stay. What a start left that was cut
 * off is removed after a day. Best effort: a folder that cannot be read or removed stays, and
 * nothing is said.
 *
 * @returns ids of the runs that were removed
 */
export async function pruneRuns(
  world: Pick<World, "clock" | "files" | "locks">,
  loopsDir: string,
  retention: Config["retention"],
): Promise<readonly string[]> {
  const { files, clock } = world;
  removeLeftovers(world, loopsDir);
  const { runs: all, damaged } = listRuns(files, loopsDir);
  const runs = all.map((run) => ({
    ...run,
    // Who lives is told by its lock when it comes to that.
    isAlive: false,
    canResume: run.state === null || !isFinal(run.state),
  }));
  const removed: string[] = [];
  const rule = { kind: "retention", retention } as const;
  const old = chooseRuns(runs, { rule, nowMs: clock.nowMs() });
  const stillborn = damaged.filter(({ path }) => isStillborn(world, path));
  for (const { path } of [...old, ...stillborn]) {
    try {
      if (await removeRun(world, path) === "removed") {
        removed.push(basename(path));
      }
    } catch {
      // Somebody else's file, or a read-only one: the run that starts now is not concerned.
    }
  }
  return removed;
}

/** Returns whether a folder is one whose run was cut off before it began, and is not about to. */
function isStillborn(
  { files, clock }: Pick<World, "clock" | "files">,
  path: string,
): boolean {
  const folder = files.stat(path);
  return folder?.isDirectory === true &&
    files.stat(join(path, "run.json")) === null &&
    clock.nowMs() - folder.modifiedMs > DAY_MS;
}
