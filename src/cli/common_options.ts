/** Owns options that several commands share. */

import type { OptionSpec } from "./command_spec.ts";

export { COUNT_MAX } from "../model/mod.ts";

/** Largest time that can be asked for, in seconds: some eleven days. */
export const SECONDS_MAX = 1_000_000;

/** How findings can be printed. */
export const FINDING_FORMATS = [
  "text",
  "line",
  "json",
  "sarif",
  "github",
] as const;

/** When colours are used. */
export const COLOR_WHENS = ["auto", "always", "never"] as const;

/** One of {@linkcode COLOR_WHENS}. */
export type ColorWhen = typeof COLOR_WHENS[number];
/** Largest duration that can be asked for: ten days. */
export const DURATION_MS_MAX = 864_000_000;

/** How often `until` fixes when nobody says. */
export const FIXES_DEFAULT = 5;

/** How long `until` waits for a command without a fix when nobody says. */
export const WAIT_MS_DEFAULT = 86_400_000;

/** How long ago something may be asked for: ten years. */
export const AGE_MAX_MS = 3650 * 86_400_000;

/** Options of every command. They may stand before the command, too. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    name: "loops-dir",
    value: { kind: "text", placeholder: "DIR", completes: "folder" },
    summary: "Use DIR instead of the .loops folder",
    details: "Also: the variable LL_LOOPS_DIR.",
    category: "General",
  },
  {
    name: "color",
    value: {
      kind: "choice",
      placeholder: "WHEN",
      choices: COLOR_WHENS,
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

/** `--context`. */
export const CONTEXT_OPTION: OptionSpec = {
  name: "context",
  value: { kind: "key-value", placeholder: "KEY=VALUE" },
  isRepeatable: true,
  summary: "Set a context value; may be repeated",
  details:
    "Split at the first =; the key is trimmed, the value is kept as it is and is always text. Beats the input and the loop's own context.",
  category: "Values",
};

/** `--no-lock`. */
export const NO_LOCK_OPTION: OptionSpec = {
  name: "no-lock",
  value: { kind: "flag" },
  summary: "Do not lock the scope: other runs may change the same files",
  category: "Running",
};

/** `--grace`. */
export const GRACE_OPTION: OptionSpec = {
  name: "grace",
  value: {
    kind: "seconds",
    placeholder: "SECONDS",
    min: 0,
    max: SECONDS_MAX,
  },
  summary: "Time that an action gets between TERM and KILL",
  category: "Running",
};

/** The loop that a command is about. */
export const LOOP_POSITIONAL = {
  name: "LOOP",
  completes: "loop",
  summary: "Name of a loop, or the path of its file",
} as const;

/** The run that a command is about. */
export const RUN_POSITIONAL = {
  name: "RUN",
  completes: "run",
  summary: "Id of a run, the start of one, or the name of its loop",
} as const;

/** The same, where a command has an answer without it. */
export const OPTIONAL_RUN_POSITIONAL = {
  ...RUN_POSITIONAL,
  isOptional: true,
} as const;

/** What a loop is to work on. */
export const INPUT_POSITIONAL = {
  name: "INPUT",
  isOptional: true,
  summary: "Text for the loop to work on",
} as const;
