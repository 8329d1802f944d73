/** Owns `man` in the command table. */

import { commandSpec } from "../command_spec.ts";

/** `ll-loop man`. */
export const MAN = commandSpec({
  name: "man",
  aliases: [],
  summary: "Print the manual page",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "To read it: ll-loop man | man -l -. To install it, put it into a file called " +
    "ll-loop.1 in a folder man1 of the manual path.",
  positionals: [],
  options: [],
  examples: [{ command: "ll-loop man", summary: "the page as roff" }],
  statuses: [0, 64],
}));
