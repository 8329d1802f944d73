/** The part of `@std/cli` that this project uses, typed. */

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions {
  boolean?: readonly string[];
  string?: readonly string[];
  collect?: readonly string[];
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Puts everything after `--` under the key `"--"`. @default {false} */
  "--"?: boolean;
  /** Called for each argument that no option declares; `false` drops it. */
  unknown?(arg: string, key?: string, value?: unknown): unknown;
}

/** What {@linkcode parseArgs} returns: options by name, positionals under `_`. */
export interface Args {
  _: (string | number)[];
  "--"?: string[];
  [name: string]: unknown;
}

/** Returns the options and positionals in `args`. */
export function parseArgs(
  args: readonly string[],
  options?: ParseOptions,
): Args;
