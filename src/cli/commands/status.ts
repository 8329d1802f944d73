/** Owns `status`: how runs stand. */

import type { Project } from "../../app/mod.ts";
// Not the use cases as a whole: nothing of running is needed to look at runs.
import { askedRuns, currentRuns, standingOf } from "../../app/runs/mod.ts";
import { EXIT, SCHEMA_VERSION } from "../../model/mod.ts";
import {
  formatRunRow,
  formatRunStatus,
  type RunStanding,
  runStatusJson,
} from "../../view/mod.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { type DescribedRun, describeRun, tellOfRuns } from "../tell_of_runs.ts";
import { warnOfProblems } from "../warn_of_problems.ts";

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
  const now = await currentRuns(world, project.loopsDir);
  const running: RunStanding[] = [];
  for (const { path } of now.running) {
    running.push(await standingOf(world, path));
  }
  const last = now.last === null ? null : await describeRun(session, now.last);
  warnOfProblems(
    session,
    last === null ? running : [...running, last.standing],
  );
  if (options.flag("json")) {
    return printJson(stdout, {
      schema_version: SCHEMA_VERSION,
      running: running.map(runStatusJson),
      last: last === null ? null : runStatusJson(last.standing),
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
        ...formatRunStatus(last.standing, { style, next: last.next }),
      ],
  ]);
}

async function tellOfAsked(
  session: Session,
  project: Project,
  asked: string,
): Promise<void> {
  const runs: DescribedRun[] = [];
  for (const run of await askedRuns(session.world, project, asked)) {
    runs.push(await describeRun(session, run));
  }
  tellOfRuns(session, project, runs);
}
