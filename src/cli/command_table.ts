/**
 * Owns the one table of commands, from which parsing, help and tests are made. A new
 * command is a new entry here.
 */

import { LoopError, nearest } from "../model/mod.ts";
import type { CommandSpec, OptionSpec } from "./command_spec.ts";
import {
  BUILTIN_OPTION,
  GLOBAL_OPTIONS,
  JSON_OPTION,
  LOOP_POSITIONAL,
  VERBOSE_OPTION,
} from "./common_options.ts";
import { REFUSED_COMMANDS } from "./refused_commands.ts";
import { RUN_OPTIONS } from "./run_options.ts";

const READY_COMMANDS: readonly CommandSpec[] = [
  {
    name: "run",
    aliases: ["r"],
    summary: "Run a loop",
    details:
      "`ll-loop NAME` means `ll-loop run NAME`, unless NAME is a command. " +
      "The input goes into the context under the loop's input_key (usually " +
      "`input`); a JSON object whose keys the context declares sets those keys. " +
      "Ctrl-C ends the run gently, a second one at once.",
    positionals: [
      LOOP_POSITIONAL,
      {
        name: "INPUT",
        isOptional: true,
        summary: "Text for the loop to work on",
      },
    ],
    options: RUN_OPTIONS,
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
        command: 'll-loop run until-green --context cmd="npm test" -n 20',
        summary: "a built-in loop, at most 20 steps",
      },
      {
        command: "ll-loop fix-types src/ --quiet --json",
        summary: "for scripts: one JSON object",
      },
    ],
    statuses: [0, 1, 2, 3, 64, 65, 69, 73, 75, 130],
    status: "ready",
    origin: "reference",
  },
  {
    name: "validate",
    aliases: ["val"],
    summary: "Check loops without running them",
    details: "Reports every problem at once with its place in the file.",
    positionals: [{ ...LOOP_POSITIONAL, isRepeatable: true }],
    options: [
      {
        name: "strict",
        value: { kind: "flag" },
        summary: "Let warnings fail, too",
        category: "Definition",
      },
      {
        name: "format",
        value: {
          kind: "choice",
          placeholder: "FORMAT",
          choices: ["text", "line", "json"],
        },
        summary: "How findings are printed",
        category: "Output",
      },
      { ...JSON_OPTION, summary: "The same as --format json" },
    ],
    examples: [
      { command: "ll-loop validate fix-types", summary: "check one loop" },
      {
        command: "ll-loop validate .loops/a.yaml .loops/b.yaml --strict",
        summary: "check files in CI",
      },
    ],
    statuses: [0, 1, 64, 65],
    status: "ready",
    origin: "reference",
  },
  {
    name: "list",
    aliases: ["l"],
    summary: "List the loops that can be run here",
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
  },
  {
    name: "show",
    aliases: ["s"],
    summary: "Describe a loop: its states and where they lead",
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
    status: "ready",
    origin: "reference",
  },
  {
    name: "demo",
    aliases: [],
    summary: "Watch a loop repair a small project, offline",
    details:
      "Makes a small git project with a failing check in a temporary folder and " +
      "runs a loop there until the check passes. Needs bash and git; nothing " +
      "outside of that folder is touched.",
    positionals: [],
    options: [
      {
        name: "keep",
        value: { kind: "flag" },
        summary: "Leave the folder behind, to look around",
        category: "Running",
      },
      {
        name: "quiet",
        short: "q",
        value: { kind: "flag" },
        summary: "Print errors only",
        category: "Output",
      },
    ],
    examples: [{ command: "ll-loop demo", summary: "takes a few seconds" }],
    statuses: [0, 1, 64, 69, 130],
    status: "ready",
    origin: "own",
  },
  {
    name: "help",
    aliases: [],
    summary: "Explain a command",
    positionals: [{
      name: "COMMAND",
      isOptional: true,
      summary: "Name or alias of a command",
    }],
    options: [],
    examples: [{ command: "ll-loop help run", summary: "all of `run`" }],
    statuses: [0, 64],
    status: "ready",
    origin: "own",
  },
];

/** Every command that has a name, ready or refused. */
export const COMMANDS: readonly CommandSpec[] = [
  ...READY_COMMANDS,
  ...REFUSED_COMMANDS,
];

const BY_NAME = new Map<string, CommandSpec>(
  COMMANDS.flatMap((command) =>
    [command.name, ...command.aliases].map((name) => [name, command] as const)
  ),
);

/** Returns the command with this name or alias. */
export function findCommand(name: string): CommandSpec | null {
  return BY_NAME.get(name) ?? null;
}

/** Returns the command with this name. @throws {LoopError} `internal` when the table has none */
export function commandNamed(name: string): CommandSpec {
  const command = findCommand(name);
  if (command === null) {
    throw new LoopError("internal", `No command "${name}" in the table`);
  }
  return command;
}

/** Returns the options of a command, global ones last. */
export function optionsOf(command: CommandSpec): readonly OptionSpec[] {
  return [...command.options, ...GLOBAL_OPTIONS];
}

/**
 * Returns the names of ready commands closest to what was typed, for a name that is
 * neither a command nor a loop.
 */
export function nearestCommands(typed: string): readonly string[] {
  const names = COMMANDS.filter((command) => command.status === "ready")
    .map((command) => command.name);
  return nearest(typed, names);
}

/**
 * Returns the error for a command that is refused by name.
 *
 * @param command one whose status is not `ready`
 */
export function refusalError(
  command: CommandSpec,
  options: {
    /** What was typed: the name or an alias. */
    readonly typed: string;
    /** Whether a loop of that name exists, so that the way to run it is told. */
    readonly isLoop: boolean;
  },
): LoopError {
  const { typed, isLoop } = options;
  const alias = typed === command.name ? "" : ` (${typed})`;
  const loop = isLoop
    ? `; the loop of that name runs with \`ll-loop run ${typed}\``
    : "";
  const refusal = command.refusal ?? { reason: "", instead: "" };
  return new LoopError(
    "usage",
    `Command "${command.name}"${alias} is not available: ${
      lowerFirst(refusal.reason)
    }`,
    { hint: `${refusal.instead}${loop}` },
  );
}

/** Returns a sentence with a small first letter, to stand after a colon. */
export function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

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
