/** Owns the help texts, made from the command table: plain text, at most 80 columns. */

import { unreachable } from "../model/mod.ts";
import {
  CATEGORIES,
  type CommandSpec,
  type OptionSpec,
} from "./command_spec.ts";
import { COMMANDS, optionsOf } from "./command_table.ts";
import { GLOBAL_OPTIONS } from "./common_options.ts";
import { EXIT_STATUSES } from "./exit_statuses.ts";
import { usageOf } from "./normalize_arguments.ts";

const COLUMNS = 80;
const OPTION_COLUMNS = 30;
const NAME_COLUMNS = 16;

/** Returns the help of the program: at most 23 lines, so that a prompt fits below. */
export function formatHelp(
  commands: readonly CommandSpec[] = COMMANDS,
): string {
  const ready = commands.filter((command) => command.status === "ready");
  const others = ready.filter((command) => command.isCommon !== true)
    .map((command) => command.name);
  const names = wrap(others.join(", "), { indent: NAME_COLUMNS + 2 }).join(
    "\n",
  );
  const options = GLOBAL_OPTIONS.map((option) => usageOf(option));
  return [
    "ll-loop lets a script or a coding agent work until a check passes: by one line,",
    "or by a loop, which is steps in YAML and the ways between them.",
    "",
    "Usage: ll-loop COMMAND [OPTIONS]   or: ll-loop LOOP [INPUT], short for run LOOP",
    "",
    "Commands:",
    ...ready.filter((command) => command.isCommon === true).map((command) => {
      const names = [command.name, ...command.aliases].join(", ");
      return `  ${names.padEnd(NAME_COLUMNS)}${command.summary}`;
    }),
    ...others.length === 0
      ? []
      : [`  ${"also".padEnd(NAME_COLUMNS)}${names.trimStart()}`],
    "",
    `Every command takes ${options.join(", ")}`,
    "`ll-loop help COMMAND` explains one with examples, `ll-loop guide` the loops",
  ].join("\n");
}

/** Returns the help of one command: usage, arguments, options, examples, statuses. */
export function formatCommandHelp(command: CommandSpec): string {
  const title = [command.name, ...command.aliases].join(", ");
  if (command.refusal !== undefined) {
    return [
      ...wrap(`${title}: ${command.summary}`, { indent: 0 }),
      "",
      ...wrap(`Not available: ${command.refusal.reason}.`, { indent: 0 }),
      ...wrap(`Instead: ${command.refusal.instead}.`, { indent: 0 }),
      ...wrap(
        `A loop named "${command.name}" runs with: ll-loop run ${command.name}`,
        { indent: 0 },
      ),
    ].join("\n");
  }
  const lines = [
    `${command.summary}.`,
    "",
    ...wrap(`Usage: ${usageLine(command)}`, { indent: 0, hanging: 7 }),
  ];
  if (command.aliases.length > 0) {
    lines.push(`Alias: ${command.aliases.join(", ")}`);
  }
  if (command.details !== undefined) {
    lines.push("", ...wrap(command.details, { indent: 0 }));
  }
  if (command.positionals.length > 0) {
    lines.push("", "Arguments:");
    for (const { name, summary, choices } of command.positionals) {
      const known = choices === undefined ? "" : `: ${choices.join(", ")}`;
      const text = wrap(summary + known, { indent: OPTION_COLUMNS });
      const [first = "", ...rest] = text;
      lines.push(
        `  ${name.padEnd(OPTION_COLUMNS - 2)}${first.trimStart()}`,
        ...rest,
      );
    }
  }
  const options = optionsOf(command);
  for (const category of CATEGORIES) {
    const own = options.filter((option) =>
      option.category === category && option.refusal === undefined
    );
    if (own.length === 0) continue;
    lines.push("", `${category}:`, ...own.flatMap(optionLines));
  }
  const refused = options.filter((option) => option.refusal !== undefined);
  if (refused.length > 0) {
    const names = refused.map((option) => `--${option.name}`).join(", ");
    lines.push(
      "",
      "Options of the reference that are refused, with the reason:",
      ...wrap(names, { indent: 2 }),
    );
  }
  lines.push("", "Examples:");
  for (const { command: line, summary } of command.examples) {
    lines.push(`  # ${summary}`, `  ${line}`);
  }
  lines.push("", "Exit status:");
  for (const [status, meaning] of EXIT_STATUSES) {
    if (!command.statuses.includes(status)) continue;
    lines.push(`  ${String(status).padEnd(5)}${meaning}`);
  }
  return lines.join("\n");
}

/** Returns how a command is typed: `ll-loop run LOOP [INPUT] [OPTIONS]`. */
export function usageLine(command: CommandSpec): string {
  const parts = ["ll-loop", command.name];
  for (const positional of command.positionals) {
    const name = positional.isRepeatable === true
      ? `${positional.name}...`
      : positional.name;
    parts.push(positional.isOptional === true ? `[${name}]` : name);
  }
  if (command.usageOptions !== undefined) parts.push(command.usageOptions);
  if (command.options.length > 0) parts.push("[OPTIONS]");
  return parts.join(" ");
}

function optionLines(option: OptionSpec): string[] {
  const names = `  ${optionNames(option)}`;
  const indent = OPTION_COLUMNS;
  const summary = wrap(summaryText(option), { indent });
  const lines = names.length < OPTION_COLUMNS
    ? [
      names.padEnd(OPTION_COLUMNS) + (summary[0] ?? "").trimStart(),
      ...summary.slice(1),
    ]
    : [names, ...summary];
  if (option.details !== undefined) {
    lines.push(...wrap(option.details, { indent }));
  }
  return lines;
}

/** Returns `-n, --max-steps N`; aliases follow the name. */
function optionNames(option: OptionSpec): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const names = [option.name, ...option.aliases ?? []].map((name) =>
    `--${name}`
  );
  return `${short}${names.join(", ")}${valueText(option)}`;
}

function summaryText(option: OptionSpec): string {
  return option.value.kind === "choice"
    ? `${option.summary}: ${option.value.choices.join(", ")}`
    : option.summary;
}

function valueText(option: OptionSpec): string {
  switch (option.value.kind) {
    case "flag":
      return "";
    case "optional-text":
      return `[=${option.value.placeholder}]`;
    case "choice":
    case "text":
    case "integer":
    case "seconds":
    case "amount":
    case "duration":
    case "key-value":
      return ` ${option.value.placeholder}`;
    default:
      return unreachable(option.value);
  }
}

/** Returns `text` in lines of at most 80 columns. */
function wrap(
  text: string,
  options: { readonly indent: number; readonly hanging?: number },
): string[] {
  const lines: string[] = [];
  let line = "";
  const room = (): number => COLUMNS - options.indent - hanging();
  const hanging = (): number => lines.length === 0 ? 0 : options.hanging ?? 0;
  const flush = (): void => {
    lines.push(" ".repeat(options.indent + hanging()) + line);
    line = "";
  };
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > room()) flush();
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") flush();
  return lines;
}
