/**
 * Owns getting a scope for one run: all holders are read, the decision made and our own
 * record written under one lock of the operating system. The record stays locked for the
 * life of the run, so that a dead holder never needs to be guessed.
 */

import { join } from "@std/path";
import { LoopError } from "../../model/mod.ts";
import type { HeldLock } from "../../ports/mod.ts";
import type { World } from "../world.ts";
import {
  type Blocker,
  findAncestors,
  findHolder,
  findWaiter,
  scopeLocked,
} from "./conflict.ts";
import { type Claims, readHolders, readWaiters } from "./holders.ts";
import { renderLock, renderWaiter, type ScopeClaim } from "./record.ts";

/** What a run needs for itself. */
export interface ScopeRequest {
  /** `.loops/.running`; shared with the reference. */
  readonly runningDir: string;
  /** `.loops/.queue`; shared with the reference. */
  readonly queueDir: string;
  readonly runId: string;
  /** `name:` of the loop. */
  readonly loopName: string;
  /** Allows one run of loops of this name at a time, whatever the scopes. */
  readonly singleton: boolean;
  /** Absolute paths as {@linkcode resolveScope} returns them; at least one. */
  readonly scope: readonly string[];
  /** Ids of the runs that this one was started from: they are not in its way. */
  readonly ancestors: readonly string[];
  /** Waits for its turn instead of failing. */
  readonly queue: boolean;
  /** How long to wait with `queue`; 0 tries once, `Infinity` never gives up. */
  readonly queueTimeoutMs: number;
  /** The command line that would wait, for the message of a run that does not. */
  readonly queueCommand?: string;
  /** Stops waiting. */
  readonly signal: AbortSignal;
  /** Called when waiting begins, and whenever somebody else is in the way. */
  onWait?(blocker: Blocker): void;
  /** Called with one sentence for each file that is no lock, once each. */
  onWarning?(message: string): void;
}

/** A scope that this run has for itself. */
export interface ScopeLock {
  readonly scope: readonly string[];
  /** Gives the scope back; the second call does nothing. Never rejects. */
  release(): Promise<void>;
}

/** The ports that getting a scope takes. */
export type ScopeWorld = Pick<World, "files" | "locks" | "clock" | "system">;

const POLL_MS = 100;
/** Long for "read, decide, write"; short for a person. */
const ACQUIRE_PATIENCE_MS = 10_000;
/** Name of the lock below `.running/` that is held around "read all holders, decide, write mine". */
export const ACQUIRE_LOCK = ".acquire.lock";

/**
 * Returns the scope lock, after waiting where the request allows it.
 *
 * @throws {LoopError} `locked` when somebody is in the way, to the end of the wait;
 * `interrupted` when the signal came first; `cannot-write` when the folders cannot be written
 */
export async function acquireScope(
  world: ScopeWorld,
  request: ScopeRequest,
): Promise<ScopeLock> {
  prepareFolder(world, request.runningDir);
  const startMs = world.clock.monotonicMs();
  const warned = new Set<string>();
  const waiting = new Waiting(world, request);
  try {
    while (true) {
      const result = await underAcquireLock(
        world,
        request,
        () => attempt(world, request, { waiting, warned }),
      );
      if ("release" in result) return result;
      const waitedMs = world.clock.monotonicMs() - startMs;
      const leftMs = request.queueTimeoutMs - waitedMs;
      if (!request.queue || leftMs <= 0) {
        throw scopeLocked(request, {
          blocker: result,
          waitedMs: request.queue ? waitedMs : null,
        });
      }
      waiting.announce(result);
      await world.clock.sleep(Math.min(POLL_MS, leftMs), request.signal);
    }
  } finally {
    waiting.end();
  }
}

async function attempt(
  world: ScopeWorld,
  request: ScopeRequest,
  { waiting, warned }: { waiting: Waiting; warned: Set<string> },
): Promise<ScopeLock | Blocker> {
  const claim = describe(world, request);
  const holders = await readHolders(world, request.runningDir);
  report(request, holders, warned);
  // Nobody else can take these: new records are only written under the lock that we hold.
  holders.dead.forEach((file) => world.files.remove(file));
  const ancestors = findAncestors(holders.live, {
    runIds: request.ancestors,
    system: world.system,
  });
  const holder = findHolder(claim, { holders, ancestors });
  if (!request.queue) return holder ?? await take(world, request, claim);

  const waiters = await readWaiters(world, request.queueDir);
  report(request, waiters, warned);
  waiters.dead.forEach((file) => world.files.remove(file));
  const blocker = holder ??
    findWaiter(claim, { waiters: waiters.live, ancestors });
  if (blocker === null) return await take(world, request, claim);
  if (request.queueTimeoutMs > 0) await waiting.begin(claim, waiters);
  return blocker;
}

function describe(world: ScopeWorld, request: ScopeRequest): ScopeClaim {
  return {
    loopName: request.loopName,
    runId: request.runId,
    pid: world.system.pid,
    pidStarted: world.system.processStart(world.system.pid),
    scope: request.scope,
    isSingleton: request.singleton,
    since: new Date(world.clock.nowMs()).toISOString(),
  };
}

function report(
  request: ScopeRequest,
  claims: Claims,
  warned: Set<string>,
): void {
  for (const warning of claims.warnings) {
    if (warned.has(warning)) continue;
    warned.add(warning);
    request.onWarning?.(warning);
  }
}

async function take(
  world: ScopeWorld,
  request: ScopeRequest,
  claim: ScopeClaim,
): Promise<ScopeLock> {
  const file = join(request.runningDir, `${request.runId}.lock`);
  const record = await world.locks.tryExclusive(file, { retryMs: 250 });
  if (record === null) {
    throw new LoopError(
      "locked",
      `Cannot start loop "${request.loopName}": run ${request.runId} is live in another process`,
      { hint: "Wait until it has ended, or stop it" },
    );
  }
  try {
    record.write(renderLock(claim));
  } catch (error) {
    record.release({ remove: true });
    throw error;
  }
  return {
    scope: request.scope,
    release: () => giveBack(world, request, record),
  };
}

// The record is ours as long as we hold its lock, so that it may go even where the
// acquire lock cannot be had: the folder may be gone or somebody may be stuck.
async function giveBack(
  world: ScopeWorld,
  request: ScopeRequest,
  record: HeldLock,
): Promise<void> {
  const sentinel = await world.locks.tryExclusive(
    join(request.runningDir, ACQUIRE_LOCK),
    { retryMs: 1000 },
  ).catch(() => null);
  record.release({ remove: true });
  sentinel?.release();
}

async function underAcquireLock<T>(
  world: ScopeWorld,
  request: ScopeRequest,
  decide: () => Promise<T>,
): Promise<T> {
  const path = join(request.runningDir, ACQUIRE_LOCK);
  const startMs = world.clock.monotonicMs();
  while (true) {
    failIfAborted(request);
    const sentinel = await world.locks.tryExclusive(path, { retryMs: 100 });
    if (sentinel !== null) {
      try {
        return await decide();
      } finally {
        sentinel.release();
      }
    }
    if (world.clock.monotonicMs() - startMs > ACQUIRE_PATIENCE_MS) {
      throw new LoopError(
        "locked",
        `Cannot start loop "${request.loopName}": another process has held "${path}" for ${
          ACQUIRE_PATIENCE_MS / 1000
        } s`,
        { hint: "A process that is starting a loop hangs; end it" },
      );
    }
    await world.clock.sleep(10, request.signal);
  }
}

function failIfAborted({ signal, loopName }: ScopeRequest): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof LoopError) throw signal.reason;
  throw new LoopError(
    "interrupted",
    `Stopped before loop "${loopName}" had its scope`,
  );
}

// A run must not show up as a change of the project.
function prepareFolder(world: ScopeWorld, folder: string): void {
  world.files.makeFolder(folder);
  world.files.create(join(folder, ".gitignore"), "*\n");
}

/** Our place in the queue: a file that is locked while we wait. */
class Waiting {
  readonly #world: ScopeWorld;
  readonly #request: ScopeRequest;
  #place: HeldLock | null = null;
  #claim: ScopeClaim | null = null;
  #announced = "";

  constructor(world: ScopeWorld, request: ScopeRequest) {
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
    this.#place = await this.#world.locks.tryExclusive(file, { retryMs: 250 });
    this.#write("");
  }

  /** Tells who is in the way, when that has changed. */
  announce(blocker: Blocker): void {
    if (this.#announced === blocker.file) return;
    this.#announced = blocker.file;
    this.#write(blocker.claim?.loopName ?? "");
    this.#request.onWait?.(blocker);
  }

  /** Leaves the queue. */
  end(): void {
    this.#place?.release({ remove: true });
    this.#place = null;
  }

  #write(waitingFor: string): void {
    if (this.#claim === null) return;
    this.#place?.write(renderWaiter(this.#claim, waitingFor));
  }
}
