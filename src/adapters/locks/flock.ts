/**
 * Owns one try at a lock of the operating system, also where the runtime has no
 * call that does not wait. The lock is the open file's: closing lets go.
 */

/** How long a waiting call may take before it counts as held, where there is no other. */
const PATIENCE_MS = 50;
/** How much longer on a busy machine, as a multiple of what a call takes that waits for nobody. */
const EXTRA_CALLS = 5;

/**
 * Resolves once a call that was made before, and that waits for nobody, would have ended: that it
 * has not means that the lock is held, and not only that the machine has much to do.
 */
async function outlastCalls(): Promise<void> {
  const startMs = performance.now();
  await Deno.lstat("/").catch(() => {});
  const callMs = performance.now() - startMs;
  await new Promise((resolve) => setTimeout(resolve, EXTRA_CALLS * callMs));
}

/**
 * Resolves with whether `call` has ended before it counts as one that waits: `patienceMs`, longer
 * where the machine is slow, for ever with `Infinity`, or until `signal`.
 */
export async function endsSoon(
  call: Promise<void>,
  { patienceMs = PATIENCE_MS, signal }: Omit<TryOptions, "isExclusive"> = {},
): Promise<boolean> {
  let hasEnded = false;
  const ended = call.then(() => {
    hasEnded = true;
  });
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const giveUp = (): void => resolve();
  let outlasting: Promise<void> | null = null;
  const timer = patienceMs === Infinity ? undefined : setTimeout(() => {
    outlasting = outlastCalls().then(giveUp);
  }, Math.max(patienceMs, PATIENCE_MS));
  signal?.addEventListener("abort", giveUp);
  try {
    await Promise.race([ended, tooLate]);
    return hasEnded;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
    if (!hasEnded) ended.catch(() => {});
    if (signal?.aborted !== true) await outlasting;
  }
}

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
  async tryLock(file, { isExclusive, ...options }) {
    let isTaken = false;
    try {
      isTaken = await endsSoon(file.lock(isExclusive), options);
    } finally {
      // The call goes on without us; a lock that it still gets is let go with its file.
      if (!isTaken) file.close();
    }
    return isTaken;
  },
};
