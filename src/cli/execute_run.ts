/** Owns carrying out a run, new or resumed: printing what it does, and its end. */

import type { Prepared, RunResult, StartOptions } from "../app/mod.ts";
import {
  formatRunEnd,
  isSuccess,
  type RunSummary,
  runSummaryJson,
} from "../view/mod.ts";
import type { ActionsReport } from "./github/mod.ts";
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
  // Told as soon as it is known: what runs at the end may take its time.
  const onEnd = (summary: RunSummary) => {
    if (isJson) printJson(stdout, runSummaryJson(summary));
    if (!isSuccess(summary.end)) {
      const style = sessionStyle(session, stderr, prepared.project);
      printLines(stderr, formatRunEnd(summary, style));
    } else if (!isQuiet) {
      printLines(stream, formatRunEnd(summary, style, { leavesFolder }));
    }
  };
  const actions = await actionsReport(session, prepared, { isJson });
  // Nothing of a run is shown before the runner of GitHub is told.
  const listeners = [...(actions === null ? [] : [actions]), report, { onEnd }];
  try {
    const { exitStatus } = await run.begin({ version, listeners });
    return exitStatus;
  } finally {
    await actions?.finish();
  }
}

/** Returns who tells GitHub Actions of the run; `null` elsewhere. */
async function actionsReport(
  session: Session,
  prepared: Prepared,
  { isJson }: { readonly isJson: boolean },
): Promise<ActionsReport | null> {
  const { unguarded } = session;
  if (unguarded === undefined) return null;
  const { ActionsReport, annotateFound } = await import("./github/mod.ts");
  // On the stream of the run: from its beginning on the runner listens to nothing.
  const stream = isJson ? unguarded.stderr : unguarded.stdout;
  await annotateFound(session, prepared, {
    more: `ll-loop validate ${prepared.request.loop}`,
    stream,
  });
  return new ActionsReport(session, prepared, { stream });
}
