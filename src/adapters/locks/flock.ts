/**
 * Owns one try at a lock of the operating system, also where the runtime has no
 * call that does not wait. The lock is the open file's: closing lets go.
 */

/** How long a waiting call may take before it counts as held, where there is no other. */
const PATIENCE_MS = 50;

/** Options of one try. */
export interface TryOptions {
  readonly isExclusive: boolean;
  /** How long a try that cannot help waiting may wait. @default {50} */
  readonly patienceMs?: number;
  /** Ends such a wait. */
  readonly signal?: AbortSignal | undefined;
}

/** Tries that return at once. */
export interface DirectFlock {
  readonly isCostly: false;
  /** Returns whether the lock was taken; closes the file when it was not. */
  tryLock(file: Deno.FsFile, options: TryOptions): boolean;
}

/** Tries each of which costs a thread until the lock is free, so that they should be few. */
export interface RacingFlock {
  readonly isCostly: true;
  /** Resolves with whether the lock was taken; closes the file when it was not. */
  tryLock(file: Deno.FsFile, options: TryOptions): Promise<boolean>;
}

/** Tries at locks on open files. */
export type Flock = DirectFlock | RacingFlock;

/** Returns the tries that this runtime is capable of; `canTry` says otherwise in tests. */
export function createFlock(
  canTry = typeof Deno.FsFile.prototype.tryLockSync === "function",
): Flock {
  return canTry ? DIRECT : RACING;
}

const DIRECT: DirectFlock = {
  isCostly: false,
  tryLock(file, { isExclusive }) {
    let isTaken = false;
    try {
      isTaken = file.tryLockSync(isExclusive);
    } finally {
      if (!isTaken) file.close();
    }
    return isTaken;
  },
};

const RACING: RacingFlock = {
  isCostly: true,
  async tryLock(file, { isExclusive, patienceMs = PATIENCE_MS, signal }) {
    let isTaken = false;
    const taken = file.lock(isExclusive).then(() => {
      isTaken = true;
    });
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const giveUp = (): void => resolve();
    const timer = patienceMs === Infinity
      ? undefined
      : setTimeout(giveUp, Math.max(patienceMs, PATIENCE_MS));
    signal?.addEventListener("abort", giveUp);
    try {
      await Promise.race([taken, tooLate]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      // The call goes on without us; a lock that it still gets is let go with its file.
      if (!isTaken) {
        taken.catch(() => {});
        file.close();
      }
    }
    return isTaken;
  },
};
