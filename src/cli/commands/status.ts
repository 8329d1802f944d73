/** Owns `status`: how runs stand. */

import type { Project } from "../../app/mod.ts";
// Not the use cases as a whole: nothing of running is needed to look at runs.
import {
  askedRuns,
  liveRuns,
  recentRun,
  standingOf,
} from "../../app/runs/mod.ts";
import { EXIT, SCHEMA_VERSION } from "../../model/mod.ts";
import {
  formatRunRow,
  formatRunStatus,
  formatRunStatuses,
  type RunStanding,
  runStatusJson,
} from "../../view/mod.ts";
import { nextCommands } from "../next_commands.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { warnOfProblems } from "../warn_of_problems.ts";

const WITH_LAST_EVENT = { hasLastEvent: true };

/** Prints how the runs stand that were asked for, or what runs now and the last run. */
export async function status(session: Session): Promise<number> {
  const project = await openProject(session);
  const [asked] = session.positionals;
  if (asked === undefined) await tellOfNow(session, project);
  else await tellOfAsked(session, project, asked);
  return EXIT.ok;
}

async function tellOfNow(session: Session, project: Project): Promise<void> {
  const { world, stdout, options } = session;
  const running: RunStanding[] = [];
  for (const { path } of await liveRuns(world, project.loopsDir)) {
    running.push(await standingOf(world, path));
  }
  const newest = recentRun(world.files, project.loopsDir);
  const last = newest === null
    ? null
    : await standingOf(world, newest.path, WITH_LAST_EVENT);
  warnOfProblems(session, last === null ? running : [...running, last]);
  if (options.flag("json")) {
    return printJson(stdout, {
      schema_version: SCHEMA_VERSION,
      running: running.map(runStatusJson),
      last: last === null ? null : runStatusJson(last),
    });
  }
  const style = sessionStyle(session, stdout, project);
  printLines(stdout, [
    ...running.length === 0
      ? ["Nothing runs now"]
      : ["Running now:", ...running.map((run) => formatRunRow(run, style))],
    "",
    ...last === null
      ? ["There are no runs yet: `ll-loop list` shows what can be run"]
      : [
        "Last run:",
        ...formatRunStatus(last, { style, next: nextCommands(session, last) }),
      ],
  ]);
}

async function tellOfAsked(
  session: Session,
  project: Project,
  asked: string,
): Promise<void> {
  const { world, stdout, options } = session;
  const runs: { standing: RunStanding; next: readonly string[] }[] = [];
  for (const { path } of await askedRuns(world, project, asked)) {
    const standing = await standingOf(world, path, WITH_LAST_EVENT);
    runs.push({ standing, next: nextCommands(session, standing) });
  }
  const standings = runs.map(({ standing }) => standing);
  warnOfProblems(session, standings);
  const [only, ...more] = runs;
  const style = sessionStyle(session, stdout, project);
  if (options.flag("json")) {
    const values = standings.map(runStatusJson);
    printJson(stdout, values.length === 1 ? values[0] : values);
  } else if (only !== undefined && more.length === 0) {
    const { standing, next } = only;
    printLines(stdout, formatRunStatus(standing, { style, next }));
  } else printLines(stdout, formatRunStatuses(runs, style));
}
