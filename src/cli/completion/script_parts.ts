/** Owns what the completion scripts of all shells have in common: the table in the forms that they need. */

import type { CommandSpec, OptionSpec } from "../command_spec.ts";
import { GLOBAL_OPTIONS } from "../common_options.ts";

/** Returns name and aliases of a command. */
export function spellingsOf({ name, aliases }: CommandSpec): string[] {
  return [name, ...aliases];
}

/** Returns the options of a command that work, its own first. */
export function workingOptions(command: CommandSpec): readonly OptionSpec[] {
  return [...command.options, ...GLOBAL_OPTIONS]
    .filter(({ refusal }) => refusal === undefined);
}

/** Returns the global options that take a value from the next word, with dashes. */
export function globalOptionsWithValue(): string[] {
  return GLOBAL_OPTIONS.filter(({ value }) => value.kind !== "flag")
    .map(({ name }) => `--${name}`);
}

/**
 * Returns a text in single quotes for a POSIX shell.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(singleQuoted("what's this"), "'what'\\''s this'");
 * ```
 */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
