/** Owns writing a command line that can be pasted into a POSIX shell. */

const PLAIN_WORD_REGEXP = /^[A-Za-z0-9_./:@%+=,-]+$/;

/**
 * Returns `words` as one command line, quoted where a shell needs it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(joinCommand(["run", "it's", ""]), "run 'it'\\''s' ''");
 * ```
 */
export function joinCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

/**
 * Returns the command line that runs this program with `args` again, and with `added` before
 * whatever stands behind `--`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(commandAgain(["run", "a", "--", "-x"], ["-n", "9"]), "ll-loop run a -n 9 -- -x");
 * ```
 */
export function commandAgain(
  args: readonly string[],
  added: readonly string[] = [],
): string {
  const dashes = args.indexOf("--");
  const at = dashes < 0 ? args.length : dashes;
  return joinCommand([
    "ll-loop",
    ...args.slice(0, at),
    ...added,
    ...args.slice(at),
  ]);
}

function quoteWord(word: string): string {
  if (PLAIN_WORD_REGEXP.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
