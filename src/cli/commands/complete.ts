/** Owns the answers to completion scripts: words on stdout, never a message. */

import { EXIT, LoopError } from "../../model/mod.ts";
import { COMMANDS } from "../command_table.ts";
import { offerLines } from "../completion/mod.ts";
import { dataStream, type Session } from "../program.ts";

/** Prints what may come next; nothing where that cannot be known. */
export async function complete(session: Session): Promise<number> {
  const { world, options, positionals } = session;
  const words = [...positionals, ...(options.flag("next") ? [""] : [])];
  try {
    const lines = await offerLines(world, words, COMMANDS);
    dataStream(session).write(`${lines.join("\n")}\n`);
  } catch (error) {
    // Somebody is typing: a folder that cannot be read is for the command itself to tell.
    if (!(error instanceof LoopError) || error.code === "internal") throw error;
  }
  return EXIT.ok;
}
