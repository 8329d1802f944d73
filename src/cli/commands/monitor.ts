/** Owns `monitor`: a live run, shown as the terminal that started it shows it. */

import {
  type Project,
  readDefinition,
  type RecordedRun,
  standingOf,
  storedFacts,
  storedSummary,
} from "../../app/mod.ts";
import { EXIT } from "../../model/mod.ts";
import {
  formatRunEnd,
  formatRunStatus,
  isSuccess,
  type RunStanding,
  runStatusJson,
} from "../../view/mod.ts";
import { commandLine } from "../command_line.ts";
import { findOneRun } from "../find_one_run.ts";
import { nextCommands } from "../next_commands.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { untilLeft } from "../until_left.ts";
import { WatchReport } from "../watch_report.ts";

const WITH_LAST_EVENT = { hasLastEvent: true };

/** Shows one run until it ends, or until who watches leaves. */
export async function monitor(session: Session): Promise<number> {
  const { world } = session;
  const project = await openProject(session);
  const run = await findOneRun(session, project);
  const standing = await standingOf(world, run.path, WITH_LAST_EVENT);
  if (standing.isAlive) return await watch(session, project, run);
  tell(session, project, standing);
  return EXIT.ok;
}

/** Tells of a run that nobody runs. */
function tell(
  session: Session,
  project: Project,
  standing: RunStanding,
): void {
  const { stdout } = session;
  if (session.options.flag("json")) {
    return printJson(stdout, runStatusJson(standing));
  }
  const style = sessionStyle(session, stdout, project);
  const next = nextCommands(session, standing);
  printLines(stdout, formatRunStatus(standing, { style, next }));
}

async function watch(
  session: Session,
  project: Project,
  run: RecordedRun,
): Promise<number> {
  const { world, stdout, stderr, options } = session;
  const isJson = options.flag("json");
  const stream = isJson ? stderr : stdout;
  const style = sessionStyle(session, stream, project);
  const stored = { run, ...readDefinition(world.files, run.path) };
  const watching = untilLeft(session);
  const report = new WatchReport(session, {
    project,
    stored,
    style,
    stream,
    tail: options.number("tail"),
  });
  try {
    await report.follow(watching);
  } finally {
    watching.close();
  }
  if (watching.stop.aborted) {
    printLines(stderr, [
      `Detached; the run goes on: ${commandLine(session, "monitor", run.id)}`,
    ]);
  } else {
    report.end();
    const { definitions } = stored;
    const summary = await storedSummary(
      world,
      storedFacts(world, project, { ...stored, ...report.current }),
      { run, definitions, lastAction: report.lastAction },
    );
    if (summary === null) {
      const standing = await standingOf(world, run.path, WITH_LAST_EVENT);
      printLines(stderr, [
        `Run ${run.id} was cut off: its process is gone`,
        ...nextCommands(session, standing).map((next) => `Next: ${next}`),
      ]);
    } else if (isSuccess(summary.end)) {
      printLines(stream, formatRunEnd(summary, style));
    } else {
      const onError = sessionStyle(session, stderr, project);
      printLines(stderr, formatRunEnd(summary, onError));
    }
  }
  if (isJson) {
    printJson(
      stdout,
      runStatusJson(await standingOf(world, run.path, WITH_LAST_EVENT)),
    );
  }
  return watching.leftStatus;
}
