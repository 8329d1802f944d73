/** Owns telling how single runs stand: for `status`, and for `monitor` of one that nobody runs. */

import type { Project } from "../app/mod.ts";
// Not the use cases as a whole: nothing of running is needed to look at runs.
import { type RecordedRun, standingOf } from "../app/runs/mod.ts";
import {
  formatRunStatus,
  formatRunStatuses,
  type RunStanding,
  runStatusJson,
} from "../view/mod.ts";
import { nextCommands } from "./next_commands.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "./program.ts";
import { warnOfProblems } from "./warn_of_problems.ts";

/** How a run stands, and what can be typed next. */
export interface DescribedRun {
  readonly standing: RunStanding;
  /** Command lines, best first. */
  readonly next: readonly string[];
}

/**
 * Returns how a run stands, its last event included.
 *
 * @throws {LoopError} `unreadable`
 */
export async function describeRun(
  session: Pick<Session, "world" | "options">,
  { path }: Pick<RecordedRun, "path">,
): Promise<DescribedRun> {
  const standing = await standingOf(session.world, path, {
    hasLastEvent: true,
  });
  return { standing, next: nextCommands(session, standing) };
}

/** Prints how runs stand: all of what is known of one, a list of several. */
export function tellOfRuns(
  session: Session,
  project: Project,
  runs: readonly DescribedRun[],
): void {
  const { stdout, options } = session;
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
