/**
 * Owns turning arguments as people type them into one plain form, `--name=value` and then
 * positionals: short options and clusters, values in the next argument, abbreviations, and
 * values that begin with a dash. Names are checked here, values later.
 */

import { LoopError, nearest } from "../model/mod.ts";
import { quote } from "../view/mod.ts";
import { lowerFirst } from "./command_table.ts";
import type { OptionSpec } from "./command_spec.ts";
import { describeValue } from "./option_value.ts";

/** Arguments in plain form. */
export interface NormalizedArguments {
  /** `--name` or `--name=value`, by the option's own name, in the order typed. */
  readonly options: readonly string[];
  readonly positionals: readonly string[];
  /** Every argument as it was typed, in order, and what it stands for. */
  readonly typed: readonly TypedArgument[];
}

/** One argument as it was typed; neither field is set for `--` and an option without its value. */
export interface TypedArgument {
  readonly text: string;
  /** The plain form of the option that this argument ends. */
  readonly option: string | null;
  /** The number of the positional that it is, from 0. */
  readonly positional: number | null;
}

/** Where arguments are read. */
export interface NormalizeContext {
  readonly options: readonly OptionSpec[];
  /** Name of the command for messages; `null` before one. */
  readonly command: string | null;
  /** The whole line as it may be meant where an option is unknown. @default {null} */
  readonly quoted?: string | null;
  /** Ends at the first positional, which stays with the rest. @default {false} */
  readonly stopsAtPositional?: boolean;
}

const NEGATIVE_NUMBER_REGEXP = /^-(\.?\d|inf|nan)/i;

/**
 * Returns `args` in plain form. After `--` everything is a positional; a negative number
 * where no value is expected is one, too.
 *
 * @throws {LoopError} `usage` for an unknown, ambiguous or refused option, a missing
 *   value, or a value given to a flag
 */
export function normalizeArguments(
  args: readonly string[],
  context: NormalizeContext,
): NormalizedArguments {
  const options: string[] = [];
  const positionals: string[] = [];
  const typed: TypedArgument[] = [];
  const rest = [...args];
  const addPositional = (text: string) => {
    typed.push({ text, option: null, positional: positionals.length });
    positionals.push(text);
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      typed.push({ text: arg, option: null, positional: null });
      rest.splice(0).forEach(addPositional);
    } else if (isPositional(arg)) {
      addPositional(arg);
      if (context.stopsAtPositional === true) {
        rest.splice(0).forEach(addPositional);
      }
    } else {
      const [next] = rest;
      const { length } = rest;
      const found = arg.startsWith("--")
        ? [readLong(arg, { context, rest })]
        : readShort(arg, { context, rest });
      options.push(...found);
      const option = found.at(-1) ?? null;
      const isSplit = next !== undefined && rest.length < length;
      typed.push({
        text: arg,
        option: isSplit ? null : option,
        positional: null,
      });
      if (isSplit) typed.push({ text: next, option, positional: null });
    }
  }
  return { options, positionals, typed };
}

/** Returns whether an argument is not an option. */
export function isPositional(arg: string): boolean {
  return !arg.startsWith("-") || arg === "-" ||
    NEGATIVE_NUMBER_REGEXP.test(arg);
}

interface Reading {
  readonly context: NormalizeContext;
  /** Arguments that follow; a value is taken from it. */
  readonly rest: string[];
}

function readLong(arg: string, reading: Reading): string {
  const equals = arg.indexOf("=");
  const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
  const inline = equals < 0 ? null : arg.slice(equals + 1);
  const option = findLong(name, reading.context);
  return complete(option, { ...reading, inline, typed: `--${name}` });
}

function readShort(arg: string, reading: Reading): string[] {
  const found: string[] = [];
  for (let index = 1; index < arg.length; index++) {
    const letter = arg[index] ?? "";
    const typed = `-${letter}`;
    const option = reading.context.options.find((one) => one.short === letter);
    if (option === undefined) {
      throw unknownOption(
        isLongMeant(arg, reading.context) ? arg : typed,
        reading.context,
      );
    }
    const after = arg.slice(index + 1);
    if (option.value.kind !== "flag" || after.startsWith("=")) {
      const inline = after === "" ? null : after.replace(/^=/, "");
      found.push(complete(option, { ...reading, inline, typed }));
      return found;
    }
    found.push(complete(option, { ...reading, inline: null, typed }));
  }
  return found;
}

/** Returns whether `-fix` is a mistyped `--fix`, rather than letters of which one is unknown. */
function isLongMeant(arg: string, context: NormalizeContext): boolean {
  const [name = ""] = arg.slice(1).split("=", 1);
  return name.length > 2 && nearest(name, namesOf(context), 1).length > 0;
}

function complete(
  option: OptionSpec,
  reading: Reading & { readonly inline: string | null; readonly typed: string },
): string {
  const { inline, typed, rest } = reading;
  if (option.refusal !== undefined) {
    throw new LoopError(
      "usage",
      `Option "${typed}" is not supported: ${
        lowerFirst(option.refusal.reason)
      }`,
      { hint: option.refusal.instead },
    );
  }
  if (option.value.kind === "flag") {
    if (inline === null) return `--${option.name}`;
    throw new LoopError(
      "usage",
      `Option "${typed}" takes no value, got ${quote(inline)}`,
    );
  }
  if (inline !== null) return `--${option.name}=${inline}`;
  // Its value stands behind an equals sign, or not at all.
  if (option.value.kind === "optional-text") return `--${option.name}=`;
  const next = rest[0];
  if (next === undefined || next === "--" || !isPositional(next)) {
    const got = next === undefined ? "" : `, got the option ${quote(next)}`;
    throw new LoopError(
      "usage",
      `Option "${typed}" needs a value: ${describeValue(option.value)}${got}`,
      {
        hint: next !== undefined && mayBeValue(next, option, reading.context)
          ? `If it is the value, write --${option.name}=${next}`
          : `Write it as ${usageOf(option)}`,
      },
    );
  }
  rest.shift();
  return `--${option.name}=${next}`;
}

/** Returns whether what begins with a dash can be meant as the value of `option`. */
function mayBeValue(
  text: string,
  { value }: OptionSpec,
  context: NormalizeContext,
): boolean {
  const isText = ["text", "optional-text", "key-value"].includes(value.kind);
  const [name = ""] = text.slice(2).split("=", 1);
  return isText && text !== "--" &&
    !(text.startsWith("--") && namesOf(context).includes(name));
}

/** Returns an option with its value as the usage line has it. */
export function usageOf(option: OptionSpec): string {
  switch (option.value.kind) {
    case "flag":
      return `--${option.name}`;
    case "optional-text":
      return `--${option.name}[=${option.value.placeholder}]`;
    default:
      return `--${option.name} ${option.value.placeholder}`;
  }
}

function findLong(name: string, context: NormalizeContext): OptionSpec {
  const ownNames = (option: OptionSpec): readonly string[] => [
    option.name,
    ...option.aliases ?? [],
  ];
  const exact = context.options.find((one) => ownNames(one).includes(name));
  if (exact !== undefined) return exact;
  const matching = context.options.filter((one) =>
    ownNames(one).some((candidate) => candidate.startsWith(name))
  );
  const [first, ...others] = matching;
  if (first === undefined || name === "") {
    throw unknownOption(`--${name}`, context);
  }
  if (others.length === 0) return first;
  const names = matching.map((one) => `"--${one.name}"`).sort();
  throw new LoopError(
    "usage",
    `Option "--${name}" is ambiguous: expected one of ${names.join(", ")}`,
  );
}

function namesOf({ options }: NormalizeContext): string[] {
  return options.filter(({ refusal }) => refusal === undefined)
    .flatMap(({ name, aliases = [] }) => [name, ...aliases]);
}

/** Options by which others are told to ask, or not to. */
const CONSENT_REGEXP = /^(?:(?:no-|un)?safe|yolo|dangerously-.+)$/;

function unknownOption(typed: string, context: NormalizeContext): LoopError {
  const [name = ""] = typed.replace(/^--?/, "").split("=", 1);
  const near = name.length > 1 ? nearest(name, namesOf(context)) : [];
  const place = context.command === null
    ? "before a command"
    : `for "${context.command}"`;
  const help = context.command === null
    ? "Options of a command follow its name; `ll-loop --help` lists the commands"
    : `\`ll-loop help ${context.command}\` lists its options`;
  const { quoted = null } = context;
  const guess = near.length === 0
    ? quoted === null ? "" : `Quote a command that has options: ${quoted}\n`
    : `Did you mean ${near.map((name) => `"--${name}"`).join(" or ")}? `;
  return new LoopError("usage", `Unknown option ${quote(typed)} ${place}`, {
    hint: CONSENT_REGEXP.test(name)
      ? "Whether an agent has to ask is decided by LL_SAFE=1 or by safe: true in .loops/config.yaml, never by an option"
      : guess + help,
  });
}
