/** Owns `install` in the command table. */

import { commandSpec } from "../command_spec.ts";
import { JSON_OPTION } from "../common_options.ts";

/** `ll-loop install`. */
export const INSTALL = commandSpec({
  name: "install",
  aliases: [],
  summary: "Copy a built-in loop into the project, to change it",
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Copies the loop into .loops, with the libraries that it imports, its " +
    "parents and the loops that it runs, so that a newer ll-loop changes " +
    "nothing about it. Never writes over a file that is there. `ll-loop list " +
    "--builtin` shows what there is.",
  positionals: [{
    name: "NAME",
    summary: "Name of a built-in loop",
    completes: "built-in loop",
  }],
  options: [
    { ...JSON_OPTION, summary: "Print what was written as one JSON object" },
  ],
  examples: [
    {
      command: "ll-loop install until-green",
      summary: "into .loops/until-green.yaml",
    },
  ],
  statuses: [0, 64, 65, 73],
}));
