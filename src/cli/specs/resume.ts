/** Owns `resume` in the command table. */

import { commandSpec, type OptionSpec } from "../command_spec.ts";
import { RUN_POSITIONAL } from "../common_options.ts";
import { allRunOptions } from "../run_options.ts";

/** Options of `run` that make no sense for a run that is there already. */
const NOT_SHARED = new Set(["builtin"]);

function ownOptions(): readonly OptionSpec[] {
  return [
    {
      name: "from",
      value: { kind: "text", placeholder: "STATE|STEP" },
      summary: "Go back to the latest entry of a state, or to a step",
      details:
        "What came after it is not undone: the run goes on with the values and counters that it had then. The journal keeps everything.",
      category: "Definition",
    },
    {
      name: "accept-changes",
      value: { kind: "flag" },
      summary: "Go on with the loop file as it is now",
      details:
        "Without it the run keeps the definition that it was started with.",
      category: "Definition",
    },
    {
      name: "rerun",
      value: { kind: "flag" },
      summary: "Run again what may have run, whatever on_resume says",
      category: "Running",
    },
    {
      name: "done",
      value: { kind: "flag" },
      summary: "Take what may have run as done, with exit code 0",
      category: "Running",
    },
  ];
}

/** `ll-loop resume`. */
export const RESUME = commandSpec({
  name: "resume",
  aliases: ["res"],
  summary: "Go on with a run that stopped or was cut off",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Every run that did not come to a terminal can go on: after a signal, a " +
    "handoff, a limit, an error, a crash. It keeps its definition, values, " +
    "captures, counters and time. An action that was cut off runs again from " +
    "its state's entry, unless the state's `on_resume` says otherwise; what " +
    "had ended never does. Secrets are not stored, and are given again by " +
    "`--context`.",
  positionals: [RUN_POSITIONAL],
  options: [
    ...allRunOptions().filter(({ name }) => !NOT_SHARED.has(name)),
    ...ownOptions(),
  ],
  examples: [
    {
      command: "ll-loop resume fix-types",
      summary: "the newest run of that loop",
    },
    {
      command: "ll-loop resume 20260101T120000000Z-0a1b2c3d --max-steps 100",
      summary: "one that came to its step cap",
    },
    {
      command: "ll-loop resume fix-types --accept-changes",
      summary: "with the loop file as it is now",
    },
    {
      command: "ll-loop resume fix-types --from check",
      summary: "from the last time that it was in that state",
    },
  ],
  statuses: [0, 1, 2, 3, 64, 65, 69, 73, 75, 130],
}));
