/**
 * Owns who is alive: reads lock and queue files and tells claims that count from what
 * their owners left behind. Changes nothing. Ours are alive while their file is locked;
 * those of the reference by their pid, which is believed only with its time of start.
 */

import { basename, join } from "@std/path";
import { LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";
import { parseLock, parseWaiter, type ScopeClaim } from "./record.ts";

/** A claim, and the file that it stands in. */
export interface LiveClaim extends ScopeClaim {
  readonly file: string;
}

/** What was found in a folder of claims. */
export interface Claims {
  /** Those that count, by file name. */
  readonly live: readonly LiveClaim[];
  /** Locked files that say nothing of use: somebody alive holds who knows what. */
  readonly unnamed: readonly string[];
  /** Files whose owner is gone for certain. */
  readonly dead: readonly string[];
  /** Files that are no claims: one sentence each. */
  readonly warnings: readonly string[];
}

/** Options of {@linkcode readHolders} and {@linkcode readWaiters}. */
export interface ReadClaimsOptions {
  /**
   * Whether we hold the acquire lock. Otherwise an empty file is one that somebody is about
   * to lock and write: it is passed over, since a probe would be in the way of just that.
   *
   * @default {false}
   */
  readonly isAlone?: boolean;
}

/** The ports that reading claims takes. */
export type ClaimWorld = Pick<World, "files" | "locks" | "system">;

/** What only this program calls its files: the id of a run. */
const OWN_NAME_REGEXP = /^\d{8}T\d{9}Z-[0-9a-f]{8}\.(?:lock|json)$/;

/** A process that started this much after its lock file was written is another one. */
const CLOCK_TOLERANCE_MS = 2000;

/**
 * Returns who holds a scope according to `.running/`.
 *
 * @throws {LoopError} `unreadable` when the folder cannot be listed
 */
export function readHolders(
  world: ClaimWorld,
  runningDir: string,
  options: ReadClaimsOptions = {},
): Promise<Claims> {
  return readClaims(world, {
    ...options,
    folder: runningDir,
    extension: ".lock",
    parse: parseLock,
  });
}

/**
 * Returns who waits according to `.queue/`, first come first.
 *
 * @throws {LoopError} `unreadable` when the folder cannot be listed
 */
export async function readWaiters(
  world: ClaimWorld,
  queueDir: string,
  options: ReadClaimsOptions = {},
): Promise<Claims> {
  const claims = await readClaims(world, {
    ...options,
    folder: queueDir,
    extension: ".json",
    parse: parseWaiter,
  });
  return { ...claims, live: claims.live.toSorted(byArrival) };
}

// A waiter that does not say since when comes last.
function byArrival(a: LiveClaim, b: LiveClaim): number {
  const [first, second] = [a, b].map((claim) =>
    `${claim.since === "" ? "9999" : claim.since} ${claim.file}`
  );
  return (first ?? "") < (second ?? "") ? -1 : 1;
}

async function readClaims(
  world: ClaimWorld,
  { folder, extension, parse, isAlone = false }: ReadClaimsOptions & {
    readonly folder: string;
    readonly extension: string;
    readonly parse: (text: string) => ScopeClaim | null;
  },
): Promise<Claims> {
  const live: LiveClaim[] = [];
  const unnamed: string[] = [];
  const dead: string[] = [];
  const warnings: string[] = [];
  const found = world.files.list(folder).flatMap((name) => {
    if (!name.endsWith(extension) || name.startsWith(".")) return [];
    const file = join(folder, name);
    const text = readQuietly(world, file);
    if (text === null || (text === "" && !isAlone)) return [];
    const claim = typeof text === "string" ? parse(text) : null;
    // All at once: where a probe has to wait, a long queue must not take as many times as long.
    const isHeld = claim === null || claim.runId !== null
      ? isOwnerSeen(world, claim) || world.locks.isHeld(file)
      : null;
    return [{ file, claim, isHeld }];
  });
  for (const { file, claim, isHeld } of found) {
    if (claim === null) {
      if (await isHeld) unnamed.push(file);
      // Ours are locked from the first moment: one that is not was cut off before it said more.
      else if (isAlone && OWN_NAME_REGEXP.test(basename(file))) dead.push(file);
      else warnings.push(`Ignored "${file}": it does not say who holds what`);
    } else if (claim.runId !== null) {
      if (await isHeld) live.push({ ...claim, file });
      else dead.push(file);
    } else {
      const state = judgeForeign(world, claim, file);
      if (state === "alive") live.push({ ...claim, file });
      if (state === "dead") dead.push(file);
    }
  }
  return { live, unnamed, dead, warnings };
}

/**
 * Whether the very process that wrote a claim of ours is seen to live, which spares the probe of
 * its lock: each would leave a thread waiting where the runtime cannot try a lock. Elsewhere than
 * on Linux it takes a process to look at one, and the probe is the cheaper.
 */
function isOwnerSeen(
  { system }: ClaimWorld,
  claim: ScopeClaim | null,
): boolean {
  return claim !== null && claim.pidStarted !== null &&
    system.os === "linux" &&
    system.processStart(claim.pid) === claim.pidStarted &&
    system.isAlive(claim.pid) === true;
}

// `null`: gone meanwhile. An error: there, but not for us.
function readQuietly(
  world: ClaimWorld,
  file: string,
): string | LoopError | null {
  try {
    return world.files.readTextIfExists(file);
  } catch (error) {
    if (error instanceof LoopError) return error;
    throw error;
  }
}

// "reused" is not removed: that its pid went to another process is an inference.
function judgeForeign(
  { files, system }: ClaimWorld,
  claim: ScopeClaim,
  file: string,
): "alive" | "dead" | "reused" {
  if (claim.pid === system.pid || system.isAlive(claim.pid) === false) {
    return "dead";
  }
  const startedMs = system.processStartedMs(claim.pid);
  const writtenMs = files.stat(file)?.modifiedMs ?? null;
  if (startedMs === null || writtenMs === null) return "alive";
  return writtenMs + CLOCK_TOLERANCE_MS < startedMs ? "reused" : "alive";
}
