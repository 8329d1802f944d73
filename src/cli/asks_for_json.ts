/** Owns whether a command line asks for JSON, which must be known of one that cannot be read, too. */

const LONG_REGEXP = /^--(?:js(?:on?)?|format=json)$/;
/** `-j`, alone or among other short options. */
const SHORT_REGEXP = /^-[A-Za-z]*j[A-Za-z]*$/;

/**
 * Returns whether `args` ask for JSON on stdout, whatever else is wrong with them.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * assert(asksForJson(["validate", "--format", "json", "--no-such-option"]));
 * assert(!asksForJson(["run", "a", "--", "--json"]));
 * ```
 */
export function asksForJson(args: readonly string[]): boolean {
  const dashes = args.indexOf("--");
  const options = dashes < 0 ? args : args.slice(0, dashes);
  return options.some((arg, index) =>
    LONG_REGEXP.test(arg) || SHORT_REGEXP.test(arg) ||
    (arg === "json" && options[index - 1] === "--format")
  );
}
