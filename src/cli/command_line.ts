/** Owns command lines that are proposed: they mean the same folder as the one that was typed. */

import { joinCommand } from "../model/mod.ts";
import type { Session } from "./program.ts";

/** Returns the command line of this program with `words`, to be typed where this one was. */
export function commandLine(
  { options }: Pick<Session, "options">,
  ...words: readonly string[]
): string {
  const folder = options.text("loops-dir");
  const where = folder === null ? [] : ["--loops-dir", folder];
  return joinCommand(["ll-loop", ...words, ...where]);
}
