/** Owns the scratch git worktree that a sub-loop may run in (EXEC 6.3). */

import { join } from "@std/path";
import type { ObservedOutcome, WorktreeEffect } from "../../model/mod.ts";
import type { Processes } from "../../ports/mod.ts";

const GIT_TIMEOUT_MS = 120_000;

/** What {@linkcode performWorktree} needs. */
export interface WorktreeOptions {
  readonly processes: Processes;
  readonly root: string;
  /** Folder for scratch worktrees. */
  readonly folder: string;
}

/**
 * Attaches a worktree of an existing branch and returns its path, or detaches one. One with
 * changes that are not committed is kept, and the outcome says so.
 */
export async function performWorktree(
  options: WorktreeOptions,
  effect: WorktreeEffect,
): Promise<ObservedOutcome> {
  const path = effect.path ??
    join(options.folder, `${effect.frame}-${effect.effect}`);
  const args = effect.operation === "attach"
    ? ["worktree", "add", "--quiet", path, effect.branch]
    : ["worktree", "remove", path];
  if (effect.operation === "attach" && effect.branch.startsWith("-")) {
    return failure(`"${effect.branch}" is no name of a branch`);
  }
  const outcome = await options.processes.start({
    argv: ["git", ...args],
    cwd: options.root,
    env: {},
    timeoutMs: GIT_TIMEOUT_MS,
    idleTimeoutMs: 0,
    graceMs: 1000,
    detach: false,
    spillPrefix: null,
    mask: null,
  }).outcome;
  if (outcome.exitCode !== 0) {
    const reason = outcome.startError ?? outcome.stderr.text.trim();
    return failure(`Git cannot ${effect.operation} the worktree: ${reason}`);
  }
  return { kind: "observed", value: path, error: null, isCancelled: false };
}

function failure(error: string): ObservedOutcome {
  return { kind: "observed", value: null, error, isCancelled: false };
}
