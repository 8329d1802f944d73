/** Owns `doctor` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  JSON_OPTION,
  LOOP_POSITIONAL,
  VERBOSE_OPTION,
} from "../common_options.ts";

/** `ll-loop doctor`. */
export const DOCTOR = commandSpec({
  name: "doctor",
  aliases: [],
  summary: "Check this machine and what loops need",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Tells which ll-loop are on PATH, what this machine has, which configuration counts, " +
    "whether folders can be written and locked, and for each loop one verdict: runs, runs " +
    "with what is missing, or does not run. Without LOOP it looks at all loops of the " +
    "project. What a script starts is read from its text: best effort. Nothing stays behind. " +
    "The status is 0 when every loop can run here, once it is given its values, and " +
    "nothing else is in the way; 1 otherwise.",
  positionals: [{ ...LOOP_POSITIONAL, isOptional: true, isRepeatable: true }],
  options: [
    {
      ...VERBOSE_OPTION,
      summary: "Show all that each loop needs; the default for named loops",
    },
    JSON_OPTION,
  ],
  examples: [
    { command: "ll-loop doctor", summary: "this machine and this project" },
    {
      command: "ll-loop doctor until-green fix-types",
      summary: "would these two loops run?",
    },
    { command: "ll-loop doctor --json", summary: "for scripts" },
  ],
  statuses: [0, 1, 64, 65],
}));
