/** Owns which runs there are. */

import { join } from "@std/path";
import { LoopError } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import { readRun, type StoredRun } from "./read_run.ts";

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

/** Returns the runs in a folder of loops; one that cannot be read keeps none from being listed. */
export function listRuns(
  files: Pick<Files, "list" | "readText" | "readTextIfExists">,
  loopsDir: string,
): RunList {
  const folder = join(loopsDir, "runs");
  const runs: StoredRun[] = [];
  const damaged: DamagedRun[] = [];
  for (const name of files.list(folder)) {
    if (name.startsWith(".")) continue;
    const path = join(folder, name);
    try {
      runs.push(readRun(files, path));
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      damaged.push({ path, problem: error.message });
    }
  }
  return { runs: runs.sort(byStart), damaged };
}

function byStart(a: StoredRun, b: StoredRun): number {
  const [startA, startB] = [a.record.started_at, b.record.started_at];
  if (startA !== startB) return startA < startB ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
