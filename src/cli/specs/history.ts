/** Owns `history` in the command table. */

import { commandSpec } from "../command_spec.ts";
import { AGE_MAX_MS, COUNT_MAX, JSON_OPTION } from "../common_options.ts";

/** `ll-loop history`. */
export const HISTORY = commandSpec({
  name: "history",
  aliases: ["h"],
  summary: "List past runs, or the events of one",
  status: "ready",
  origin: "reference",
}, () => ({
  details: "Without an argument every run, with the name of a loop its runs, " +
    "with the id of a run its events: filtered first, then cut to the last N. " +
    "What the reference has archived in .loops/.history is shown as well.",
  positionals: [
    {
      name: "LOOP|RUN",
      isOptional: true,
      completes: "run",
      summary: "Name of a loop, id of a run or the start of one",
    },
    {
      name: "RUN",
      isOptional: true,
      completes: "run",
      summary: "A run of that loop",
    },
  ],
  options: [
    {
      name: "tail",
      short: "n",
      value: { kind: "integer", placeholder: "N", min: 1, max: COUNT_MAX },
      summary: "Show the last N",
      details:
        "50 of the events, and of the runs in a text, where it is not given.",
      category: "Output",
    },
    {
      name: "event",
      short: "e",
      value: { kind: "text", placeholder: "EVENT" },
      summary: "Only events of this name",
      category: "Output",
    },
    {
      name: "state",
      short: "s",
      value: { kind: "text", placeholder: "STATE" },
      summary: "Only what happened in, came from or went to this state",
      category: "Output",
    },
    {
      name: "since",
      short: "S",
      value: {
        kind: "duration",
        placeholder: "TIME",
        minMs: 1000,
        maxMs: AGE_MAX_MS,
      },
      summary: "Only what happened in the last TIME: 45s, 30m, 1h, 2d",
      category: "Output",
    },
    {
      name: "verbose",
      short: "v",
      value: { kind: "flag" },
      summary: "Show output and whole actions, and cut nothing",
      category: "Output",
    },
    {
      name: "full",
      value: { kind: "flag" },
      summary: "The same, with every line of the previews",
      category: "Output",
    },
    { ...JSON_OPTION, summary: "Print one list: of runs, or of events" },
  ],
  examples: [
    { command: "ll-loop history", summary: "every run, the newest first" },
    { command: "ll-loop history fix-types", summary: "the runs of a loop" },
    {
      command: "ll-loop history --since 2d --json",
      summary: "for scripts: what ran in two days",
    },
  ],
  statuses: [0, 64, 65],
}));
