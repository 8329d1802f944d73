/** Owns saying what of some runs cannot be read, while the rest is told. */

import { displayPath, printLines, type Session } from "./program.ts";

/** Prints a warning for each problem, on stderr. */
export function warnOfProblems(
  { stderr }: Pick<Session, "stderr">,
  parts: readonly { readonly problem: string | null }[],
): void {
  printLines(
    stderr,
    parts.flatMap(({ problem }) =>
      problem === null ? [] : [`warning: ${problem}`]
    ),
  );
}

/** Prints a warning for each line of a file that could not be read, on stderr. */
export function warnOfDamage(
  { stderr, world }: Pick<Session, "stderr" | "world">,
  file: string,
  lines: readonly number[],
): void {
  const shown = displayPath(file, world.system.cwd);
  printLines(
    stderr,
    lines.map((line) =>
      `warning: Left out line ${line} of "${shown}": it is damaged`
    ),
  );
}
