/** Owns options that several commands share. */

import type { OptionSpec } from "./command_spec.ts";

/** Largest number of steps or iterations that can be asked for. */
export const COUNT_MAX = 1_000_000;

/** Largest time that can be asked for, in seconds: some eleven days. */
export const SECONDS_MAX = 1_000_000;

/** Options of every command. They may stand before the command, too. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    name: "loops-dir",
    value: { kind: "text", placeholder: "DIR" },
    summary: "Use DIR instead of the .loops folder",
    details: "Also: the variable LL_LOOPS_DIR.",
    category: "General",
  },
  {
    name: "color",
    value: {
      kind: "choice",
      placeholder: "WHEN",
      choices: ["auto", "always", "never"],
    },
    summary: "When to use colours",
    details:
      "auto, the default, means on a terminal unless NO_COLOR is set; FORCE_COLOR=1 means always.",
    category: "General",
  },
  {
    name: "help",
    short: "h",
    value: { kind: "flag" },
    summary: "Show this help",
    category: "General",
  },
  {
    name: "version",
    short: "V",
    value: { kind: "flag" },
    summary: "Show the version",
    category: "General",
  },
];

/** `--json`, as every command that a program may read has it. */
export const JSON_OPTION: OptionSpec = {
  name: "json",
  short: "j",
  value: { kind: "flag" },
  summary: "Print one JSON value on stdout",
  category: "Output",
};

/** `--verbose`. */
export const VERBOSE_OPTION: OptionSpec = {
  name: "verbose",
  short: "v",
  value: { kind: "flag" },
  summary: "Show everything: whole actions, every line of output",
  category: "Output",
};

/** `--builtin`. */
export const BUILTIN_OPTION: OptionSpec = {
  name: "builtin",
  value: { kind: "flag" },
  summary: "Use only the loops built into ll-loop",
  category: "Definition",
};

/** The loop that a command is about. */
export const LOOP_POSITIONAL = {
  name: "LOOP",
  summary: "Name of a loop, or the path of its file",
} as const;

/** The run that a command is about. */
export const RUN_POSITIONAL = {
  name: "RUN",
  isOptional: true,
  summary: "Id of a run or its start, or name of a loop",
} as const;
