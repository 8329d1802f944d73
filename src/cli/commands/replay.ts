/** Owns `replay`: a run once more, by its journal alone. */

import {
  compareRun,
  readDefinition,
  readJournal,
  type RecordedRun,
  replayRun,
} from "../../app/mod.ts";
import { EXIT } from "../../model/mod.ts";
import {
  formatReplay,
  formatReplayAgainst,
  replayAgainstJson,
  replayJson,
} from "../../view/mod.ts";
import { findOneRun } from "../find_one_run.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** Prints what replaying one run gives; returns 1 where it differs. */
export async function replay(session: Session): Promise<number> {
  const { world, stdout, options } = session;
  const project = await openProject(session);
  const found: RecordedRun = await findOneRun(session, project);
  const run = { runId: found.id, loop: found.record.loop };
  const isJson = options.flag("json");
  const style = sessionStyle(session, stdout, project);
  const loop = options.text("against");
  if (loop !== null) {
    const against = compareRun(world, project, { run: found, loop });
    if (isJson) printJson(stdout, replayAgainstJson(run, against));
    else printLines(stdout, formatReplayAgainst(run, against, style));
    return against.fork === null ? EXIT.ok : EXIT.stopped;
  }
  const { definitions } = readDefinition(world.files, found.path);
  const replayed = replayRun(definitions, readJournal(world, found.path));
  if (isJson) printJson(stdout, replayJson(run, replayed));
  else printLines(stdout, formatReplay(run, replayed, style));
  return replayed.difference === null ? EXIT.ok : EXIT.stopped;
}
