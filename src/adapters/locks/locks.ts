/**
 * Owns locks on files: taking, probing, letting go. A lock is gone with its holder,
 * however that ends, and is never inherited by a child.
 */

import { LoopError } from "../../model/mod.ts";
import type { HeldLock, Locks } from "../../ports/mod.ts";
import {
  cannotWrite,
  isMissing,
  lookAt,
  ShortWriteError,
  writeAll,
} from "../files/mod.ts";
import { createFlock, endsSoon, type Flock, type TryOptions } from "./flock.ts";

/** Pauses between tries, growing, so that a crowd leaves time to whoever holds the lock. */
const RETRY_MIN_MS = 2;
const RETRY_MAX_MS = 50;

/** Returns the locks of this machine. */
export function createLocks(flock: Flock = createFlock()): Locks {
  const pendingProbes = new Map<string, Promise<void>>();
  return {
    async tryExclusive(path, options = {}) {
      const { retryMs = 0, signal } = options;
      const endMs = performance.now() + retryMs;
      for (let waitMs = RETRY_MIN_MS;; waitMs *= 2) {
        const held = await attempt(path, flock, {
          patienceMs: endMs - performance.now(),
          signal,
        });
        if (held !== null) return held;
        const leftMs = endMs - performance.now();
        if (leftMs <= 0 || signal?.aborted === true) return null;
        await pause(Math.min(spread(waitMs), leftMs));
      }
    },

    async exclusive(path, options = {}) {
      for (let waitMs = RETRY_MIN_MS;; waitMs *= 2) {
        if (options.signal?.aborted === true) {
          throw new LoopError(
            "interrupted",
            `Stopped while waiting for the lock "${path}"`,
          );
        }
        const held = await attempt(path, flock, {
          // One try that waits to the end leaves fewer threads behind than many.
          patienceMs: flock.isCostly ? Infinity : 0,
          signal: options.signal,
        });
        if (held !== null) return held;
        await pause(spread(waitMs));
      }
    },

    async isHeld(path) {
      if (pendingProbes.has(path)) return true;
      if (lookAt(path).isSpecial) return false;
      let file: Deno.FsFile;
      try {
        file = Deno.openSync(path);
      } catch (error) {
        // A file that somebody else protects from us is theirs: better to believe in a holder.
        return !isMissing(error);
      }
      if (flock.isCostly) return await probeSlowly(path, file, pendingProbes);
      // Without a pause in between: nobody of this process may meet our lock.
      if (!flock.tryLock(file, { isExclusive: false })) return true;
      letGo(file);
      return false;
    },
  };
}

// Without a try that returns at once, a probe waits until the lock is free. It is kept, one a
// path, so that somebody who asks again and again does not use up the runtime's threads.
async function probeSlowly(
  path: string,
  file: Deno.FsFile,
  pendingProbes: Map<string, Promise<void>>,
): Promise<boolean> {
  const isExclusive = false;
  const probe = file.lock(isExclusive).catch(() => {}).then(() => {
    letGo(file);
    pendingProbes.delete(path);
  });
  pendingProbes.set(path, probe);
  return !await endsSoon(probe);
}

async function attempt(
  path: string,
  flock: Flock,
  options: Omit<TryOptions, "isExclusive">,
): Promise<HeldLock | null> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    if (!await flock.tryLock(file, { ...options, isExclusive: true })) {
      return null;
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
  // The last holder may have unlinked the file while we waited for it: then the lock that
  // we hold is one that nobody else will ever see.
  if (!isSameFile(file, path)) {
    letGo(file);
    return null;
  }
  return holdLock(file, path);
}

function isSameFile(file: Deno.FsFile, path: string): boolean {
  try {
    const opened = file.statSync();
    const named = Deno.statSync(path);
    return opened.ino === named.ino && opened.dev === named.dev;
  } catch {
    return false;
  }
}

function holdLock(file: Deno.FsFile, path: string): HeldLock {
  let isReleased = false;
  return {
    write(text) {
      try {
        file.seekSync(0, Deno.SeekMode.Start);
        writeAll(file, text);
        // Cut last, so that whoever reads without the lock never meets an empty file.
        file.truncateSync(new TextEncoder().encode(text).length);
      } catch (error) {
        throw cannotWrite(
          path,
          error instanceof ShortWriteError ? error.cause : error,
        );
      }
    },
    release(options = {}) {
      if (isReleased) return;
      isReleased = true;
      try {
        if (options.remove === true) Deno.removeSync(path);
      } catch {
        // A name that stays behind is harmless: its lock is free.
      } finally {
        letGo(file);
      }
    },
  };
}

/** Returns a pause of about that length: those who began together must not stay together. */
function spread(waitMs: number): number {
  return Math.min(waitMs, RETRY_MAX_MS) * (0.5 + Math.random());
}

/**
 * Lets go of a lock and closes its file. Closing alone is not enough: a child that is being
 * started has our files until it becomes another program, and would hold the lock so long.
 */
function letGo(file: Deno.FsFile): void {
  try {
    file.unlockSync();
  } catch {
    // Closing does it, then.
  } finally {
    file.close();
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
