/** Owns how a run stands: what it wrote, and whether anybody is still running it. */

import { join } from "@std/path";
import type { RunEnd, RunStatus, StateFile } from "../../model/mod.ts";
import type { Locks } from "../../ports/mod.ts";
import { OWNER_FILE } from "./owner.ts";
import type { StoredRun } from "./read_run.ts";

/** How a run stands. */
export interface RunCondition {
  readonly status: RunStatus;
  /** Whether a process is running it now. */
  readonly isAlive: boolean;
  /** Whether it was cut off: nobody is running it, and it wrote no end. */
  readonly isCutOff: boolean;
}

/**
 * Returns how a run stands: the one answer of every command that tells it. The state file alone
 * would tell of a run that was killed that it runs. Nothing is repaired: the lock of its
 * owner is looked at, and readers never write.
 */
export async function effectiveStatus(
  locks: Pick<Locks, "isHeld">,
  run: Pick<StoredRun, "path" | "state">,
): Promise<RunCondition> {
  const { path, state } = run;
  const isAlive = await locks.isHeld(join(path, OWNER_FILE));
  // Between its last line and letting go a run has ended already; resumed, it has not.
  if (state !== null && isFinal(state)) {
    return { status: state.status, isAlive, isCutOff: false };
  }
  if (isAlive) return { status: "running", isAlive, isCutOff: false };
  const isCutOff = state === null || state.status === "running";
  return { status: isCutOff ? "interrupted" : state.status, isAlive, isCutOff };
}

/** Ends after which nothing is left to go on with. */
const FINAL_ENDS: ReadonlySet<string> = new Set([
  "terminal",
  "handoff_terminated",
]);

/** Returns whether a run that ended so has ended for good. */
export function isFinalEnd(
  { terminatedBy }: Pick<RunEnd, "terminatedBy">,
): boolean {
  return FINAL_ENDS.has(terminatedBy);
}

/** Returns whether a run that left this state has ended so that it cannot be resumed. */
export function isFinal(
  state: Pick<StateFile, "status" | "terminated_by">,
): boolean {
  return state.status === "completed" ||
    (state.status === "failed" && FINAL_ENDS.has(state.terminated_by ?? ""));
}
