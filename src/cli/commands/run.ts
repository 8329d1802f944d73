/** Owns `run`: from the command line to the exit status of a run. */

import {
  idleAgentOptions,
  type Prepared,
  prepareRun,
  type Project,
  type RunRequest,
  startRun,
} from "../../app/mod.ts";
import { EXIT, LoopError } from "../../model/mod.ts";
import { formatPlan, planJson } from "../../view/mod.ts";
import { executeRun } from "../execute_run.ts";
import { openProject } from "../open_project.ts";
import type { CommandInvocation } from "../parse_arguments.ts";
import { nearestCommands } from "../command_table.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { reportWarnings } from "../report.ts";
import { planOf } from "../run_plan.ts";
import { runRequest } from "../run_request.ts";
import { isForBackground, startDetachedRun } from "../start_detached_run.ts";
import { strayWarnings } from "../stray_warnings.ts";

/** Runs one loop, or prints the plan of it. */
export async function run(
  session: Session,
  invocation: CommandInvocation,
): Promise<number> {
  const project = await openProject(session);
  if (isForBackground(session)) {
    return await startDetachedRun(session, project);
  }
  const [loop = "", input = null] = session.positionals;
  const request = runRequest(session, { loop, input });
  const prepared = prepare(session, project, { request, invocation });
  const { world, stderr } = session;
  if (!session.options.flag("quiet")) {
    await reportWarnings(prepared, {
      stream: stderr,
      style: sessionStyle(session, stderr, project),
      cwd: world.system.cwd,
      command: `ll-loop validate ${request.loop}`,
    });
    printLines(stderr, [
      ...strayWarnings(prepared),
      ...idleAgentOptions(world, prepared).map((each) => `note: ${each}`),
    ]);
  }
  if (session.options.flag("dry-run")) {
    return await printPlan(session, prepared);
  }
  return await executeRun(session, prepared, {
    begin: (options) => startRun(session.world, prepared, options),
  });
}

function prepare(
  session: Session,
  project: Project,
  options: {
    readonly request: RunRequest;
    readonly invocation: CommandInvocation;
  },
): Prepared {
  const { request, invocation } = options;
  try {
    return prepareRun(session.world, project, request);
  } catch (error) {
    const isUnknown = error instanceof LoopError && error.code === "not-found";
    if (!isUnknown || !invocation.isShorthand) throw error;
    // What was typed may be a command as well as a loop.
    const [near] = nearestCommands(request.loop);
    const first = request.loop === "version"
      ? "`ll-loop --version` prints the version"
      : near === undefined
      ? null
      : `There is a command "${near}"`;
    if (first === null) throw error;
    throw new LoopError("not-found", error.message, {
      hint: `${first}\n${error.hint ?? ""}`.trimEnd(),
    });
  }
}

/** Prints the plan of a prepared run. */
export async function printPlan(
  session: Session,
  prepared: Prepared,
): Promise<number> {
  const { stdout, options } = session;
  const plan = await planOf(session, prepared);
  if (options.flag("json")) printJson(stdout, planJson(plan));
  else {printLines(
      stdout,
      formatPlan(plan, sessionStyle(session, stdout, prepared.project)),
    );}
  return EXIT.ok;
}
