/** Owns `demo`: a real run on a small project made for it. */

import {
  createDemoProject,
  DEMO_LOOP,
  PLAIN_REQUEST,
  prepareRun,
  startRun,
} from "../../app/mod.ts";
import { EXIT } from "../../model/mod.ts";
import { givenArguments } from "../given_arguments.ts";
import { executeRun } from "../execute_run.ts";
import type { Session } from "../program.ts";

/** Makes the project, runs the loop in it, and removes it unless asked to keep it. */
export async function demo(session: Session): Promise<number> {
  const { world, stdout, options } = session;
  const isQuiet = options.flag("quiet");
  const project = await createDemoProject(world);
  let isKept = options.flag("keep");
  try {
    if (!isQuiet) {
      stdout.write(
        `A small git project with a failing check is in ${project.root}\n` +
          "The loop repairs it with shell actions until the check passes\n\n",
      );
    }
    const prepared = prepareRun(world, project, {
      ...PLAIN_REQUEST,
      loop: DEMO_LOOP,
      isBuiltinOnly: true,
      args: givenArguments(session),
    });
    const status = await executeRun(session, prepared, {
      begin: (start) => startRun(world, prepared, start),
      leavesFolder: isKept,
    });
    if (status !== EXIT.ok) isKept = true;
    // It cannot be found otherwise, so it is told with --quiet, too.
    if (isKept) stdout.write(`The project is kept in ${project.root}\n`);
    if (!isQuiet && status === EXIT.ok) {
      stdout.write(
        "\nNext: `ll-loop list` shows the loops that you can run, and\n" +
          "`ll-loop run until-green 'COMMAND'` runs a command until it passes\n",
      );
    }
    return status;
  } finally {
    if (!isKept) world.files.remove(project.root);
  }
}
