/** Owns whether anything that `doctor` looked at stands in the way of a run. */

import type { Examination } from "../../model/mod.ts";
import type { ExaminedLoop } from "./examine_loops.ts";

/**
 * Returns whether every loop runs here and nothing else is in the way: folders can be written,
 * locks work, the configuration can be used, actions can be started. Values that are given on the
 * command line are not missed.
 */
export function isReady(
  examination: Examination,
  loops: readonly ExaminedLoop[],
): boolean {
  const { machine, folders, configuration } = examination;
  return machine.os !== "windows" && machine.bash.path !== null &&
    folders.every(({ hasLocks }) => hasLocks) &&
    configuration.every(({ problems }) =>
      problems.every(({ severity }) => severity !== "error")
    ) &&
    loops.every(canRun);
}

/** Returns whether a loop runs here, once it is given its values. */
export function canRun(loop: ExaminedLoop): boolean {
  return loop.kind === "judged" && loop.verdict.kind !== "does-not-run" &&
    loop.verdict.lacking.length === 0;
}
