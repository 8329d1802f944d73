/** Owns `queue`: who waits for a scope, and ending one of them. */

import { type Project, readQueue, removeWaiter } from "../../app/mod.ts";
import { EXIT, LoopError, SCHEMA_VERSION } from "../../model/mod.ts";
import { formatQueue, queueJson } from "../../view/mod.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** Shows the queue, or removes one entry. */
export async function queue(session: Session): Promise<number> {
  const [action = "list", id] = session.positionals;
  if (action === "remove") {
    if (id === undefined) throw usage('"queue remove" needs an ID');
    await remove(session, await openProject(session), id);
  } else {
    if (id !== undefined) throw usage(`"queue list" takes no ID, got "${id}"`);
    await list(session, await openProject(session));
  }
  return EXIT.ok;
}

async function list(session: Session, project: Project): Promise<void> {
  const { world, stdout, options } = session;
  const entries = await readQueue(world, project);
  if (options.flag("json")) return printJson(stdout, queueJson(entries));
  const style = sessionStyle(session, stdout, project);
  printLines(stdout, formatQueue(entries, style));
}

async function remove(
  session: Session,
  project: Project,
  asked: string,
): Promise<void> {
  const { world, stdout, options } = session;
  const { id, pid, isSignaled } = await removeWaiter(world, project, {
    asked,
    isForced: options.flag("force"),
  });
  if (options.flag("json")) {
    return printJson(stdout, {
      id,
      removed: true,
      signaled: isSignaled,
      // Nobody is told to end of whom that is not known.
      identityVerified: isSignaled,
      pid,
      schema_version: SCHEMA_VERSION,
    });
  }
  printLines(stdout, [
    isSignaled
      ? `Removed ${id}: process ${pid} waits no more`
      : `Removed ${id}: its process ${pid} was gone`,
  ]);
}

function usage(message: string): LoopError {
  return new LoopError("usage", message, {
    hint: "Usage: ll-loop queue [list] or ll-loop queue remove ID",
  });
}
