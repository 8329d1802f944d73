/** Owns the manual page, made from the command table: `man` macros, which every man program reads. */

import type { CommandSpec, OptionSpec } from "./command_spec.ts";
import { GLOBAL_OPTIONS } from "./common_options.ts";
import { EXIT_STATUSES } from "./exit_statuses.ts";
import { usageLine } from "./help.ts";
import { usageOf } from "./normalize_arguments.ts";

/** What a manual page names beside the commands. */
export interface ManPageOptions {
  readonly version: string;
  /** Day of the page, `2026-01-31`. */
  readonly date: string;
}

/** A thing and what it is for. */
type Entry = readonly [name: string, text: string];

const COLUMNS = 78;

const ENVIRONMENT: readonly Entry[] = [
  ["LL_LOOPS_DIR", "Folder of the loops, instead of the nearest .loops."],
  ["NO_COLOR", "When it is set and not empty, no colours are used."],
  ["FORCE_COLOR", "When it is 1, colours are used without a terminal, too."],
];

const CHILD_ENVIRONMENT: readonly Entry[] = [
  ["LL_CONTEXT_NAME", "Value of the context key NAME, in capitals."],
  ["LL_CAPTURED_NAME", "Output that was captured under NAME, in capitals."],
  ["LL_RUN_ID", "Ids of the runs that an action belongs to, outermost first."],
  ["LL_LOOP_BIN", "Executable of the ll-loop that runs the loop."],
];

const FILES: readonly Entry[] = [
  [".loops/NAME.yaml", "Definition of the loop NAME."],
  [".loops/config.yaml", "Configuration of the project."],
  [".loops/runs/ID/", "Everything that a run left: log, journal, outputs."],
  [
    ".ll/ll-config.json",
    "Configuration of little-loops; keys that matter are read.",
  ],
];

/** Returns the page as roff; commands that do not work and options that are refused are left out. */
export function manPage(
  commands: readonly CommandSpec[],
  { version, date }: ManPageOptions,
): string {
  const ready = commands.filter(({ status }) => status === "ready");
  return [
    `.TH LL-LOOP 1 ${date} "ll-loop ${version}" "User Commands"`,
    ".SH NAME",
    "ll-loop \\- run loops: state machines in YAML, whose states run commands",
    ".SH SYNOPSIS",
    ...synopsis("ll-loop COMMAND [OPTIONS]"),
    ".br",
    ...synopsis("ll-loop LOOP [INPUT] [OPTIONS]"),
    ".SH DESCRIPTION",
    ...paragraph(
      "A loop lets a script or a coding agent work until a check passes. Its states run " +
        "commands, an evaluator turns each result into a verdict, and the verdict picks " +
        "the next state. Every step is in a journal, and no process is left behind.",
    ),
    ".PP",
    ...paragraph(
      "The second form is short for ll-loop run LOOP, unless LOOP is the name of a command.",
    ),
    ".SH COMMANDS",
    ...ready.flatMap(commandLines),
    ".SH OPTIONS",
    ...paragraph("Every command takes these."),
    ...GLOBAL_OPTIONS.flatMap(optionLines),
    ".SH EXIT STATUS",
    ...EXIT_STATUSES.flatMap(([status, meaning]) =>
      entryLines([status === 130 ? "128+n" : String(status), sentence(meaning)])
    ),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.flatMap(entryLines),
    ".PP",
    ...paragraph(
      "Actions are given these, beside all that ll-loop itself was given.",
    ),
    ...CHILD_ENVIRONMENT.flatMap(entryLines),
    ".SH FILES",
    ...FILES.flatMap(entryLines),
    ".SH NOTES",
    ...paragraph(
      "ll-loop is an independent implementation of the ll-loop of little-loops.",
    ),
    "",
  ].join("\n");
}

function commandLines(command: CommandSpec): string[] {
  const { summary, details, aliases, positionals, examples } = command;
  const options = command.options.filter(({ refusal }) =>
    refusal === undefined
  );
  const lines = [
    `.SS ${escape(usageLine(command))}`,
    ...paragraph(`${summary}.`),
  ];
  if (aliases.length > 0) {
    lines.push(...paragraph(`Alias: ${aliases.join(", ")}.`));
  }
  if (details !== undefined) lines.push(".PP", ...paragraph(details));
  for (const { name, summary, choices } of positionals) {
    const known = choices === undefined ? "" : `: ${choices.join(", ")}`;
    lines.push(...entryLines([name, `${summary}${known}.`]));
  }
  lines.push(...options.flatMap(optionLines));
  if (examples.length === 0) return lines;
  lines.push(".PP", "Examples:");
  for (const { command: line, summary } of examples) {
    lines.push(".PP", ...paragraph(sentence(summary)));
    lines.push(".RS 4", ".nf", escape(line), ".fi", ".RE");
  }
  return lines;
}

function optionLines(option: OptionSpec): string[] {
  const { short, aliases = [], summary, details, value } = option;
  const names = [
    ...(short === undefined ? [] : [`-${short}`]),
    usageOf(option),
    ...aliases.map((alias) => `--${alias}`),
  ];
  const choices = value.kind === "choice"
    ? `: ${value.choices.join(", ")}`
    : "";
  const text = `${summary}${choices}.${
    details === undefined ? "" : ` ${details}`
  }`;
  return entryLines([names.join(", "), text]);
}

function entryLines([name, text]: Entry): string[] {
  return [".TP", `.B ${escape(name)}`, ...paragraph(text)];
}

function synopsis(line: string): string[] {
  return [`.B ${escape(line)}`];
}

function sentence(text: string): string {
  const end = /[.!?]$/.test(text) ? "" : ".";
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

/** One sentence a line or more: what follows its end is spaced as the reader likes it. */
function paragraph(text: string): string[] {
  return text.split(/(?<=[.!?]) +(?=[^a-z])/).flatMap(inLines);
}

/** Lines that tools which check pages do not find too long. */
function inLines(sentence: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of sentence.split(/\s+/)) {
    if (line !== "" && escape(`${line} ${word}`).length > COLUMNS) {
      lines.push(escape(line));
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, escape(line)];
}

/**
 * Returns a line of text that roff takes as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(escape(".a \\ -n 'x' é"), "\\&.a \\e \\-n \\(aqx\\(aq \\[u00E9]");
 * ```
 */
export function escape(text: string): string {
  const plain = text.replaceAll("\\", "\\e").replaceAll("-", "\\-")
    // Readers would make these curly.
    .replaceAll("'", "\\(aq").replaceAll("`", "\\(ga")
    .replaceAll(/[^\x20-\x7e]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0x20;
      return `\\[u${code.toString(16).toUpperCase().padStart(4, "0")}]`;
    });
  return plain.startsWith(".") ? `\\&${plain}` : plain;
}
