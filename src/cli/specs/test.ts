/** Owns `test` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  BUILTIN_OPTION,
  CONTEXT_OPTION,
  GRACE_OPTION,
  INPUT_POSITIONAL,
  JSON_OPTION,
  LOOP_POSITIONAL,
  NO_LOCK_OPTION,
  VERBOSE_OPTION,
} from "../common_options.ts";

/** `ll-loop test`. */
export const TEST = commandSpec({
  name: "test",
  aliases: ["t"],
  summary: "Try one state for real, and tell where it leads",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Takes one step as `run` would: the action really runs, in the project, with the " +
    "context, the secrets and the limits of a run; then it is judged and routed. The scope is " +
    "locked meanwhile. No run is recorded, and the scratch folder of the step is " +
    "removed. What an earlier state would have captured is given with --captured.",
  positionals: [LOOP_POSITIONAL, INPUT_POSITIONAL],
  options: [
    {
      name: "state",
      short: "s",
      value: { kind: "text", placeholder: "NAME", completes: "state" },
      summary: "The state to try; default: the initial one",
      category: "Values",
    },
    CONTEXT_OPTION,
    {
      name: "captured",
      value: { kind: "key-value", placeholder: "NAME=VALUE" },
      isRepeatable: true,
      summary: "What an earlier state captured; may be repeated",
      details:
        "The value of ${captured.NAME.output}; NAME.FIELD=VALUE sets another field.",
      category: "Values",
    },
    {
      name: "prev",
      value: { kind: "text", placeholder: "TEXT", allowsEmpty: true },
      summary: "What the state before printed: ${prev.output}",
      category: "Values",
    },
    {
      name: "exit-code",
      value: { kind: "integer", placeholder: "N", min: 0, max: 255 },
      summary: "Do not run the action: it ends with N",
      category: "Values",
    },
    {
      name: "output",
      value: { kind: "text", placeholder: "TEXT", allowsEmpty: true },
      summary: "Do not run the action: it prints TEXT",
      category: "Values",
    },
    {
      name: "verdict",
      value: { kind: "text", placeholder: "VERDICT" },
      summary: "Do not ask the judge; for models and MCP tools only",
      category: "Values",
    },
    BUILTIN_OPTION,
    NO_LOCK_OPTION,
    GRACE_OPTION,
    {
      name: "quiet",
      short: "q",
      value: { kind: "flag" },
      summary: "Print the result only, not the step",
      category: "Output",
    },
    VERBOSE_OPTION,
    {
      ...JSON_OPTION,
      summary: "Print the result as one JSON object on stdout",
    },
  ],
  examples: [
    {
      command: "ll-loop test fix-types",
      summary: "try the initial state",
    },
    {
      command: "ll-loop test fix-types --state fix --context dir=src",
      summary: "another state, with a value that it needs",
    },
    {
      command:
        "ll-loop test fix-types --state report --captured check='2 errors'",
      summary: "with what the state check would have captured",
    },
    {
      command: "ll-loop test fix-types --state check --exit-code 1",
      summary: "where a failure would lead",
    },
  ],
  statuses: [0, 1, 64, 65, 69, 73, 75, 130],
}));
