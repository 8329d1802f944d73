/** Owns `run` in the command table. */

import { commandSpec } from "../command_spec.ts";
import { INPUT_POSITIONAL, LOOP_POSITIONAL } from "../common_options.ts";
import { allRunOptions } from "../run_options.ts";

/** `ll-loop run`. */
export const RUN = commandSpec({
  name: "run",
  aliases: ["r"],
  summary: "Run a loop",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "`ll-loop NAME` means `ll-loop run NAME`, unless NAME is a command. " +
    "The input goes into the context under the loop's input_key (usually " +
    "`input`); a JSON object whose keys the context declares sets those keys. " +
    "Ctrl-C ends the run gently, a second one at once.",
  positionals: [
    LOOP_POSITIONAL,
    INPUT_POSITIONAL,
  ],
  options: allRunOptions(),
  examples: [
    {
      command: "ll-loop run fix-types",
      summary: "run .loops/fix-types.yaml",
    },
    {
      command: "ll-loop run ./my-loop.yaml --dry-run",
      summary: "see what would happen",
    },
    {
      command: "ll-loop run until-green 'npm test' --context attempts=5",
      summary: "a built-in loop with its input and a value",
    },
    {
      command: "ll-loop fix-types src/ --quiet --json",
      summary: "for scripts: one JSON object",
    },
  ],
  statuses: [0, 1, 2, 3, 64, 65, 69, 73, 75, 130],
}));
