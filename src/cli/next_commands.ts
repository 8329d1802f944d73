/** Owns what somebody who looks at a run may want to type next. */

import type { RunStanding } from "../view/mod.ts";
import { canPropose, commandLine } from "./command_line.ts";
import type { Session } from "./program.ts";

/** Returns command lines that exist and can help, best first. */
export function nextCommands(
  session: Pick<Session, "options">,
  { record, isAlive, canResume }: RunStanding,
): readonly string[] {
  const wanted = isAlive
    ? ["monitor", "stop"]
    : canResume
    ? ["resume", "logs"]
    : ["logs"];
  return wanted.filter(canPropose)
    .map((command) => commandLine(session, command, record.id));
}
