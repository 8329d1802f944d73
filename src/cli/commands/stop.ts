/** Owns `stop`: ends runs, and tells what is gone. */

import {
  findLive,
  foundBy,
  isFinal,
  type StoppedRun,
  stopRun,
} from "../../app/mod.ts";
import { EXIT, LoopError } from "../../model/mod.ts";
import { formatStopped, type Stopped, stoppedJson } from "../../view/mod.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** Stops runs, all at the same time; returns 0 when nothing of them is left. */
export async function stop(session: Session): Promise<number> {
  const { world, options, positionals, stdout } = session;
  const [asked = null] = positionals;
  const isAll = options.flag("all");
  if (isAll && asked !== null) {
    throw new LoopError(
      "usage",
      `Option "--all" stops every run, got "${asked}"`,
      {
        hint: "Name a run, or leave the name out",
      },
    );
  }
  const project = await openProject(session);
  const runs = await findLive(world, project.loopsDir, { asked, isAll });
  const words = foundBy(world, project);
  const isJson = options.flag("json");
  const style = sessionStyle(session, stdout, project);
  let isTold = false;
  const results = await Promise.allSettled(
    runs.map((run) =>
      stopRun(world, run, {
        graceMs: options.milliseconds("grace"),
        defaultGraceMs: project.config.graceMs,
        isForced: options.flag("force"),
        onAsking(stopped) {
          const record = recordOf(stopped, words);
          if (isJson) printJson(stdout, stoppedJson([record]));
          else printLines(stdout, formatStopped(record, style));
          isTold = true;
        },
      })
    ),
  );
  const stopped = results.flatMap((result) =>
    result.status === "fulfilled" ? [recordOf(result.value, words)] : []
  );
  const failed = results.find((result) => result.status === "rejected");
  const others = stopped.filter(({ how }) => how !== "asked");
  if (!isJson) {
    printLines(stdout, others.flatMap((each) => formatStopped(each, style)));
  } else if (failed === undefined && !isTold) {
    printJson(stdout, stoppedJson(stopped));
  }
  if (failed !== undefined) throw failed.reason;
  return EXIT.ok;
}

function recordOf(stopped: StoppedRun, words: readonly string[]): Stopped {
  const { run, how, pid, tookMs, ended } = stopped;
  const { state } = run;
  return {
    loop: run.record.loop,
    runId: run.id,
    how,
    pid,
    tookMs,
    ended,
    at: state === null ? null : {
      state: state.current_state,
      steps: state.iteration,
      // Nobody runs it any more: one that says so was cut off.
      status: state.status === "running" ? "interrupted" : state.status,
    },
    canResume: how !== "asked" && (state === null || !isFinal(state)),
    foundBy: words,
  };
}
