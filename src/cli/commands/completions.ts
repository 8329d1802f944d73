/** Owns `completions`: the script for a shell on stdout. */

import { EXIT } from "../../model/mod.ts";
import { COMMANDS } from "../command_table.ts";
import { completionScript } from "../completion/mod.ts";
import { SHELLS } from "../shells.ts";
import { dataStream, type Session } from "../program.ts";

/** Prints the script. */
export function completions(session: Session): Promise<number> {
  // The parser has taken nothing else.
  const shell = SHELLS.find((name) => name === session.positionals[0]) ??
    "bash";
  dataStream(session).write(completionScript(shell, COMMANDS));
  return Promise.resolve(EXIT.ok);
}
