/** Owns which one run a command is about that shows one. */

import {
  askedRuns,
  liveRuns,
  type Project,
  recentRun,
  type RecordedRun,
} from "../app/mod.ts";
import { LoopError } from "../model/mod.ts";
import { printLines, type Session } from "./program.ts";

/**
 * Returns the run that was named; else one that goes on now, else the last one. Where there are
 * several that go on, the newest, and it is said which.
 *
 * @throws {LoopError} `not-found`, naming what comes near; `usage` where it may be several runs
 */
export async function findOneRun(
  session: Session,
  project: Project,
): Promise<RecordedRun> {
  const { world, stderr, positionals } = session;
  const [asked] = positionals;
  const found = asked === undefined
    ? await liveRuns(world, project.loopsDir)
    : await askedRuns(world, project, asked);
  const [newest] = found;
  const run = newest ?? recentRun(world.files, project.loopsDir);
  if (run === null) {
    throw new LoopError("not-found", "There are no runs yet", {
      hint: "`ll-loop list` shows what can be run",
    });
  }
  if (found.length > 1) {
    printLines(stderr, [
      `note: ${found.length} runs go on; this is ${run.id} of loop "${run.record.loop}"`,
    ]);
  }
  return run;
}
