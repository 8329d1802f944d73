/** Owns `help` in the command table. */

import { commandSpec } from "../command_spec.ts";

/** `ll-loop help`. */
export const HELP = commandSpec({
  name: "help",
  aliases: [],
  summary: "Explain a command",
  status: "ready",
  origin: "own",
}, () => ({
  positionals: [{
    name: "COMMAND",
    isOptional: true,
    summary: "Name or alias of a command",
    completes: "command",
  }],
  options: [],
  examples: [{ command: "ll-loop help run", summary: "all of `run`" }],
  statuses: [0, 64],
}));
