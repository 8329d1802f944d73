/** Owns `list` in the command table. */

import { RUN_STATUSES } from "../../model/mod.ts";
import { commandSpec, type OptionSpec } from "../command_spec.ts";
import { BUILTIN_OPTION, JSON_OPTION } from "../common_options.ts";

/** `ll-loop list`. */
export const LIST = commandSpec({
  name: "list",
  aliases: ["l"],
  summary: "List the loops that can be run here, or runs",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "With --running: the runs that go on now, and those that could be resumed. With --status: " +
    "every run that stands so.",
  positionals: [],
  options: [
    { ...BUILTIN_OPTION, summary: "List only the loops built into ll-loop" },
    {
      name: "running",
      value: { kind: "flag" },
      summary: "List runs that are not over, instead of loops",
      category: "Running",
    },
    {
      name: "status",
      value: {
        kind: "choice",
        placeholder: "STATUS",
        choices: RUN_STATUSES,
      },
      summary: "List the runs that stand so",
      category: "Running",
    },
    JSON_OPTION,
    ...refusedListOptions(),
  ],
  examples: [
    {
      command: "ll-loop list",
      summary: "this project's loops and built-ins",
    },
    { command: "ll-loop list --json", summary: "for scripts" },
    { command: "ll-loop list --running", summary: "what runs or can go on" },
  ],
  statuses: [0, 64, 65],
}));

function refusedListOptions(): readonly OptionSpec[] {
  const noFilter = {
    reason: "The list cannot be filtered or laid out",
    instead: "Filter the output of `ll-loop list --json`",
  };
  const rows = [
    ["category", "text", noFilter],
    ["label", "text", noFilter],
    ["visibility", "text", noFilter],
    ["all", "flag", noFilter, "a"],
    ["internal", "flag", noFilter],
    ["examples", "flag", noFilter],
    ["grid", "flag", noFilter],
    ["no-truncate", "flag", noFilter],
  ] as const;
  return rows.map(([name, kind, refusal, short]) => ({
    name,
    ...(short === undefined ? {} : { short }),
    value: kind === "flag" ? { kind } : { kind, placeholder: "VALUE" },
    summary: refusal.reason,
    category: "Output",
    refusal,
  }));
}
