/**
 * Owns which runs tell what they did to the files of the project: those that have something
 * to fix. The others do not even load the code for it.
 */

import { type Changes, untilGoalOf } from "../../model/mod.ts";
import type { Baseline } from "../changes/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";
import type { RunFolder } from "./run_folder.ts";

/**
 * Returns how the files were when the run started: as they are now, which is stored in its
 * folder, or for a later segment what was stored then; `null` where nobody will ask.
 *
 * @throws {LoopError} `cannot-write`
 */
export async function rememberFiles(
  world: World,
  segment: {
    readonly prepared: Pick<Prepared, "loop" | "project">;
    readonly folder: Pick<RunFolder, "path">;
    readonly lastSeq: number;
  },
): Promise<Baseline | null> {
  const { prepared, folder, lastSeq } = segment;
  if (untilGoalOf(prepared.loop)?.hasFix !== true) return null;
  const { storeBaseline, storedBaseline, takeBaseline } = await import(
    "../changes/mod.ts"
  );
  if (lastSeq > 0) return storedBaseline(world, folder.path);
  const baseline = await takeBaseline(world, prepared.project.root);
  storeBaseline(world, folder.path, baseline);
  return baseline;
}

/** Returns what has changed since; `null` without a baseline. */
export async function changedFiles(
  world: World,
  prepared: Pick<Prepared, "project">,
  baseline: Baseline | null,
): Promise<Changes | null> {
  if (baseline === null) return null;
  const { changesSince } = await import("../changes/mod.ts");
  return await changesSince(world, { root: prepared.project.root, baseline });
}
