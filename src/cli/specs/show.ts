/** Owns `show` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  JSON_OPTION,
  LOOP_POSITIONAL,
  VERBOSE_OPTION,
} from "../common_options.ts";

/** `ll-loop show`. */
export const SHOW = commandSpec({
  name: "show",
  aliases: ["s"],
  summary: "Describe a loop: its states and where they lead",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  positionals: [LOOP_POSITIONAL],
  options: [
    { ...VERBOSE_OPTION, summary: "Show every state with all its settings" },
    {
      ...JSON_OPTION,
      summary: "Print the resolved definition as one JSON object",
    },
    {
      name: "resolved",
      value: { kind: "flag" },
      summary: "Child states are shown by their own loop",
      category: "Definition",
      refusal: {
        reason: "Sub-loops are not shown inside their parent",
        instead: "Use `ll-loop show CHILD` for each sub-loop",
      },
    },
    {
      name: "show-diagrams",
      value: { kind: "optional-text", placeholder: "MODE" },
      summary: "The machine is always drawn",
      category: "Output",
      refusal: {
        reason: "There is one drawing, and it is always shown",
        instead: "Leave it out",
      },
    },
  ],
  examples: [
    { command: "ll-loop show fix-types", summary: "states and routes" },
    {
      command: "ll-loop show until-green --verbose",
      summary: "every detail of a built-in loop",
    },
  ],
  statuses: [0, 64, 65],
}));
