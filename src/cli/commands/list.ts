/** Owns `list`: the loops that can be run by name here, or the runs that are not over. */

// Not the use cases as a whole: all together take twice as long as these.
import { listLoopsFast } from "../../app/loops/mod.ts";
import { passedOverLines, type Project } from "../../app/project/mod.ts";
import { EXIT } from "../../model/mod.ts";
import {
  displayPath,
  formatLoopList,
  formatRunList,
  type ListedLoop,
  loopListJson,
  runStatusJson,
} from "../../view/mod.ts";
import { warnOfHidden } from "../namesake.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { warnOfProblems } from "../warn_of_problems.ts";

/** Prints the list. Internal loops are parts of commands and are left out. */
export async function list(session: Session): Promise<number> {
  const { world, stdout, stderr, options } = session;
  const project = await openProject(session);
  if (options.flag("running") || options.has("status")) {
    return await listRuns(session, project);
  }
  const loops = (await listLoopsFast(world, project))
    .filter((loop) => !options.flag("builtin") || loop.origin === "built-in")
    .filter((loop) =>
      loop.origin === "project" || loop.visibility !== "internal"
    )
    .map((loop): ListedLoop => ({
      name: loop.name,
      path: displayPath(loop.file, world.system.cwd),
      origin: loop.origin,
      description: loop.description,
      problem: loop.problem,
    }));
  if (options.flag("json")) printJson(stdout, loopListJson(loops));
  else {printLines(
      stdout,
      formatLoopList(loops, sessionStyle(session, stdout, project)),
    );}
  warnOfHidden(
    loops.filter(({ origin }) => origin === "project").map(({ name }) => name),
    {
      stream: session.stderr,
      style: sessionStyle(session, session.stderr, project),
    },
  );
  if (!options.flag("builtin")) {
    printLines(stderr, passedOverLines(project).map((line) => `note: ${line}`));
  }
  return EXIT.ok;
}

async function listRuns(session: Session, project: Project): Promise<number> {
  const { world, stdout, options } = session;
  const { allStandings } = await import("../../app/runs/mod.ts");
  const status = options.text("status");
  const { runs, damaged } = await allStandings(world, project.loopsDir);
  const listed = runs.filter((run) =>
    status === null ? run.isAlive || run.canResume : run.status === status
  );
  warnOfProblems(session, [...listed, ...damaged]);
  if (options.flag("json")) printJson(stdout, listed.map(runStatusJson));
  else {
    const style = sessionStyle(session, stdout, project);
    printLines(stdout, formatRunList(listed, { style, status }));
  }
  return EXIT.ok;
}
