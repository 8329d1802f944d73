/** Owns `history`: past runs, and the events of one. */

import {
  filterEvents,
  findHistory,
  type History,
  type HistoryRun,
  type Project,
  readEvents,
  statesOf,
} from "../../app/mod.ts";
import { EXIT, LoopError, nearest, type RunEvent } from "../../model/mod.ts";
import {
  formatHistory,
  formatHistoryLines,
  type HistoryEntry,
  historyJson,
} from "../../view/mod.ts";
import { commandLine } from "../command_line.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { warnOfDamage, warnOfProblems } from "../warn_of_problems.ts";

const TAIL_DEFAULT = 50;
/** Options that choose among events. */
const EVENT_OPTIONS = ["event", "state"] as const;

/** Prints the runs, or the events of the run, that were asked for. */
export async function history(session: Session): Promise<number> {
  const { world, positionals } = session;
  const project = await openProject(session);
  const [asked = null, run = null] = positionals;
  const found = await findHistory(world, project, { asked, run });
  if (found.kind === "run") printEvents(session, project, found.run);
  else printRuns(session, project, found);
  return EXIT.ok;
}

function printRuns(
  session: Session,
  project: Project,
  { loop, entries }: Extract<History, { readonly kind: "list" }>,
): void {
  const { stdout, options } = session;
  const misplaced = EVENT_OPTIONS.find((name) => options.has(name));
  const [newest] = entries;
  if (misplaced !== undefined) {
    throw new LoopError(
      "usage",
      `Option "--${misplaced}" chooses among the events of a run, and no run is named`,
      newest === undefined ? {} : {
        hint: `The newest: ${commandLine(session, "history", newest.runId)}`,
      },
    );
  }
  const sinceMs = sinceOf(session);
  const wanted = entries.filter(({ startedAt }) =>
    sinceMs === null ||
    (startedAt !== null && Date.parse(startedAt) >= sinceMs)
  );
  const tail = options.number("tail");
  warnOfProblems(session, wanted);
  if (options.flag("json")) {
    printJson(stdout, historyJson(wanted.slice(0, tail ?? Infinity)));
    return;
  }
  printLines(
    stdout,
    formatHistory(wanted, {
      style: sessionStyle(session, stdout, project),
      loop,
      max: tail ?? TAIL_DEFAULT,
      eventsCommand: commandLine(session, "history", ...wordsFor(newest)),
    }),
  );
}

/** Ids of the reference are unique within their loop only. */
function wordsFor(run: HistoryEntry | undefined): readonly string[] {
  if (run === undefined) return ["RUN"];
  const { runId, loop, isArchived } = run;
  return isArchived && loop !== null ? [loop, runId] : [runId];
}

function printEvents(
  session: Session,
  project: Project,
  run: HistoryRun,
): void {
  const { world, stdout, stderr, options } = session;
  const { events, damagedLines } = readEvents(world.files, run.events);
  warnOfDamage(session, run.events, damagedLines);
  const isFull = options.flag("full");
  const isVerbose = isFull || options.flag("verbose");
  const name = options.text("event");
  const hasOutput = isVerbose || name === "action_output";
  const wanted = filterEvents(events, {
    event: name,
    state: options.text("state"),
    sinceMs: sinceOf(session),
    hasOutput,
    tail: options.number("tail") ?? TAIL_DEFAULT,
  });
  if (wanted.length === 0) printLines(stderr, guesses(session, events));
  if (options.flag("json")) return printJson(stdout, wanted);
  if (wanted.length === 0) {
    printLines(stdout, [`No events of run ${run.id} match`]);
    return;
  }
  const style = sessionStyle(session, stdout, project);
  printLines(
    stdout,
    wanted.flatMap((event) =>
      formatHistoryLines(event, { style, isVerbose, isFull, hasOutput })
    ),
  );
}

/** Returns what may have been meant by a name that does not occur in the run. */
function guesses(
  { options }: Session,
  events: readonly RunEvent[],
): string[] {
  const occurring = {
    event: new Set(events.map(({ event }) => event as string)),
    state: new Set(events.flatMap(statesOf)),
  };
  return EVENT_OPTIONS.flatMap((name) => {
    const asked = options.text(name);
    if (asked === null || occurring[name].has(asked)) return [];
    const near = nearest(asked, occurring[name]);
    const names = near.length > 0 ? near : [...occurring[name]].sort();
    const what = name === "event" ? "event" : "state";
    return [
      `hint: There is no ${what} "${asked}" in this run; ` +
      (near.length > 0 ? "did you mean " : "there are ") +
      names.map((each) => `"${each}"`).join(", ") +
      (near.length > 0 ? "?" : ""),
    ];
  });
}

function sinceOf({ world, options }: Session): number | null {
  const spanMs = options.milliseconds("since");
  return spanMs === null ? null : world.clock.nowMs() - spanMs;
}
