/** Owns who is in whose way, and how that is told to people. */

import { LoopError } from "../../model/mod.ts";
import type { System } from "../../ports/mod.ts";
import type { Claims, LiveClaim } from "./holders.ts";
import type { ScopeClaim } from "./record.ts";
import { findOverlap } from "./resolve_scope.ts";

/** Why a run cannot have its scope now. */
export interface Blocker {
  /** Holds the scope, or came first to wait for it. */
  readonly kind: "holder" | "waiter";
  /** `null` when somebody alive holds a lock file that says nothing. */
  readonly claim: LiveClaim | null;
  /** The lock or queue file of the one in the way. */
  readonly file: string;
  /** A path that we want and the one in the way; `null` when only one run of the loop is allowed. */
  readonly overlap: readonly [string, string] | null;
}

/** Returns the first holder in the way of `claim`, those in `ancestors` aside; `null` when there is none. */
export function findHolder(
  claim: ScopeClaim,
  { holders, ancestors }: {
    readonly holders: Claims;
    readonly ancestors: ReadonlySet<LiveClaim>;
  },
): Blocker | null {
  const [unnamed] = holders.unnamed;
  if (unnamed !== undefined) {
    return { kind: "holder", claim: null, file: unnamed, overlap: null };
  }
  for (const holder of holders.live) {
    if (!ancestors.has(holder) && isInTheWay(claim, holder)) {
      return block("holder", claim, holder);
    }
  }
  return null;
}

/**
 * Returns the waiters in the way of `claim` that came before it, first come first; none
 * when it is its turn. Who waits for one of our ancestors is passed by: they wait for us.
 *
 * @param waiters first come first; `claim` itself may be among them
 */
export function findWaiters(
  claim: ScopeClaim,
  { waiters, ancestors }: {
    readonly waiters: readonly LiveClaim[];
    readonly ancestors: ReadonlySet<LiveClaim>;
  },
): readonly Blocker[] {
  const stuck: LiveClaim[] = [];
  const before: Blocker[] = [];
  for (const waiter of waiters) {
    if (waiter.runId !== null && waiter.runId === claim.runId) break;
    // The reference serves its whole queue in order, whatever the scopes.
    const isStuck = (waiter.runId === null && stuck.length > 0) ||
      [...ancestors, ...stuck].some((other) => isInTheWay(waiter, other));
    if (isStuck) stuck.push(waiter);
    else if (isInTheWay(claim, waiter)) {
      before.push(block("waiter", claim, waiter));
    }
  }
  return before;
}

/**
 * Returns the holders that this process was started by: their run ids stand in the
 * chain that we were given, or their process is a parent of ours.
 */
export function findAncestors(
  holders: readonly LiveClaim[],
  { runIds, system }: {
    readonly runIds: readonly string[];
    readonly system: System;
  },
): ReadonlySet<LiveClaim> {
  const parents = holders.length === 0 ? [] : system.ancestors();
  return new Set(holders.filter((holder) => {
    if (holder.runId !== null && runIds.includes(holder.runId)) return true;
    if (!parents.includes(holder.pid)) return false;
    // In another container the same number may be anybody.
    return holder.runId === null ||
      (holder.pidStarted !== null &&
        holder.pidStarted === system.processStart(holder.pid));
  }));
}

function isInTheWay(claim: ScopeClaim, other: ScopeClaim): boolean {
  return isSameSingleton(claim, other) ||
    findOverlap(claim.scope, other.scope) !== null;
}

function isSameSingleton(claim: ScopeClaim, other: ScopeClaim): boolean {
  return claim.isSingleton && other.isSingleton &&
    claim.loopName === other.loopName;
}

function block(
  kind: Blocker["kind"],
  claim: ScopeClaim,
  other: LiveClaim,
): Blocker {
  const overlap = findOverlap(claim.scope, other.scope);
  return { kind, claim: other, file: other.file, overlap };
}

/** Returns who is in the way, in words: `loop "a" (run R, pid 7) holds "/p/src"`. */
export function describeBlocker(
  { kind, claim, file, overlap }: Blocker,
): string {
  if (claim === null) {
    return `a process that cannot be named holds the lock "${file}"`;
  }
  const run = claim.runId === null ? "" : `run ${claim.runId}, `;
  const who = `loop "${claim.loopName}" (${run}pid ${claim.pid})`;
  const does = kind === "holder" ? "holds" : "waits first for";
  if (overlap === null) {
    return `${who} ${
      kind === "holder" ? "is running" : "waits first"
    }, and only one at a time may run (singleton)`;
  }
  const [wanted, theirs] = overlap;
  const need = wanted === theirs ? "" : `, which overlaps "${wanted}"`;
  return `${who} ${does} "${theirs}"${need}`;
}

/** Returns the error for a run that does not get its scope; `waitedMs` is `null` when it did not wait. */
export function scopeLocked(
  request: { readonly loopName: string; readonly queueCommand?: string },
  { blocker, waitedMs }: {
    readonly blocker: Blocker;
    readonly waitedMs: number | null;
  },
): LoopError {
  const waited = waitedMs === null
    ? ""
    : `, after waiting ${Math.round(waitedMs / 1000)} s`;
  const { loopName, queueCommand } = request;
  const patience = waitedMs !== null
    ? "Wait longer with --queue-timeout"
    : queueCommand === undefined
    ? "Wait for it with --queue"
    : `Wait for it with \`${queueCommand}\``;
  const hint = blocker.overlap === null
    ? patience
    : `${patience}, or give the loops a "scope:" each that does not overlap`;
  return new LoopError(
    "locked",
    `Cannot start loop "${loopName}": ${describeBlocker(blocker)}${waited}`,
    { hint },
  );
}
