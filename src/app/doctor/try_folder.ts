/** Owns trying out folders: something is written there, a lock is taken and seen, and all of it is gone again. */

import { dirname, join } from "@std/path";
import { type FolderTrial, LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";

type TrialWorld = Pick<World, "files" | "locks" | "system">;

/** More than a file system keeps beside the name: a full disk is noticed. */
const TRIAL_BYTES = 8192;

/** Where a lock can only be waited for, who looked at it may have it for a moment. */
const RELEASE_MS = 1000;

/** Returns what trying out `path` gave; where there is no such folder, the nearest one above it. */
export async function tryFolder(
  world: TrialWorld,
  path: string,
): Promise<FolderTrial> {
  const { files, system } = world;
  let nearest = path;
  while (files.stat(nearest) === null && dirname(nearest) !== nearest) {
    nearest = dirname(nearest);
  }
  const exists = nearest === path;
  if (files.stat(nearest)?.isDirectory !== true) {
    return failed(path, { exists, problem: `"${nearest}" is not a folder` });
  }
  const random = [...system.randomBytes(6)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const trial = join(nearest, `.ll-loop-doctor-${random}`);
  try {
    files.makeNewFolder(trial);
  } catch (error) {
    return failed(path, { exists, problem: messageOf(error) });
  }
  return { ...await useFolder(world, trial), path, exists };
}

/** Returns what trying out the system's folder for temporary files gave. */
export async function tryTemporaryFolder(
  world: TrialWorld,
): Promise<FolderTrial> {
  let trial: string;
  try {
    trial = world.files.makeTempFolder("ll-loop-doctor-");
  } catch (error) {
    const problem = messageOf(error);
    return failed("the temporary folder", { exists: false, problem });
  }
  const path = dirname(trial);
  return { ...await useFolder(world, trial), path, exists: true };
}

/** Writes and locks in `trial`, a folder that was just made, and removes it. */
async function useFolder(
  { files, locks }: TrialWorld,
  trial: string,
): Promise<Pick<FolderTrial, "isWritable" | "hasLocks" | "problem">> {
  let isWritable = false;
  try {
    files.create(join(trial, "file"), "x".repeat(TRIAL_BYTES));
    isWritable = true;
    const lock = join(trial, "lock");
    const held = await locks.tryExclusive(lock);
    const isSeen = held !== null && await locks.isHeld(lock);
    held?.release();
    const again = await locks.tryExclusive(lock, { retryMs: RELEASE_MS });
    again?.release();
    const isGone = again !== null;
    const problem = isSeen && isGone
      ? null
      : isSeen
      ? "a lock that was let go is still held"
      : "a lock that is held is not seen: two runs could change the same files";
    return { isWritable, hasLocks: problem === null, problem };
  } catch (error) {
    return { isWritable, hasLocks: false, problem: messageOf(error) };
  } finally {
    removeTrial({ files }, trial);
  }
}

/** What cannot be removed could not be made, or shows as what it is by its name. */
function removeTrial({ files }: Pick<World, "files">, trial: string): void {
  try {
    files.remove(trial);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
  }
}

function failed(
  path: string,
  options: { readonly exists: boolean; readonly problem: string },
): FolderTrial {
  return { path, ...options, isWritable: false, hasLocks: false };
}

/** The cause alone: the path is that of a file which nobody has ever seen. */
function messageOf(error: unknown): string {
  if (!(error instanceof LoopError)) throw error;
  return error.message.replace(/^Cannot write ".*": /, "");
}
