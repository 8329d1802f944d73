/** Owns `stop` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  GRACE_OPTION,
  JSON_OPTION,
  RUN_POSITIONAL,
} from "../common_options.ts";

/** `ll-loop stop`. */
export const STOP = commandSpec({
  name: "stop",
  aliases: [],
  summary: "End a running loop and everything that it started",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Returns once nothing of the run is left. The run ends gently, as by " +
    "Ctrl-C, and can be resumed; what does not end in time is killed. The " +
    "name of a loop stops every live run of that loop; without a name, the " +
    "only one that is live. Called by the run itself it only asks it to stop.",
  positionals: [{ ...RUN_POSITIONAL, isOptional: true }],
  options: [
    {
      ...GRACE_OPTION,
      summary: "Time that the run gets to end gently",
      details: "Without it, what the run gives its actions, and a little more.",
    },
    {
      name: "force",
      value: { kind: "flag" },
      summary: "Give no time: kill its processes at once",
      category: "Running",
    },
    {
      name: "all",
      value: { kind: "flag" },
      summary: "Stop every live run of this project",
      category: "Running",
    },
    JSON_OPTION,
  ],
  examples: [
    {
      command: "ll-loop stop fix-types",
      summary: "every live run of that loop",
    },
    { command: "ll-loop stop --all --grace 2", summary: "all that runs here" },
  ],
  statuses: [0, 1, 64, 65, 75],
}));
