/** Owns `monitor`: a live run, shown as the terminal that started it shows it. */

import {
  type Project,
  readDefinition,
  type RecordedRun,
  storedFacts,
  storedSummary,
} from "../../app/mod.ts";
import { EXIT } from "../../model/mod.ts";
import { formatRunEnd, isSuccess, runStatusJson } from "../../view/mod.ts";
import { commandLine } from "../command_line.ts";
import { findOneRun } from "../find_one_run.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { describeRun, tellOfRuns } from "../tell_of_runs.ts";
import { untilLeft } from "../until_left.ts";
import { WatchReport } from "../watch_report.ts";

/** Shows one run until it ends, or until who watches leaves. */
export async function monitor(session: Session): Promise<number> {
  const project = await openProject(session);
  const run = await findOneRun(session, project);
  const described = await describeRun(session, run);
  if (described.standing.isAlive) return await watch(session, project, run);
  tellOfRuns(session, project, [described]);
  return EXIT.ok;
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
      const { next } = await describeRun(session, run);
      printLines(stderr, [
        `Run ${run.id} was cut off: its process is gone`,
        ...next.map((command) => `Next: ${command}`),
      ]);
    } else if (isSuccess(summary.end)) {
      printLines(stream, formatRunEnd(summary, style));
    } else {
      const onError = sessionStyle(session, stderr, project);
      printLines(stderr, formatRunEnd(summary, onError));
    }
  }
  if (isJson) {
    const { standing } = await describeRun(session, run);
    printJson(stdout, runStatusJson(standing));
  }
  return watching.leftStatus;
}
