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
  findWaiters,
  scopeLocked,
} from "./conflict.ts";
import {
  type Claims,
  type ReadClaimsOptions,
  readHolders,
  readWaiters,
} from "./holders.ts";
import { prepareFolder } from "./prepare_folder.ts";
import { renderLock, type ScopeClaim } from "./record.ts";
import { type Blocked, Waiting } from "./waiting.ts";

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

/** Long for "read, decide, write"; short for a person. Who queues goes on waiting after it. */
const ACQUIRE_PATIENCE_MS = 10_000;
/** The id is ours alone; on a busy machine even a free lock may take a while. */
const OWN_FILE_PATIENCE_MS = 2000;
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
  const leftMs = () =>
    request.queueTimeoutMs - (world.clock.monotonicMs() - startMs);
  const warned = new Set<string>();
  const waiting = new Waiting(world, request);
  const tryOnce = () =>
    underAcquireLock(
      world,
      { request, leftMs: leftMs() },
      () => attempt(world, request, { waiting, warned }),
    );
  try {
    let result = await tryOnce();
    while (!("release" in result)) {
      if (!request.queue || leftMs() <= 0) {
        const waitedMs = world.clock.monotonicMs() - startMs;
        throw scopeLocked(request, {
          blocker: result.blocker,
          waitedMs: request.queue ? waitedMs : null,
        });
      }
      waiting.announce(result.blocker);
      await waiting.change(result, leftMs());
      failIfAborted(request);
      // A look needs no lock: only those whose turn it is get in line for that.
      const seen = await look(world, request);
      result = seen.blocked ?? await tryOnce();
    }
    return result;
  } finally {
    waiting.end();
  }
}

/** What can be known without the acquire lock. */
interface Look {
  readonly holders: Claims;
  readonly waiters: Claims | null;
  readonly blocked: Blocked | null;
}

async function look(
  world: ScopeWorld,
  request: ScopeRequest,
  options: ReadClaimsOptions = {},
): Promise<Look> {
  const claim = describe(world, request);
  const holders = await readHolders(world, request.runningDir, options);
  const waiters = request.queue
    ? await readWaiters(world, request.queueDir, options)
    : null;
  const ancestors = findAncestors(holders.live, {
    runIds: request.ancestors,
    system: world.system,
  });
  const holder = findHolder(claim, { holders, ancestors });
  const before = waiters === null
    ? []
    : findWaiters(claim, { waiters: waiters.live, ancestors });
  const blocker = holder ?? before[0] ?? null;
  return {
    holders,
    waiters,
    blocked: blocker === null ? null : {
      blocker,
      // Whoever stands directly before us: when one run ends, one waiter wakes.
      next: before.at(-1) ?? blocker,
      waiters: waiters?.live.length ?? 0,
    },
  };
}

async function attempt(
  world: ScopeWorld,
  request: ScopeRequest,
  { waiting, warned }: { waiting: Waiting; warned: Set<string> },
): Promise<ScopeLock | Blocked> {
  const { holders, waiters, blocked } = await look(world, request, {
    isAlone: true,
  });
  for (const claims of [holders, waiters]) {
    if (claims === null) continue;
    report(request, claims, warned);
    // Nobody else can take these: new records are only written under the lock that we hold.
    claims.dead.forEach((file) => world.files.remove(file));
  }
  const claim = describe(world, request);
  if (blocked === null) return await take(world, request, claim);
  if (waiters !== null && request.queueTimeoutMs > 0) {
    await waiting.begin(claim, waiters);
  }
  return blocked;
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
  const record = await world.locks.tryExclusive(file, {
    retryMs: OWN_FILE_PATIENCE_MS,
  });
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
  { request, leftMs }: {
    readonly request: ScopeRequest;
    readonly leftMs: number;
  },
  decide: () => Promise<T>,
): Promise<T> {
  const path = join(request.runningDir, ACQUIRE_LOCK);
  const { signal } = request;
  failIfAborted(request);
  let retryMs = ACQUIRE_PATIENCE_MS;
  let sentinel = await world.locks.tryExclusive(path, { retryMs, signal });
  if (sentinel === null && request.queue && leftMs > retryMs) {
    failIfAborted(request);
    request.onWarning?.(`${stuck(path, retryMs)}; still waiting for it`);
    retryMs = leftMs - retryMs;
    sentinel = await world.locks.tryExclusive(path, { retryMs, signal });
  }
  if (sentinel === null) {
    failIfAborted(request);
    // In a crowd it went from hand to hand: then who has the scope is what keeps us from it.
    const { blocked } = await look(world, request);
    if (blocked !== null) {
      throw scopeLocked(request, {
        blocker: blocked.blocker,
        waitedMs: request.queue ? retryMs : null,
      });
    }
    throw new LoopError(
      "locked",
      `Cannot start loop "${request.loopName}": ${
        stuck(path, ACQUIRE_PATIENCE_MS)
      }`,
      { hint: "A process that is starting a loop hangs; end it" },
    );
  }
  try {
    return await decide();
  } finally {
    sentinel.release();
  }
}

function stuck(path: string, durationMs: number): string {
  return `another process has held "${path}" for ${durationMs / 1000} s`;
}

function failIfAborted({ signal, loopName }: ScopeRequest): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof LoopError) throw signal.reason;
  throw new LoopError(
    "interrupted",
    `Stopped before loop "${loopName}" had its scope`,
  );
}
