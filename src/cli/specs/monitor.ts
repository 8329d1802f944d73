/** Owns `monitor` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  COUNT_MAX,
  JSON_OPTION,
  OPTIONAL_RUN_POSITIONAL,
  VERBOSE_OPTION,
} from "../common_options.ts";

/** `ll-loop monitor`. */
export const MONITOR = commandSpec({
  name: "monitor",
  aliases: [],
  summary: "Watch a live run as its own terminal shows it",
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Shows it from its beginning, and ends with it. Ctrl-C detaches: the run " +
    "goes on. A run that has ended is told of as `status` does.",
  positionals: [OPTIONAL_RUN_POSITIONAL],
  options: [
    {
      name: "tail",
      short: "n",
      value: { kind: "integer", placeholder: "N", min: 0, max: COUNT_MAX },
      summary: "Begin with the last N steps",
      category: "Output",
    },
    {
      name: "quiet",
      short: "q",
      value: { kind: "flag" },
      summary: "Print only how it ends",
      category: "Output",
    },
    VERBOSE_OPTION,
    {
      name: "clear",
      value: { kind: "flag" },
      summary: "Clear the screen before each state; on a terminal only",
      category: "Output",
    },
    {
      name: "no-clear",
      value: { kind: "flag" },
      summary: "Do not clear the screen: the default here",
      category: "Output",
    },
    {
      ...JSON_OPTION,
      summary:
        "Print at the end what `status --json` prints; the view on stderr",
    },
    {
      name: "show-diagrams",
      value: { kind: "optional-text", placeholder: "MODE" },
      summary: "Diagrams are not drawn during a run",
      category: "Output",
      refusal: {
        reason: "Diagrams are not drawn during a run",
        instead:
          "`ll-loop show NAME` draws the machine; each step is a line of the run",
      },
    },
  ],
  examples: [
    { command: "ll-loop monitor", summary: "the run that goes on now" },
    {
      command: "ll-loop monitor fix-types --tail 5",
      summary: "from five steps ago",
    },
  ],
  statuses: [0, 64, 65, 130],
}));
