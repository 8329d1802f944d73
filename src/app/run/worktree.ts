/** Owns the scratch git worktree that a sub-loop may run in (EXEC 6.3). */

import { join } from "@std/path";
import type { ObservedOutcome, WorktreeEffect } from "../../model/mod.ts";
import type { Processes } from "../../ports/mod.ts";
import { runGit } from "../git/mod.ts";
import type { PerformOptions } from "./drive.ts";
import { CANCELLED_LOOK, notSeen, seen } from "./look_outcome.ts";

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
  performing: Pick<PerformOptions, "cancel" | "force">,
): Promise<ObservedOutcome> {
  const { cancel, force } = performing;
  if (cancel.aborted) return CANCELLED_LOOK;
  const path = effect.path ??
    join(options.folder, `${effect.frame}-${effect.effect}`);
  const args = effect.operation === "attach"
    ? ["worktree", "add", "--quiet", path, effect.branch]
    : ["worktree", "remove", path];
  if (effect.operation === "attach" && effect.branch.startsWith("-")) {
    return notSeen(`"${effect.branch}" is no name of a branch`);
  }
  const outcome = await runGit(options.processes, args, {
    cwd: options.root,
    timeoutMs: GIT_TIMEOUT_MS,
    cancel,
    force,
  });
  if (outcome.isCancelled) return CANCELLED_LOOK;
  if (outcome.exitCode !== 0) {
    const reason = outcome.startError ?? outcome.stderr.text.trim();
    return notSeen(`Git cannot ${effect.operation} the worktree: ${reason}`);
  }
  return seen(path);
}
