/**
 * Owns the lines by which a program talks to the runner of GitHub Actions, and keeping text
 * that is none of them from being taken for one.
 */

/** Properties of a command by name; those that are `null` are left out. */
export type CommandProperties = {
  readonly [name: string]: string | number | null;
};

/**
 * Returns one workflow command as a line without its end, everything in it escaped as the
 * runner unescapes it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   formatCommand("error", { file: "a,b.yaml", line: 3, col: null }, "50%\n::set-env::"),
 *   "::error file=a%2Cb.yaml,line=3::50%25%0A::set-env::",
 * );
 * ```
 */
export function formatCommand(
  command: string,
  properties: CommandProperties,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${escapeProperty(String(value))}`]
  );
  const head = given.length === 0 ? command : `${command} ${given.join(",")}`;
  return `::${head}::${escapeData(message)}`;
}

/** Returns the line after which the runner takes no line for a command until it sees the token. */
export function stopCommands(token: string): string {
  return `::stop-commands::${token}`;
}

/** Returns the line with which it listens again. */
export function resumeCommands(token: string): string {
  return `::${token}::`;
}

/** Takes up no room, and no runner takes it for a blank. */
const BREAK = "\u200b";

// The runner passes over blanks before the first form, and looks for the second anywhere.
// deno-lint-ignore no-control-regex -- some of them are blanks to the runner
const COMMAND_REGEXP = /^([\s\x1c-\x1f\x85]*)(?=::)/gm;

/**
 * Returns `text` as it reads, with nothing in it that the runner takes for a command: neither
 * `::name::` at the start of a line, nor the old `##[name]` anywhere.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(defuse("a ::b::\n  ::error::c\n"), "a ::b::\n  \u200b::error::c\n");
 * assertEquals(defuse("x ##[error]c"), "x ##\u200b[error]c");
 * ```
 */
export function defuse(text: string): string {
  return text.replaceAll("##[", `##${BREAK}[`)
    .replaceAll(COMMAND_REGEXP, `$1${BREAK}`);
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
