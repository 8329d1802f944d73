/** Owns carrying out a run, new or resumed: printing what it does, and its end. */

import {
  findStrayContext,
  type Prepared,
  type RunResult,
  type StartOptions,
} from "../app/mod.ts";
import { formatRunEnd, isSuccess, runSummaryJson } from "../view/mod.ts";
import { DetachedReport } from "./detached.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "./program.ts";
import { RunReport } from "./run_report.ts";

/** Starts a run, and resolves with how it ended. */
type Begin = (options: StartOptions) => Promise<RunResult>;

/** Carries a prepared run out; returns its exit status. */
export async function executeRun(
  session: Session,
  prepared: Prepared,
  run: {
    readonly begin: Begin;
    /** Running time before it. @default {0} */
    readonly elapsedOffsetMs?: number;
    /** Whether the run's folder is there afterwards. @default {true} */
    readonly leavesFolder?: boolean;
  },
): Promise<number> {
  const { options, stdout, stderr, version } = session;
  if (session.isDetached === true) {
    const isQuiet = options.flag("quiet");
    const report = new DetachedReport(session, { isQuiet });
    const ended = await run.begin({ version, listeners: [report] });
    return ended.exitStatus;
  }
  const { elapsedOffsetMs = 0, leavesFolder = true } = run;
  // `demo` runs through here with fewer options than `run` has.
  const isSet = (name: string) => options.declares(name) && options.flag(name);
  const isJson = isSet("json");
  const stream = isJson ? stderr : stdout;
  const isQuiet = isSet("quiet");
  const style = sessionStyle(session, stream, prepared.project);
  const report = new RunReport(session, prepared, {
    style,
    stream,
    verbosity: isQuiet ? "quiet" : isSet("verbose") ? "verbose" : "normal",
    isFollowing: isSet("follow"),
    isClearing: isSet("clear"),
    elapsedOffsetMs,
  });
  const { summary, exitStatus } = await run.begin({
    version,
    listeners: [report],
  });
  if (isJson) printJson(stdout, runSummaryJson(summary));
  if (isSuccess(summary.end)) {
    if (!isQuiet) {
      printLines(stream, formatRunEnd(summary, style, { leavesFolder }));
    }
  } else {
    printLines(
      stderr,
      formatRunEnd(summary, sessionStyle(session, stderr, prepared.project)),
    );
  }
  return exitStatus;
}

/** Returns a warning for each `--context` key that the loop does not use and that comes near one that it does. */
export function strayWarnings(prepared: Prepared): string[] {
  // What is missing is told with what comes near already.
  const missing = new Set(prepared.missing.map(({ name }) => name));
  return findStrayContext(prepared)
    .filter(({ near }) => !missing.has(near))
    .map(({ key, near }) =>
      `warning: Context key "${key}" is used nowhere in loop "${prepared.loop.name}"; ` +
      `did you mean "${near}"?`
    );
}
