/** Owns how a run stands: what it wrote, and whether anybody is still running it. */

import {
  inFolder,
  type RunEnd,
  type RunStatus,
  type StateFile,
} from "../../model/mod.ts";
import type { Files, Locks } from "../../ports/mod.ts";
import { OWNER_FILE } from "./owner.ts";
import { readRun, type StoredRun } from "./read_run.ts";

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
  return conditionOf(
    run.state,
    await locks.isHeld(inFolder(run.path, OWNER_FILE)),
  );
}

/**
 * Returns a run and how it stands, read so that both agree while the run goes on: a run lets go
 * of its lock after its last word, so what is read once the lock is free is the last.
 *
 * @throws {LoopError} `not-found` or `unreadable`, naming the file that cannot be used
 */
export async function lookAtRun(
  { files, locks }: {
    readonly files: Pick<Files, "readText" | "readTextIfExists">;
    readonly locks: Pick<Locks, "isHeld">;
  },
  path: string,
): Promise<{ readonly run: StoredRun; readonly condition: RunCondition }> {
  const look = async () => {
    const isAlive = await locks.isHeld(inFolder(path, OWNER_FILE));
    const run = readRun(files, path);
    return { run, condition: conditionOf(run.state, isAlive) };
  };
  const found = await look();
  // It may have been resumed between the two looks.
  return found.condition.isCutOff ? await look() : found;
}

function conditionOf(
  state: StoredRun["state"],
  isAlive: boolean,
): RunCondition {
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
