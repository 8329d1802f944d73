/** Owns `resume`: from the command line to the exit status of a run that goes on. */

import {
  type Choice,
  type Choices,
  elapsedBefore,
  foundBy,
  type OpenAction,
  prepareResume,
  type Resumable,
  resumePlanOf,
  resumeRun,
  undecidedActions,
} from "../../app/mod.ts";
import { EXIT, LoopError } from "../../model/mod.ts";
import {
  displayPath,
  formatResumePlan,
  joinCommand,
  makeVisible,
  resumePlanJson,
} from "../../view/mod.ts";
import { ask, canAsk } from "../ask.ts";
import { executeRun, strayWarnings } from "../execute_run.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { runRequest } from "../run_request.ts";
import { isForBackground, startDetachedRun } from "../start_detached_run.ts";

/** Goes on with a run, or prints where it would. */
export async function resume(session: Session): Promise<number> {
  const { world, options, positionals, stderr } = session;
  const all = givenChoice(session);
  const project = await openProject(session);
  if (isForBackground(session)) {
    return await startDetachedRun(session, project);
  }
  const resumable = await prepareResume(world, project, {
    run: positionals[0] ?? "",
    back: options.text("from"),
    acceptsChanges: options.flag("accept-changes"),
    options: runRequest(session, {}),
  });
  const { prepared } = resumable;
  if (!options.flag("quiet")) {
    printLines(stderr, [
      ...notesOf(session, resumable),
      ...strayWarnings(prepared),
    ]);
  }
  if (options.flag("dry-run")) return printPlan(session, resumable, all);
  const choices = await askAbout(session, resumable, all);
  return await executeRun(session, prepared, {
    begin: (start) => resumeRun(world, resumable, { ...start, choices }),
    elapsedOffsetMs: elapsedBefore(resumable.from),
  });
}

function givenChoice({ options }: Session): Choice | null {
  const [rerun, done] = [options.flag("rerun"), options.flag("done")];
  if (rerun && done) {
    throw new LoopError(
      "usage",
      'Options "--rerun" and "--done" exclude each other',
    );
  }
  return rerun ? "rerun" : done ? "done" : null;
}

/** Returns what somebody should know before the run goes on. */
function notesOf(session: Session, resumable: Resumable): string[] {
  const { cwd } = session.world.system;
  const { run, others, prepared, today, isTaken, first } = resumable;
  const file = displayPath(prepared.file, cwd);
  const lines = others.map(({ id, record }) =>
    `note: "${session.positionals[0]}" is the name of ${
      displayPath(record.file, cwd)
    }, too; its newest run is ${id}`
  );
  if (first === null) {
    lines.push(
      `note: Run ${run.id} had come to its end when it was cut off; only its last words are written`,
    );
  } else if (today.kind === "gone") {
    lines.push(
      `note: The loop file ${file} is gone; the run keeps the definition that it was started with`,
    );
  } else if (today.kind === "changed" && !isTaken) {
    const words = [run.id, ...foundBy(session.world, prepared.project)];
    lines.push(
      `warning: The loop file ${file} has changed; the run keeps the definition that it was started with`,
      `hint: \`${
        joinCommand(["ll-loop", "resume", ...words, "--accept-changes"])
      }\` goes on with the changed one`,
    );
  } else if (today.kind === "same" && session.options.flag("accept-changes")) {
    lines.push(`note: The loop file ${file} has not changed`);
  }
  return lines;
}

async function askAbout(
  session: Session,
  resumable: Resumable,
  all: Choice | null,
): Promise<Choices> {
  const byEffect = new Map<number, Choice>();
  const choices = { all, byEffect };
  const undecided = undecidedActions(resumable, choices);
  if (!canAsk(session)) return choices;
  for (const action of undecided) {
    byEffect.set(action.effect.effect, await askAboutOne(session, action));
  }
  return choices;
}

const ANSWERS: { readonly [answer: string]: Choice | "quit" } = {
  rerun: "rerun",
  r: "rerun",
  again: "rerun",
  done: "done",
  d: "done",
  quit: "quit",
  q: "quit",
};

async function askAboutOne(
  session: Session,
  { effect }: OpenAction,
): Promise<Choice> {
  const answer = await ask(session, {
    intro: [
      `The action of state "${effect.state}" may have run when the run was cut off:`,
      ...effect.action.trimEnd().split("\n").map((line) =>
        `  ${makeVisible(line)}`
      ),
    ],
    text: "Run it again (rerun), take it as done (done), or leave it (quit)?",
    suggestion: "quit",
    read: (typed) =>
      Object.hasOwn(ANSWERS, typed.toLowerCase())
        ? { value: ANSWERS[typed.toLowerCase()] ?? "quit" }
        : { problem: 'Please answer "rerun", "done" or "quit"' },
  });
  if (answer === "rerun" || answer === "done") return answer;
  throw new LoopError("undecided", "Nothing was run: the run stays as it is");
}

function printPlan(
  session: Session,
  resumable: Resumable,
  all: Choice | null,
): number {
  const { world, stdout, options } = session;
  const plan = resumePlanOf(world, resumable, {
    all,
    byEffect: new Map<number, Choice>(),
  });
  if (options.flag("json")) printJson(stdout, resumePlanJson(plan));
  else {
    const style = sessionStyle(session, stdout, resumable.prepared.project);
    printLines(stdout, formatResumePlan(plan, style));
  }
  return EXIT.ok;
}
