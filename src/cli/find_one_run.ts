/** Owns which one run a command is about that shows one. */

import type { Project } from "../app/mod.ts";
// Not the use cases as a whole: nothing of running is needed to look at runs.
import { askedRuns, currentRuns, type RecordedRun } from "../app/runs/mod.ts";
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
  const { running, last } = asked === undefined
    ? await currentRuns(world, project.loopsDir)
    : { running: await askedRuns(world, project, asked), last: null };
  const [run = last] = running;
  if (run === null) {
    throw new LoopError("not-found", "There are no runs yet", {
      hint: "`ll-loop list` shows what can be run",
    });
  }
  if (running.length > 1) {
    printLines(stderr, [
      `note: ${running.length} runs go on; this is ${run.id} of loop "${run.record.loop}"`,
    ]);
  }
  return run;
}
