/** Owns `logs` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  COUNT_MAX,
  JSON_OPTION,
  OPTIONAL_RUN_POSITIONAL,
} from "../common_options.ts";

/** `ll-loop logs`. */
export const LOGS = commandSpec({
  name: "logs",
  aliases: [],
  summary: "Print the log of a run",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Without an argument: of the run that goes on now, else of the last " +
    "one. The log has what the terminal showed with --verbose, without colours. " +
    "Ctrl-C ends following; the run goes on.",
  positionals: [OPTIONAL_RUN_POSITIONAL],
  options: [
    {
      name: "follow",
      short: "f",
      value: { kind: "flag" },
      summary: "Go on until the run ends",
      category: "Output",
    },
    {
      name: "tail",
      short: "n",
      value: { kind: "integer", placeholder: "N", min: 0, max: COUNT_MAX },
      summary: "Begin with the last N lines",
      category: "Output",
    },
    JSON_OPTION,
  ],
  examples: [
    { command: "ll-loop logs fix-types", summary: "of a loop's last run" },
    {
      command: "ll-loop logs --follow --tail 20",
      summary: "what comes, after the last 20 lines",
    },
  ],
  statuses: [0, 64, 65, 130],
}));
