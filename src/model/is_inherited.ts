/** Owns which variables of this process an action inherits. */

/** Whatever `env_allow` says, beside `LL_…`. */
const ALWAYS: ReadonlySet<string> = new Set([
  // By these an agent was let start before the run.
  "CLAUDE_CODE_BUBBLEWRAP",
  "IS_SANDBOX",
  "HOME",
  "LANG",
  "PATH",
  "TERM",
  "TMPDIR",
]);

/**
 * Returns whether a variable is inherited where `allowed` is the `env_allow` that counts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const allowed = ["CI", "NPM_*"];
 * const names = ["CI", "CI_JOB", "NPM_CACHE", "PATH", "LL_RUN_ID", "SECRET"];
 * assertEquals(names.filter((name) => isInherited(name, allowed)), ["CI", "NPM_CACHE", "PATH", "LL_RUN_ID"]);
 * ```
 */
export function isInherited(
  name: string,
  allowed: readonly string[] | undefined,
): boolean {
  return allowed === undefined || ALWAYS.has(name) || name.startsWith("LL_") ||
    allowed.some((each) =>
      each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each
    );
}
