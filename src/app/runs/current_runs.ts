/** Owns which runs are meant where none is named: those that go on now, and the last one. */

import type { Files, Locks } from "../../ports/mod.ts";
import { liveRuns } from "./live_runs.ts";
import type { RecordedRun } from "./read_run.ts";
import { recentRuns } from "./recent_runs.ts";

/** What there is to look at now. */
export interface CurrentRuns {
  /** Newest first. */
  readonly running: readonly RecordedRun[];
  /** The run that started last, which may be one of those; `null` when there is none. */
  readonly last: RecordedRun | null;
}

/** Returns the runs that go on now, and the last one. */
export async function currentRuns(
  ports: {
    readonly files: Pick<Files, "list" | "readText" | "readTextIfExists">;
    readonly locks: Pick<Locks, "isHeld">;
  },
  loopsDir: string,
): Promise<CurrentRuns> {
  return {
    running: await liveRuns(ports, loopsDir),
    last: recentRun(ports.files, loopsDir),
  };
}

/** Returns the run that started last; `null` when there is none. */
export function recentRun(
  files: Pick<Files, "list" | "readText">,
  loopsDir: string,
): RecordedRun | null {
  for (const run of recentRuns(files, loopsDir)) return run;
  return null;
}
