/** Owns `audit` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  COUNT_MAX,
  JSON_OPTION,
  OPTIONAL_RUN_POSITIONAL,
} from "../common_options.ts";

/** `ll-loop audit`. */
export const AUDIT = commandSpec({
  name: "audit",
  aliases: [],
  summary: "Count what a run did",
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Events, entries and time by state, verdicts, actions, how much of the step " +
    "cap was used, how it ended. Without an argument: of the last run.",
  positionals: [OPTIONAL_RUN_POSITIONAL],
  options: [
    {
      name: "latest",
      value: { kind: "text", placeholder: "LOOP" },
      summary: "The newest run of this loop",
      category: "Definition",
    },
    {
      name: "max-steps",
      value: { kind: "integer", placeholder: "N", min: 1, max: COUNT_MAX },
      summary: "Compare with this cap instead of the loop's own",
      category: "Limits",
    },
    { ...JSON_OPTION, summary: "Print the numbers as one JSON object" },
  ],
  examples: [
    { command: "ll-loop audit", summary: "the last run" },
    {
      command: "ll-loop audit --latest fix-types --json",
      summary: "for scripts",
    },
  ],
  statuses: [0, 64, 65],
}));
