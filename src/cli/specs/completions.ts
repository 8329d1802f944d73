/** Owns `completions` in the command table. */

import { commandSpec } from "../command_spec.ts";
import { SHELLS } from "../shells.ts";

/** `ll-loop completions`. */
export const COMPLETIONS = commandSpec({
  name: "completions",
  aliases: [],
  summary: "Print a script that completes command lines",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "The shell then completes commands, options and their values, and asks ll-loop for " +
    "the names of loops, states and runs. Load it in the start-up file of the shell; the " +
    "first lines of the script say how.",
  positionals: [{
    name: "SHELL",
    summary: "The shell that you use",
    choices: SHELLS,
  }],
  options: [],
  examples: [
    {
      command: "ll-loop completions bash",
      summary: 'for ~/.bashrc: eval "$(ll-loop completions bash)"',
    },
    {
      command: "ll-loop completions fish",
      summary: "for ~/.config/fish/completions/ll-loop.fish",
    },
  ],
  statuses: [0, 64],
}));
