/** Owns saying what of some runs cannot be read, while the rest is told. */

import { printLines, type Session } from "./program.ts";

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
