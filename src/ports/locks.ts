/** Advisory locks of the operating system: gone the moment their holder is. */

/** A lock that is held. */
export interface HeldLock {
  /** Replaces the text of the lock file. */
  write(text: string): void;
  /** Lets go; `remove` unlinks the file first, for names that are never used again. */
  release(options?: { readonly remove?: boolean }): void;
}

/** Takes and probes locks. Paths are absolute; a missing lock file is created with 0600. */
export interface Locks {
  /**
   * Returns the lock, or `null` when somebody holds it throughout `retryMs` or until `signal`
   * aborts. @throws {LoopError} `cannot-write`
   */
  tryExclusive(
    path: string,
    options?: { readonly retryMs?: number; readonly signal?: AbortSignal },
  ): Promise<HeldLock | null>;
  /** Waits until the lock is free, however long. @throws {LoopError} `cannot-write` */
  exclusive(
    path: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<HeldLock>;
  /** Returns whether somebody holds the lock; a missing file is not held. Releases at once and never blocks a starter. */
  isHeld(path: string): Promise<boolean>;
}
