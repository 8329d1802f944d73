/** Owns `guide` in the command table. */

import { commandSpec } from "../command_spec.ts";

/** `ll-loop guide`. */
export const GUIDE = commandSpec({
  name: "guide",
  aliases: [],
  summary: "Explain loops: the whole format, for people and agents",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Prints one page of plain text in Markdown, at most 300 lines: states, " +
    "actions, verdicts, ways, values, limits, reuse, and what a run leaves.",
  positionals: [],
  options: [],
  examples: [{ command: "ll-loop guide", summary: "the page" }],
  statuses: [0, 64],
}));
