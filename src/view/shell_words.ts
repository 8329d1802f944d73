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

function quoteWord(word: string): string {
  if (PLAIN_WORD_REGEXP.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
