/** Owns `audit`: what a run did, in numbers. */

import {
  auditRun,
  findPastRun,
  readDefinition,
  readEvents,
} from "../../app/mod.ts";
import { EXIT, LoopError } from "../../model/mod.ts";
import { auditJson, formatAudit } from "../../view/mod.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { warnOfDamage } from "../warn_of_problems.ts";

/** Prints the numbers of one run. */
export async function audit(session: Session): Promise<number> {
  const { world, stdout, options, positionals } = session;
  const [named = null] = positionals;
  const latest = options.text("latest");
  if (named !== null && latest !== null) {
    throw new LoopError(
      "usage",
      'A RUN and "--latest" exclude each other',
      { hint: "Leave one of them out" },
    );
  }
  const project = await openProject(session);
  const run = await findPastRun(world, project, named ?? latest);
  const { events, damagedLines, definitions } = readEvents(
    world.files,
    run.events,
  );
  warnOfDamage(session, run.events, damagedLines);
  const held = definitions ??
    (run.folder === null
      ? null
      : readDefinition(world.files, run.folder).definitions);
  const counted = auditRun(run, events, {
    maxSteps: options.number("max-steps") ??
      held?.loops[held.root]?.maxSteps ?? null,
  });
  if (options.flag("json")) printJson(stdout, auditJson(counted));
  else {
    const style = sessionStyle(session, stdout, project);
    printLines(stdout, formatAudit(counted, style));
  }
  return EXIT.ok;
}
