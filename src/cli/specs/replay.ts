/** Owns `replay` in the command table. */

import { commandSpec } from "../command_spec.ts";
import { JSON_OPTION, OPTIONAL_RUN_POSITIONAL } from "../common_options.ts";

/** `ll-loop replay`. */
export const REPLAY = commandSpec({
  name: "replay",
  aliases: [],
  summary: "Go through a run again by its journal, running nothing",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Compares what the engine makes of the recorded answers with what the " +
    "journal says. With --against: tells the first step at which a loop as it is now " +
    "would go another way. Status 1 where there is a difference. Without a RUN: the last one.",
  positionals: [OPTIONAL_RUN_POSITIONAL],
  options: [
    {
      name: "against",
      value: { kind: "text", placeholder: "FILE" },
      summary: "Compare with this loop: a path or a name",
      category: "Definition",
    },
    { ...JSON_OPTION, summary: "Print one JSON object on stdout" },
  ],
  examples: [
    { command: "ll-loop replay", summary: "check the last run's journal" },
    {
      command: "ll-loop replay fix-types --against .loops/fix-types.yaml",
      summary: "where would the edited loop go another way?",
    },
  ],
  statuses: [0, 1, 64, 65],
}));
