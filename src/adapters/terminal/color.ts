/** Owns the decisions about a stream that depend on the environment. */

/** Returns a variable; `undefined` when unset. */
export type ReadEnv = (name: string) => string | undefined;

/**
 * Returns whether colours may be used: never with `NO_COLOR`, always with `FORCE_COLOR=1`,
 * else on a terminal that is not dumb.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const env = { NO_COLOR: "1", FORCE_COLOR: "1" } as Record<string, string>;
 * assertEquals(decideColor((name) => env[name], { isTerminal: true }), false);
 * ```
 */
export function decideColor(
  env: ReadEnv,
  stream: { readonly isTerminal: boolean },
): boolean {
  if ((env("NO_COLOR") ?? "") !== "") return false;
  if (env("FORCE_COLOR") === "1") return true;
  return env("TERM") !== "dumb" && stream.isTerminal;
}

/**
 * Returns the columns of a stream: those that `COLUMNS` tells, else those of the
 * terminal, else 80.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(decideColumns(() => "120", () => 90), 120);
 * assertEquals(decideColumns(() => "wide", () => 90), 90);
 * ```
 */
export function decideColumns(env: ReadEnv, measure: () => number): number {
  const told = env("COLUMNS") ?? "";
  if (/^[0-9]{1,5}$/.test(told) && Number(told) > 0) return Number(told);
  try {
    const columns = measure();
    return columns > 0 ? columns : 80;
  } catch {
    return 80;
  }
}
