/** Owns which runs there are. */

import { inFolder, LoopError } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import { newerFirst, readRun, type StoredRun } from "./read_run.ts";

/** A folder of a run that says nothing that can be used. */
export interface DamagedRun {
  readonly path: string;
  readonly problem: string;
}

/** The runs of a project. */
export interface RunList {
  /** Newest first. */
  readonly runs: readonly StoredRun[];
  readonly damaged: readonly DamagedRun[];
}

/** Returns the folder of all runs. */
export function runsFolder(loopsDir: string): string {
  return inFolder(loopsDir, "runs");
}

/** Returns the names of the folders of runs, in order of their ids. */
export function runNames(
  files: Pick<Files, "list">,
  loopsDir: string,
): readonly string[] {
  return files.list(runsFolder(loopsDir))
    .filter((name) => !name.startsWith("."));
}

/** Returns the runs in a folder of loops; one that cannot be read keeps none from being listed. */
export function listRuns(
  files: Pick<Files, "list" | "readText" | "readTextIfExists">,
  loopsDir: string,
): RunList {
  const folder = runsFolder(loopsDir);
  const runs: StoredRun[] = [];
  const damaged: DamagedRun[] = [];
  for (const name of runNames(files, loopsDir)) {
    const path = inFolder(folder, name);
    try {
      runs.push(readRun(files, path));
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      damaged.push({ path, problem: error.message });
    }
  }
  return { runs: runs.sort(newerFirst), damaged };
}
