/** Owns `simulate` in the command table. */

import { SCENARIOS } from "../../model/mod.ts";
import { commandSpec } from "../command_spec.ts";
import {
  BUILTIN_OPTION,
  CONTEXT_OPTION,
  COUNT_MAX,
  INPUT_POSITIONAL,
  JSON_OPTION,
  LOOP_POSITIONAL,
  VERBOSE_OPTION,
} from "../common_options.ts";

/** `ll-loop simulate`. */
export const SIMULATE = commandSpec({
  name: "simulate",
  aliases: ["sim"],
  summary: "Walk through a loop; nothing is run",
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Takes the loop through the engine of `run`, with every effect made up: actions, " +
    "judges, looks at files and git, worktrees and pauses. Sub-loops are entered. " +
    "Nothing is run, written or locked. Without --scenario and --verdicts it asks at each " +
    "state, on a terminal; elsewhere everything passes. The status is 0 however the " +
    "loop ends.",
  positionals: [LOOP_POSITIONAL, INPUT_POSITIONAL],
  options: [
    {
      name: "max-steps",
      short: "n",
      aliases: ["max-iterations"],
      value: { kind: "integer", placeholder: "N", min: 1, max: COUNT_MAX },
      summary: "Simulate N steps at most",
      details: "Default: the loop's own cap, but not more than 20.",
      category: "Limits",
    },
    {
      name: "scenario",
      value: { kind: "choice", placeholder: "NAME", choices: SCENARIOS },
      summary: "Exit codes of the actions",
      details: "0, 1 or 2 for all; 1 and then 0; 1 and 0 in turn.",
      category: "Values",
    },
    {
      name: "verdicts",
      value: { kind: "text", placeholder: "LIST" },
      summary: "Verdicts of the states that are judged, in order",
      details:
        "Divided by commas; the last one repeats. STATE=VERDICT is for one state. " +
        "What the list leaves open the scenario decides, or it passes.",
      category: "Values",
    },
    CONTEXT_OPTION,
    BUILTIN_OPTION,
    { ...VERBOSE_OPTION, summary: "Show whole actions" },
    { ...JSON_OPTION, summary: "Print the steps as one JSON object on stdout" },
  ],
  examples: [
    {
      command: "ll-loop simulate fix-types --scenario first-fail",
      summary: "the first action fails, then all pass",
    },
    {
      command: "ll-loop simulate fix-types --verdicts no,yes",
      summary: "the first check says no, the second yes",
    },
    {
      command: "ll-loop simulate fix-types --verdicts check=no,check=yes",
      summary: "verdicts of one state; the others pass",
    },
    {
      command: "ll-loop simulate fix-types",
      summary: "choose at each state",
    },
  ],
  statuses: [0, 64, 65],
}));
