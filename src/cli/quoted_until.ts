/** Owns the command line of `until` as it was meant by somebody who forgot the quotes. */

import { HOST_NAMES, hostOf, joinCommand, nearest } from "../model/mod.ts";
import type { OptionSpec } from "./command_spec.ts";

/**
 * Returns the command line in which each command is one word: what follows CMD or `--fix`
 * belongs to it, up to the next option that `until` has; an agent after `--agent` is its value.
 * `null` where that leads nowhere.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { UNTIL } from "./specs/until.ts";
 * assertEquals(
 *   quotedUntil(["npm", "test", "--times", "3", "--fix", "ls", "-la"], UNTIL.options),
 *   "ll-loop until 'npm test' --times 3 --fix 'ls -la'",
 * );
 * ```
 */
export function quotedUntil(
  args: readonly string[],
  options: readonly OptionSpec[],
): string | null {
  const words: string[] = [];
  /** Where the words of a command go; `null` after an option with no command. */
  let open: number | null = null;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const option = words.length === 0 ? undefined : optionOf(arg, options);
    if (option === undefined) {
      if (words.length > 0 && open === null) return null;
      open ??= words.length;
      words[open] = open in words ? `${words[open]} ${arg}` : arg;
      continue;
    }
    open = null;
    const host = option.name === "agent" ? hostNear(rest[0] ?? "") : null;
    if (host !== null) {
      words.push(`${arg}=${host}`);
      rest.shift();
      continue;
    }
    const { kind } = option.value;
    const value =
      kind === "flag" || kind === "optional-text" || arg.includes("=")
        ? undefined
        : rest.shift();
    words.push(arg, ...(value === undefined ? [] : [value]));
    if (option.name === "fix") open = words.length - 1;
  }
  return words[0]?.startsWith("-") === false
    ? joinCommand(["ll-loop", "until", ...words])
    : null;
}

/** Returns the host that a word names, or comes near to; `null` for every other word. */
function hostNear(word: string): string | null {
  return hostOf(word) === null ? nearest(word, HOST_NAMES, 1)[0] ?? null : word;
}

function optionOf(
  arg: string,
  options: readonly OptionSpec[],
): OptionSpec | undefined {
  const [typed = ""] = arg.split("=", 1);
  return options.find(({ name, short, aliases = [] }) =>
    [name, ...aliases].some((each) => `--${each}` === typed) ||
    (short !== undefined && `-${short}` === typed)
  );
}
