/** Owns the command line with nothing on it. */

import { findProject, takeFirstLook } from "../app/mod.ts";
import { EXIT } from "../model/mod.ts";
import { formatWelcome } from "../view/mod.ts";
import { canAsk } from "./ask.ts";
import { printLines, type Session, sessionStyle } from "./program.ts";

/** Prints what to type; returns 64, since no command was given. */
export function welcome(session: Session): number {
  const { world, stderr } = session;
  const flag = session.options.text("loops-dir");
  // A configuration that cannot be used is told by the commands that use it.
  const project = findProject(
    world,
    flag === null ? {} : { loopsDirFlag: flag },
  );
  const style = sessionStyle(session, stderr, project);
  const look = takeFirstLook(world, project);
  const lines = formatWelcome({ ...look, canAsk: canAsk(session) }, style);
  printLines(stderr, lines);
  return EXIT.usage;
}
