/** Owns going through runs from the newest on, reading none that nobody asks for. */

import { inFolder, LoopError } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import { runNames, runsFolder } from "./list_runs.ts";
import { newerFirst, readRecord, type RecordedRun } from "./read_run.ts";

/** Ids sort by when a run was asked for. One that waited starts after this many younger ones at most. */
const AHEAD_MAX = 20;

/** Yields the runs in a folder of loops, newest first; those that cannot be read are left out. */
export function* recentRuns(
  files: Pick<Files, "list" | "readText">,
  loopsDir: string,
): Generator<RecordedRun, void> {
  const folder = runsFolder(loopsDir);
  const ahead: RecordedRun[] = [];
  for (const name of runNames(files, loopsDir).toReversed()) {
    try {
      ahead.push(readRecord(files, inFolder(folder, name)));
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      continue;
    }
    ahead.sort(newerFirst);
    if (ahead.length > AHEAD_MAX) yield ahead.shift() as RecordedRun;
  }
  yield* ahead;
}
