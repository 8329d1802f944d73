/** Owns which runs somebody wants to hear of: those that go on now, before those that have ended. */

import { joinCommand, LoopError, nearest, quoted } from "../../model/mod.ts";
import { listLoopsFast } from "../loops/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { findByName, isCalled, pathOfId } from "./find_run.ts";
import { liveRuns } from "./live_runs.ts";
import { readRecord, type RecordedRun } from "./read_run.ts";

/**
 * Returns the runs that a name means, newest first: the one of that id; else those of the loop
 * that go on now; else its newest one, as `findRun` has it.
 *
 * @throws {LoopError} as `findRun` does
 */
export async function askedRuns(
  world: Pick<World, "files" | "locks" | "sources" | "system">,
  project: Project,
  asked: string,
): Promise<readonly [RecordedRun, ...RecordedRun[]]> {
  const { loopsDir } = project;
  const path = pathOfId(world.files, loopsDir, asked);
  const isId = path !== null;
  const [newest, ...others] = isId ? [] : (await liveRuns(world, loopsDir))
    .filter((run) => isCalled(run, { asked, loopsDir }));
  if (newest !== undefined) return [newest, ...others];
  try {
    return isId
      ? [readRecord(world.files, path)]
      : [findByName(world.files, loopsDir, asked).run];
  } catch (error) {
    if (!(error instanceof LoopError) || error.code !== "not-found") {
      throw error;
    }
    throw await notRun(world, project, { asked, error });
  }
}

/** Returns the error for a name without a run: it may be that of a loop that has not run yet. */
async function notRun(
  world: Pick<World, "files" | "sources">,
  project: Project,
  { asked, error }: { readonly asked: string; readonly error: LoopError },
): Promise<LoopError> {
  const loops = (await listLoopsFast(world, project)).map(({ name }) => name);
  if (loops.includes(asked)) {
    return new LoopError(
      "not-found",
      `Loop ${quoted(asked)} has not run here yet`,
      {
        hint: `\`${joinCommand(["ll-loop", "run", asked])}\` runs it`,
      },
    );
  }
  const [near] = nearest(asked, loops, 1);
  if (near === undefined || error.hint?.startsWith("Did you mean")) {
    return error;
  }
  return new LoopError("not-found", error.message, {
    hint: `Did you mean "${near}"? That loop has not run here yet`,
  });
}
