/** Owns `until`: one or two commands become a loop, which is run or saved. */

import {
  findNeeds,
  loopFileText,
  type Prepared,
  type Project,
  requireNewName,
  startRun,
  writeLoop,
} from "../../app/mod.ts";
import {
  folderInProject,
  prepareUntil,
  requireReadable,
  type UntilPlan,
  untilText,
} from "../../app/until/mod.ts";
import { EXIT, FIX_STATE } from "../../model/mod.ts";
import {
  formatWritten,
  joinCommand,
  makeVisible,
  writtenJson,
  type WrittenLoop,
} from "../../view/mod.ts";
import { FIXES_DEFAULT, WAIT_MS_DEFAULT } from "../common_options.ts";
import { nameWarnings } from "../name_warnings.ts";
import { openProject } from "../open_project.ts";
import {
  dataStream,
  displayPath,
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { runRequest } from "../run_request.ts";
import { executeRun } from "../execute_run.ts";
import { printPlan } from "./run.ts";

/** Runs a command until it passes, prints the plan of that, or saves it as a loop. */
export async function until(session: Session): Promise<number> {
  const { options, world } = session;
  const project = await openProject(session);
  const name = options.text("save");
  const plan = planOf(session, project);
  // A plan starts nothing, not even a shell that only reads.
  if (!options.flag("dry-run")) await requireCommands(session, plan);
  if (name !== null) return save(session, project, { name, plan });
  const prepared = prepareUntil(world, project, {
    plan,
    request: runRequest(session, {}),
  });
  if (options.flag("dry-run")) return await printPlan(session, prepared);
  warnOfMissing(session, prepared);
  return await executeRun(session, prepared, {
    begin: (start) => startRun(world, prepared, start),
  });
}

function planOf(session: Session, project: Project): UntilPlan {
  const { options, world } = session;
  const fix = options.text("fix");
  return {
    check: session.positionals[0] ?? "",
    fix,
    folder: folderInProject(world, project),
    times: options.number("times") ?? (fix === null ? null : FIXES_DEFAULT),
    everyMs: options.milliseconds("every"),
    timeoutMs: options.milliseconds("timeout") ??
      (fix === null ? WAIT_MS_DEFAULT : null),
    notes: [],
  };
}

async function requireCommands(
  { world }: Session,
  { check, fix }: UntilPlan,
): Promise<void> {
  await requireReadable(world, { what: "CMD", text: check });
  if (fix !== null) {
    await requireReadable(world, { what: "CMD2, the fix", text: fix });
  }
}

/** A check may take long, and what comes after it be missing: that is worth a word before. */
function warnOfMissing(session: Session, prepared: Prepared): void {
  if (session.options.flag("quiet")) return;
  const { world, stderr } = session;
  const needs = findNeeds(world, prepared.project, prepared.definitions);
  const missing = needs.filter(({ kind, isFound, states }) =>
    kind === "program" && isFound === false && states.includes(FIX_STATE)
  );
  for (const { name } of missing) {
    printLines(stderr, [
      `warning: Program "${name}" was not found on PATH: a fix would end the run. Install it, or add its folder to PATH`,
    ]);
  }
}

function save(
  session: Session,
  project: Project,
  { name, plan }: { readonly name: string; readonly plan: UntilPlan },
): number {
  const { world, stdout, stderr, options, typed } = session;
  const folder = options.text("loops-dir");
  const command = (...words: readonly string[]) =>
    joinCommand([
      "ll-loop",
      ...words,
      ...(folder === null ? [] : ["--loops-dir", folder]),
    ]);
  const loop = {
    name,
    text: untilText({
      ...plan,
      notes: [
        `Written by: ${
          makeVisible(
            joinCommand([
              "ll-loop",
              ...typed.map(({ text }) => text).filter((text) =>
                text !== "--dry-run"
              ),
            ]),
          )
        }`,
      ],
    }),
  };
  if (options.flag("dry-run")) {
    requireNewName(world, project, name);
    dataStream(session).write(loopFileText(loop));
    return EXIT.ok;
  }
  const path = writeLoop(world, project, loop);
  const written: WrittenLoop = {
    name,
    source: "this command",
    files: [{ path: displayPath(path, world.system.cwd), isKept: false }],
    next: [
      [command("run", name), "run it"],
      [command("show", name), "how it goes"],
    ],
  };
  if (options.flag("json")) printJson(stdout, writtenJson(written));
  else if (!options.flag("quiet")) {
    const style = sessionStyle(session, stdout, project);
    printLines(stdout, formatWritten(written, style));
  }
  printLines(stderr, nameWarnings(session, name));
  return EXIT.ok;
}
