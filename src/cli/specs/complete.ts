/** Owns the command that completion scripts ask; people do not type it. */

import { commandSpec } from "../command_spec.ts";
import { COMPLETE_COMMAND } from "../shells.ts";

/** `ll-loop __complete`. */
export const COMPLETE = commandSpec({
  name: COMPLETE_COMMAND,
  aliases: [],
  summary: "Tell a shell what may come next",
  status: "ready",
  isHidden: true,
  origin: "own",
}, () => ({
  positionals: [{
    name: "WORDS",
    isOptional: true,
    isRepeatable: true,
    summary: "The words after the program's name up to the cursor",
  }],
  options: [{
    name: "next",
    value: { kind: "flag" },
    summary: "A new word begins after WORDS",
    category: "General",
  }],
  examples: [{
    command: "ll-loop __complete -- run fix",
    summary: "words that begin like fix, and those that do not",
  }],
  statuses: [0, 64],
}));
