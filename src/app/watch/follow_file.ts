/** Owns following what a live run writes, without touching anything of it. */

import { join } from "@std/path";
import { OWNER_FILE } from "../runs/mod.ts";
import type { World } from "../world.ts";

/** What has come of a file. */
export interface Piece {
  /** Ends where it ends: perhaps within a line. */
  readonly text: string;
  /** Whether nothing more is there for now. */
  readonly isUpToDate: boolean;
}

/** What to follow. */
export interface FollowOptions {
  /** The run's folder. */
  readonly folder: string;
  /** Name of the file in it. */
  readonly file: string;
  /** Stops following. */
  readonly stop: AbortSignal;
}

/** Somebody who reads cannot tell this from at once. */
const POLL_MS = 100;

/**
 * Yields what a file of a run holds and what comes, until nobody runs the run any more and all
 * of it has been read, or until it is stopped. A file that is replaced is read from its beginning.
 *
 * @throws {LoopError} `unreadable`
 */
export async function* followFile(
  { files, locks, clock }: Pick<World, "files" | "locks" | "clock">,
  { folder, file, stop }: FollowOptions,
): AsyncGenerator<Piece, void> {
  const growing = files.openGrowing(join(folder, file));
  try {
    while (!stop.aborted) {
      // Asked first: what is read once the lock is free is all there will be.
      const isAlive = await locks.isHeld(join(folder, OWNER_FILE));
      for (let text = growing.readMore(); text !== "";) {
        const more = growing.readMore();
        yield { text, isUpToDate: more === "" };
        text = more;
        if (stop.aborted) return;
      }
      if (!isAlive) return;
      await clock.sleep(POLL_MS, stop);
    }
  } finally {
    growing.close();
  }
}
