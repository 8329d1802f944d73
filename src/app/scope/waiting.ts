/** Owns waiting for a scope: our place in the queue, and noticing when it may be our turn. */

import { join } from "@std/path";
import type { HeldLock } from "../../ports/mod.ts";
import type { World } from "../world.ts";
import type { Blocker } from "./conflict.ts";
import type { Claims } from "./holders.ts";
import { prepareFolder } from "./prepare_folder.ts";
import { renderWaiter, type ScopeClaim } from "./record.ts";

/** Why a run has to wait. */
export interface Blocked {
  /** Who is told to be in the way: the holder, else the first of those who wait. */
  readonly blocker: Blocker;
  /** Whose end makes it worth looking again: the last one before us. */
  readonly next: Blocker;
  /** How many wait, ourselves perhaps among them. */
  readonly waiters: number;
}

/** What is needed of a request for a scope. */
interface WaitingRequest {
  readonly queueDir: string;
  readonly runId: string;
  readonly signal: AbortSignal;
  onWait?(blocker: Blocker): void;
}

type WaitingWorld = Pick<World, "files" | "locks" | "clock" | "system">;

/** One who is next in line looks more often at what is held than those behind at one another. */
const POLL_MS = { holder: 25, waiter: 100 };
/** The id is ours alone; on a busy machine even a free lock may take a while. */
const OWN_FILE_PATIENCE_MS = 2000;
/** Everything is looked at again after this at the latest, and later in a long queue. */
const LOOK_MS = 2000;
const LOOK_MS_PER_WAITER = 40;

/** Our place in the queue: a file that is locked while we wait. */
export class Waiting {
  readonly #world: WaitingWorld;
  readonly #request: WaitingRequest;
  #place: HeldLock | null = null;
  #claim: ScopeClaim | null = null;
  #announced = "";

  constructor(world: WaitingWorld, request: WaitingRequest) {
    this.#world = world;
    this.#request = request;
  }

  /** Takes the last place, the first time; call it under the acquire lock. */
  async begin(claim: ScopeClaim, waiters: Claims): Promise<void> {
    if (this.#place !== null) return;
    prepareFolder(this.#world, this.#request.queueDir);
    // Behind the last one even where the clock says otherwise.
    const lastMs = Math.max(
      0,
      ...waiters.live.map((waiter) => Date.parse(waiter.since) || 0),
    );
    const sinceMs = Math.max(Date.parse(claim.since), lastMs + 1);
    this.#claim = { ...claim, since: new Date(sinceMs).toISOString() };
    const file = join(this.#request.queueDir, `${this.#request.runId}.json`);
    this.#place = await this.#world.locks.tryExclusive(file, {
      retryMs: OWN_FILE_PATIENCE_MS,
    });
    this.#write("");
  }

  /** Tells who is in the way, when that has changed. */
  announce(blocker: Blocker): void {
    if (this.#announced === blocker.file) return;
    this.#announced = blocker.file;
    this.#write(blocker.claim?.loopName ?? "");
    this.#request.onWait?.(blocker);
  }

  /**
   * Returns when it is worth looking again: who stands before us is gone, some time has
   * passed, `leftMs` is over or the signal came.
   */
  async change({ next, waiters }: Blocked, leftMs: number): Promise<void> {
    const { clock, locks } = this.#world;
    const { signal } = this.#request;
    // The reference's files are not locked for life: only a look tells whether they count.
    const isLocked = next.claim === null || next.claim.runId !== null;
    const lookMs = LOOK_MS + waiters * LOOK_MS_PER_WAITER;
    const endMs = clock.monotonicMs() + Math.min(leftMs, this.#spread(lookMs));
    for (;;) {
      const restMs = endMs - clock.monotonicMs();
      if (restMs <= 0 || signal.aborted) return;
      const pauseMs = this.#spread(POLL_MS[next.kind]);
      await clock.sleep(Math.min(pauseMs, restMs), signal);
      if (!isLocked || !await locks.isHeld(next.file)) return;
    }
  }

  /** Leaves the queue. */
  end(): void {
    this.#place?.release({ remove: true });
    this.#place = null;
  }

  /** Those who began together must not look together for ever. */
  #spread(durationMs: number): number {
    const [byte = 0] = this.#world.system.randomBytes(1);
    return durationMs * (0.75 + byte / 512);
  }

  #write(waitingFor: string): void {
    if (this.#claim === null) return;
    this.#place?.write(renderWaiter(this.#claim, waitingFor));
  }
}
