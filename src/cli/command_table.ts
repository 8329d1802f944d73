/**
 * Owns the one table of commands, from which parsing, help and tests are made. A new
 * command is a file in `specs/`, a row here, and its code in `carry_out.ts`.
 */

import { LoopError, nearest } from "../model/mod.ts";
import type { CommandSpec, OptionSpec } from "./command_spec.ts";
import { GLOBAL_OPTIONS } from "./common_options.ts";
import { refusedCommands } from "./refused_commands.ts";
import { AUDIT } from "./specs/audit.ts";
import { COMPLETE } from "./specs/complete.ts";
import { COMPLETIONS } from "./specs/completions.ts";
import { DEMO } from "./specs/demo.ts";
import { GUIDE } from "./specs/guide.ts";
import { DOCTOR } from "./specs/doctor.ts";
import { HELP } from "./specs/help.ts";
import { HISTORY } from "./specs/history.ts";
import { INSTALL } from "./specs/install.ts";
import { LIST } from "./specs/list.ts";
import { LOGS } from "./specs/logs.ts";
import { MONITOR } from "./specs/monitor.ts";
import { NEW } from "./specs/new.ts";
import { PRUNE } from "./specs/prune.ts";
import { QUEUE } from "./specs/queue.ts";
import { REPLAY } from "./specs/replay.ts";
import { STATUS } from "./specs/status.ts";
import { MAN } from "./specs/man.ts";
import { RESUME } from "./specs/resume.ts";
import { RUN } from "./specs/run.ts";
import { SCHEMA } from "./specs/schema.ts";
import { SHOW } from "./specs/show.ts";
import { SIMULATE } from "./specs/simulate.ts";
import { STOP } from "./specs/stop.ts";
import { TEST } from "./specs/test.ts";
import { UNTIL } from "./specs/until.ts";
import { VALIDATE } from "./specs/validate.ts";

/** Commands that work, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  RUN,
  UNTIL,
  RESUME,
  STOP,
  NEW,
  INSTALL,
  VALIDATE,
  LIST,
  SHOW,
  STATUS,
  LOGS,
  MONITOR,
  HISTORY,
  AUDIT,
  REPLAY,
  QUEUE,
  PRUNE,
  TEST,
  SIMULATE,
  GUIDE,
  SCHEMA,
  DOCTOR,
  DEMO,
  COMPLETIONS,
  MAN,
  HELP,
];

/** Commands for programs: they work, and nothing tells of them. */
export const HIDDEN_COMMANDS: readonly CommandSpec[] = [COMPLETE];

/** Returns the command that works with this name or alias. */
export function findReady(name: string): CommandSpec | null {
  return withName(COMMANDS, name) ?? withName(HIDDEN_COMMANDS, name);
}

/** Returns the command with this name or alias, whether it works or is refused. */
export function findCommand(name: string): CommandSpec | null {
  return findReady(name) ?? withName(refusedCommands(), name);
}

function withName(
  commands: readonly CommandSpec[],
  typed: string,
): CommandSpec | null {
  return commands.find(({ name, aliases }) =>
    name === typed || aliases.includes(typed)
  ) ?? null;
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
  return nearest(typed, COMMANDS.map(({ name }) => name));
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
