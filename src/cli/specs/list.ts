/** Owns `list` in the command table. */

import type { CommandSpec, OptionSpec } from "../command_spec.ts";
import { BUILTIN_OPTION, JSON_OPTION } from "../common_options.ts";

/** `ll-loop list`. */
export const LIST: CommandSpec = {
  name: "list",
  aliases: ["l"],
  summary: "List the loops that can be run here",
  isCommon: true,
  positionals: [],
  options: [
    { ...BUILTIN_OPTION, summary: "List only the loops built into ll-loop" },
    JSON_OPTION,
    ...refusedListOptions(),
  ],
  examples: [
    {
      command: "ll-loop list",
      summary: "this project's loops and built-ins",
    },
    { command: "ll-loop list --json", summary: "for scripts" },
  ],
  statuses: [0, 64, 65],
  status: "ready",
  origin: "reference",
};

function refusedListOptions(): readonly OptionSpec[] {
  const noRuns = {
    reason: "Listing runs is not part of this version",
    instead: "Each run is a folder below .loops/runs",
  };
  const noFilter = {
    reason: "The list cannot be filtered or laid out",
    instead: "Filter the output of `ll-loop list --json`",
  };
  const rows = [
    ["running", "flag", noRuns],
    ["status", "text", noRuns],
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
