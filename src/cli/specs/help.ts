/** Owns `help` in the command table. */

import type { CommandSpec } from "../command_spec.ts";

/** `ll-loop help`. */
export const HELP: CommandSpec = {
  name: "help",
  aliases: [],
  summary: "Explain a command",
  positionals: [{
    name: "COMMAND",
    isOptional: true,
    summary: "Name or alias of a command",
    completes: "command",
  }],
  options: [],
  examples: [{ command: "ll-loop help run", summary: "all of `run`" }],
  statuses: [0, 64],
  status: "ready",
  origin: "own",
};
