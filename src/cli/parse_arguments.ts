/** Owns reading the command line: arguments to one checked invocation, without touching the world. */

import { parseArgs } from "@std/cli";
import { HOST_NAMES, hostOf, LoopError, nearest } from "../model/mod.ts";
import { quote } from "../view/mod.ts";
import type {
  CommandSpec,
  OptionSpec,
  PositionalSpec,
} from "./command_spec.ts";
import { commandNamed, findCommand, optionsOf } from "./command_table.ts";
import { GLOBAL_OPTIONS } from "./common_options.ts";
import { didYouMean } from "./did_you_mean.ts";
import { usageLine } from "./help.ts";
import {
  normalizeArguments,
  type TypedArgument,
} from "./normalize_arguments.ts";
import { optionNotices } from "./option_notices.ts";
import { type OptionValue, readValue } from "./option_value.ts";
import { ParsedOptions } from "./parsed_options.ts";
import { quotedUntil } from "./quoted_until.ts";

/** What was asked for. `options` holds at least the global ones. */
export type Invocation =
  & { readonly options: ParsedOptions }
  & (
    /** No command: the help is printed and the status is 64. */
    | { readonly kind: "bare" }
    | { readonly kind: "version" }
    /** Help on a command, or on everything when it is `null`. */
    | { readonly kind: "help"; readonly command: CommandSpec | null }
    /** Help on what is no command; `topicError` words it. */
    | { readonly kind: "unknown-topic"; readonly topic: string }
    /** A command that is refused by name; `refusalError` words it. */
    | {
      readonly kind: "refused";
      readonly command: CommandSpec;
      readonly typed: string;
    }
    | CommandInvocation
  );

/** A command to carry out. */
export interface CommandInvocation {
  readonly kind: "command";
  /** Its name in the table, never an alias. */
  readonly command: string;
  /** Whether `run` was left out, so that the loop's name may be a mistyped command. */
  readonly isShorthand: boolean;
  readonly positionals: readonly string[];
  /** All arguments of the program, each with what it stands for. */
  readonly typed: readonly TypedArgument[];
  /** Sentences to print once on stderr: options that change nothing. */
  readonly notices: readonly string[];
}

/**
 * Returns the invocation that `args` (without the program's name) stand for.
 *
 * @throws {LoopError} `usage` with one clear message, for everything that is not one
 */
export function parseArguments(args: readonly string[]): Invocation {
  const lead = normalizeArguments(args, {
    options: GLOBAL_OPTIONS,
    command: null,
    stopsAtPositional: true,
  });
  const [typed, ...rest] = lead.positionals;
  if (typed === undefined) {
    const options = readOptions(lead.options, GLOBAL_OPTIONS);
    if (options.flag("help")) return { kind: "help", command: null, options };
    if (options.flag("version")) return { kind: "version", options };
    return { kind: "bare", options };
  }
  const found = findCommand(typed);
  const command = found ?? commandNamed("run");
  const own = found === null ? lead.positionals : rest;
  const asked = askedInstead(lead.options, own);
  const global = readOptions(
    lead.options.filter((option) => !isAsking(option)),
    GLOBAL_OPTIONS,
  );
  if (asked === "help") return { kind: "help", command, options: global };
  if (asked === "version") return { kind: "version", options: global };
  if (command.status !== "ready") {
    return { kind: "refused", command, typed, options: global };
  }
  const quoted = command.name === "until"
    ? quotedUntil(own, optionsOf(command))
    : null;
  const normalized = normalizeArguments(own, {
    options: optionsOf(command),
    command: command.name,
    quoted,
  });
  // Before the command and after it are one command line: the last one wins.
  const specs = optionsOf(command);
  const options = readOptions(
    [...lead.options, ...normalized.options],
    specs,
    normalized.typed,
  );
  // Abbreviated, or in a cluster of short options.
  if (options.flag("help")) return { kind: "help", command, options };
  if (options.flag("version")) return { kind: "version", options };
  checkPositionals(command, { positionals: normalized.positionals, quoted });
  if (command.name === "help") {
    return helpOn(normalized.positionals[0], options);
  }
  return {
    kind: "command",
    command: command.name,
    isShorthand: found === null,
    options,
    positionals: normalized.positionals,
    typed: [
      ...lead.typed.slice(0, lead.typed.length - own.length),
      ...normalized.typed,
    ],
    notices: optionNotices(specs, (name) => options.has(name)),
  };
}

/** `--help` and `--version` win over every mistake beside them. */
function askedInstead(
  lead: readonly string[],
  own: readonly string[],
): "help" | "version" | null {
  const dashes = own.indexOf("--");
  const before = [...lead, ...(dashes < 0 ? own : own.slice(0, dashes))];
  if (before.includes("--help") || before.includes("-h")) return "help";
  return before.includes("--version") || before.includes("-V")
    ? "version"
    : null;
}

function isAsking(option: string): boolean {
  return option === "--help" || option === "--version";
}

function readOptions(
  plain: readonly string[],
  specs: readonly OptionSpec[],
  given: readonly TypedArgument[] = [],
): ParsedOptions {
  if (plain.length === 0) return new ParsedOptions(specs, new Map());
  const isFlag = (spec: OptionSpec): boolean => spec.value.kind === "flag";
  const parsed = parseArgs(plain, {
    boolean: specs.filter(isFlag).map((spec) => spec.name),
    string: specs.filter((spec) => !isFlag(spec)).map((spec) => spec.name),
    collect: specs.filter((spec) => spec.isRepeatable).map((spec) => spec.name),
  });
  const values = new Map<string, readonly OptionValue[]>();
  for (const spec of specs) {
    const found = parsed[spec.name];
    const read = (raw: string) =>
      readValue(spec, raw, { typed: typedName(spec, given) });
    if (found === true) values.set(spec.name, [true]);
    if (typeof found === "string") {
      values.set(spec.name, [read(found)]);
    }
    if (Array.isArray(found) && found.length > 0) {
      values.set(spec.name, found.map((raw) => read(String(raw))));
    }
  }
  return new ParsedOptions(specs, values);
}

/** Returns the name by which an option was given last: `-n` or `--max-steps`. */
function typedName(
  { name, short }: OptionSpec,
  given: readonly TypedArgument[],
): string {
  const end = given.findLastIndex(({ option }) =>
    option?.startsWith(`--${name}=`) === true
  );
  const [before, last] = [given[end - 1], given[end]];
  // A value that stands by itself follows its option, which is neither an end nor a positional.
  const isSplit = before !== undefined && before.text !== "--" &&
    before.option === null && before.positional === null;
  const { text = "" } = (isSplit ? before : last) ?? {};
  return short !== undefined && /^-[^-]/.test(text) ? `-${short}` : `--${name}`;
}

function checkPositionals(
  command: CommandSpec,
  { positionals, quoted }: {
    readonly positionals: readonly string[];
    readonly quoted: string | null;
  },
): void {
  const { positionals: specs } = command;
  const required = specs.filter((spec) => spec.isOptional !== true);
  const missing = required[positionals.length];
  const usage = `Usage: ${usageLine(command)}`;
  if (missing !== undefined) {
    throw new LoopError(
      "usage",
      `Command "${command.name}" needs a ${missing.name}: ${
        missing.summary.slice(0, 1).toLowerCase() + missing.summary.slice(1)
      }${
        missing.choices === undefined
          ? ""
          : `, one of ${missing.choices.join(", ")}`
      }`,
      { hint: hintOn(missing, usage) },
    );
  }
  const empty = positionals.findIndex((value, index) =>
    value.trim() === "" && !mayBeEmpty(specs[index] ?? specs.at(-1))
  );
  if (empty >= 0) {
    const spec = specs[empty] ?? specs.at(-1);
    throw new LoopError(
      "usage",
      `${spec?.name ?? "An argument"} must not be empty`,
      { hint: hintOn(spec, usage) },
    );
  }
  for (const [index, { name, choices }] of specs.entries()) {
    const value = positionals[index];
    if (choices === undefined || value === undefined) continue;
    if (choices.includes(value)) continue;
    throw new LoopError(
      "usage",
      `${name} must be one of ${choices.join(", ")}, got ${quote(value)}`,
      { hint: didYouMean(value, choices) ?? usage },
    );
  }
  const isOpen = specs.at(-1)?.isRepeatable === true;
  const extra = positionals[specs.length];
  if (isOpen || extra === undefined) return;
  throw new LoopError(
    "usage",
    `Too many arguments for "${command.name}": ${quote(extra)} is left over`,
    {
      hint: command.name === "run"
        ? `Quote an input that has spaces. ${usage}`
        : quoted !== null
        ? (hostOf(extra) ?? nearest(extra, HOST_NAMES, 1)[0]) !== undefined &&
            quoted.includes("--agent=")
          ? `The agent stands behind "=": ${quoted}`
          : `Quote a command that has spaces: ${quoted}`
        : usage,
    },
  );
}

function hintOn(spec: PositionalSpec | undefined, usage: string): string {
  switch (spec?.completes) {
    case "loop":
      return `\`ll-loop list\` shows the loops that there are. ${usage}`;
    case "built-in loop":
      return `\`ll-loop list --builtin\` shows what there is. ${usage}`;
    case "run":
      return `\`ll-loop history\` shows the runs that there are. ${usage}`;
    default:
      return usage;
  }
}

/** Only a text that is left to people may be empty; a name never is. */
function mayBeEmpty(spec: PositionalSpec | undefined): boolean {
  return spec?.isOptional === true && (spec.completes ?? "file") === "file";
}

function helpOn(
  topic: string | undefined,
  options: ParsedOptions,
): Invocation {
  if (topic === undefined) return { kind: "help", command: null, options };
  const command = findCommand(topic);
  if (command !== null) return { kind: "help", command, options };
  return { kind: "unknown-topic", topic, options };
}
