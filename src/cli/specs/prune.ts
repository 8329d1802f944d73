/** Owns `prune` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  AGE_MAX_MS,
  COUNT_MAX,
  JSON_OPTION,
  OPTIONAL_RUN_POSITIONAL,
} from "../common_options.ts";

/** `ll-loop prune`. */
export const PRUNE = commandSpec({
  name: "prune",
  aliases: [],
  summary: "Remove old runs",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Without options: what every start of a run removes as well, by `retention` " +
    "in .loops/config.yaml. With --keep and --older-than: what both say is old. " +
    "A run that goes on or waits is never removed; one that could be resumed only " +
    "with --all-ended or by its id.",
  positionals: [
    {
      ...OPTIONAL_RUN_POSITIONAL,
      name: "LOOP|RUN",
      summary: "Only runs of this loop, or this very run",
    },
  ],
  options: [
    {
      name: "keep",
      value: { kind: "integer", placeholder: "N", min: 0, max: COUNT_MAX },
      summary: "Keep the newest N of each loop",
      category: "Limits",
    },
    {
      name: "older-than",
      value: {
        kind: "duration",
        placeholder: "TIME",
        minMs: 1000,
        maxMs: AGE_MAX_MS,
      },
      summary: "Keep what ended in the last TIME: 12h, 30d",
      category: "Limits",
    },
    {
      name: "all-ended",
      value: { kind: "flag" },
      summary:
        "Remove every run that does not go on, those that could be resumed too",
      category: "Limits",
    },
    {
      name: "yes",
      short: "y",
      value: { kind: "flag" },
      summary: "Do not ask",
      category: "Running",
    },
    {
      name: "dry-run",
      value: { kind: "flag" },
      summary: "Show what would be removed, and remove nothing",
      category: "Running",
    },
    JSON_OPTION,
  ],
  examples: [
    { command: "ll-loop prune --dry-run", summary: "what is old" },
    {
      command: "ll-loop prune --keep 10 --older-than 7d --yes",
      summary: "ten of each loop stay, and a week",
    },
  ],
  statuses: [0, 64, 65, 73, 75],
}));
