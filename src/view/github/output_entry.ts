/** Owns the entries of the files in which a step hands values on. */

/**
 * Returns one entry of `GITHUB_OUTPUT`. The value cannot end it early: a delimiter that stands
 * in it is made longer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(outputEntry("a", "1\n2", "END"), "a<<END\n1\n2\nEND\n");
 * assertEquals(outputEntry("a", "END", "END"), "a<<END_\nEND\nEND_\n");
 * ```
 */
export function outputEntry(
  name: string,
  value: string,
  delimiter: string,
): string {
  let end = delimiter;
  while (value.includes(end)) end += "_";
  return `${name}<<${end}\n${value}\n${end}\n`;
}
