/** Owns `queue` in the command table. */

import { commandSpec } from "../command_spec.ts";
import { JSON_OPTION } from "../common_options.ts";

/** `ll-loop queue`. */
export const QUEUE = commandSpec({
  name: "queue",
  aliases: [],
  summary: "Show who waits for a scope, or end a waiting run",
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "`list`, the default, shows who waits, first come first. `remove ID` ends " +
    "the process that waits: only one that holds the lock of its entry, and that is by " +
    "its start the one that wrote it.",
  positionals: [
    {
      name: "ACTION",
      isOptional: true,
      choices: ["list", "remove"],
      summary: "What to do",
    },
    {
      name: "ID",
      isOptional: true,
      completes: "nothing",
      summary: "With remove: an id, or at least 8 characters of it",
    },
  ],
  options: [
    {
      name: "force",
      value: { kind: "flag" },
      summary: "With remove: kill a process that does not end by itself",
      category: "Running",
    },
    { ...JSON_OPTION, summary: "Print a list, or how the entry was removed" },
  ],
  examples: [
    { command: "ll-loop queue list", summary: "who waits, and for what" },
  ],
  statuses: [0, 64, 65, 75],
}));
