/** Owns `status` in the command table. */

import { commandSpec } from "../command_spec.ts";
import { JSON_OPTION, OPTIONAL_RUN_POSITIONAL } from "../common_options.ts";

/** `ll-loop status`. */
export const STATUS = commandSpec({
  name: "status",
  aliases: ["st"],
  summary: "Show how a run stands, or what runs now",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "With the name of a loop: its runs that go on now, else its newest " +
    "one. Without an argument: everything that runs now, and the last run. " +
    "Nothing is changed by looking.",
  positionals: [OPTIONAL_RUN_POSITIONAL],
  options: [
    {
      ...JSON_OPTION,
      summary: "Print one JSON value: an object, a list for several runs",
    },
  ],
  examples: [
    { command: "ll-loop status", summary: "what runs now, and the last run" },
    { command: "ll-loop status fix-types", summary: "one loop" },
    { command: "ll-loop status fix-types --json", summary: "for scripts" },
  ],
  statuses: [0, 64, 65],
}));
