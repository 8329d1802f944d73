/** Owns the words for exit statuses, for the help. */

import { EXIT } from "../model/mod.ts";

/** What each status means, smallest first. 128 + n stands for every signal. */
export const EXIT_STATUSES: readonly (readonly [
  status: number,
  meaning: string,
])[] = [
  [EXIT.ok, "done; a run ended in a success state"],
  [
    EXIT.stopped,
    "stopped short: a limit, no route, an error; or invalid files",
  ],
  [EXIT.failed, "the loop itself says that it failed"],
  [EXIT.paused, "paused on purpose, can be continued"],
  [EXIT.usage, "wrong usage of the command line"],
  [EXIT.invalid, "loop not found or not valid, or values missing: nothing ran"],
  [EXIT.unavailable, "a needed program is missing"],
  [EXIT.internal, "a bug in ll-loop"],
  [EXIT.cannotWrite, "files cannot be written"],
  [EXIT.locked, "another run holds the scope"],
  [130, "ended by Ctrl-C; another signal n gives 128 + n"],
];
