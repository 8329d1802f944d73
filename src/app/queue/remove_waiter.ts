/**
 * Owns ending a process that waits for a scope. It is believed to be the one only while it holds
 * the lock of its entry and is, by its start, the process that wrote it; and as long as the lock
 * on starting is held here, it cannot come to run in between.
 */

import { join } from "@std/path";
import { LoopError, nearest, quoted } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import { ACQUIRE_LOCK, parseWaiter, type ScopeClaim } from "../scope/mod.ts";
import type { World } from "../world.ts";
import { idOf, queueOf } from "./read_queue.ts";

/** How an entry was removed. */
export interface WaiterRemoval {
  readonly id: string;
  readonly pid: number;
  /** Whether its process was told to end; one that had died only leaves a file. */
  readonly isSignaled: boolean;
}

/** Which entry, and how far to go. */
export interface WaiterQuestion {
  /** Its id, or the start of it. */
  readonly asked: string;
  /** Kills a process that does not end when it is asked to. */
  readonly isForced: boolean;
}

/** Shorter than this the start of an id says too little. */
const START_LENGTH_MIN = 8;
/** How long a process may take to leave. */
const GRACE_MS = 5000;
/** A killed one is gone at once. */
const KILLED_MS = 2000;
const POLL_MS = 20;
/** How long a start may take that is going on. */
const ACQUIRE_PATIENCE_MS = 5000;

type RemovingWorld = Pick<
  World,
  "files" | "locks" | "system" | "clock" | "reaper"
>;

/**
 * Removes an entry of the queue, and ends the process that waits in it.
 *
 * @throws {LoopError} `not-found`, `usage` where the id is not one; `locked` where the process
 * cannot be told or does not end
 */
export async function removeWaiter(
  world: RemovingWorld,
  project: Pick<Project, "loopsDir">,
  question: WaiterQuestion,
): Promise<WaiterRemoval> {
  const { locks } = world;
  const file = findEntry(world, project, question.asked);
  const sentinel = await locks.tryExclusive(
    join(project.loopsDir, ".running", ACQUIRE_LOCK),
    { retryMs: ACQUIRE_PATIENCE_MS },
  );
  if (sentinel === null) {
    throw new LoopError("locked", "Somebody else is starting a loop", {
      hint: "Try again",
    });
  }
  try {
    return await remove(world, file, question);
  } finally {
    sentinel.release();
  }
}

async function remove(
  world: RemovingWorld,
  file: string,
  { isForced }: WaiterQuestion,
): Promise<WaiterRemoval> {
  const { files, locks, system, reaper } = world;
  const id = idOf(file);
  const text = files.readTextIfExists(file);
  if (text === null) {
    throw new LoopError("not-found", `Queue entry "${id}" waits no more`);
  }
  const claim = parseWaiter(text);
  if (claim === null) throw unknown(id, "its file does not say who waits");
  const { pid } = claim;
  if (!await isWaiting(world, claim, file)) {
    files.remove(file);
    return { id, pid, isSignaled: false };
  }
  const started = system.processStart(pid);
  if (claim.runId === null) {
    throw unknown(id, "it is one of the reference, which holds no lock");
  }
  if (started === null || started !== claim.pidStarted) {
    throw unknown(id, `process ${pid} is not the one that wrote it`);
  }
  const hasLeft = async (withinMs: number) => {
    const endMs = world.clock.monotonicMs() + withinMs;
    while (await locks.isHeld(file)) {
      if (world.clock.monotonicMs() > endMs) return false;
      await world.clock.sleep(POLL_MS);
    }
    return true;
  };
  reaper.signal(pid, "SIGTERM");
  if (!await hasLeft(GRACE_MS)) {
    if (!isForced) {
      throw new LoopError(
        "locked",
        `Process ${pid} of queue entry "${id}" did not end within ${
          GRACE_MS / 1000
        } s`,
        { hint: "--force kills it" },
      );
    }
    // Held all the time, its lock shows that it is still the same.
    reaper.signal(pid, "SIGKILL");
    if (!await hasLeft(KILLED_MS)) {
      throw new LoopError("locked", `Process ${pid} cannot be killed`);
    }
  }
  files.remove(file);
  return { id, pid, isSignaled: true };
}

/** Ours waits as long as it holds its lock; the reference's is believed by its pid. */
async function isWaiting(
  { locks, system }: RemovingWorld,
  claim: ScopeClaim,
  file: string,
): Promise<boolean> {
  return claim.runId === null
    ? system.isAlive(claim.pid) !== false
    : await locks.isHeld(file);
}

function unknown(id: string, why: string): LoopError {
  return new LoopError(
    "locked",
    `Cannot remove queue entry "${id}": nothing proves which process waits, since ${why}`,
    { hint: "End the process by hand: the entry goes with it" },
  );
}

function findEntry(
  { files }: Pick<World, "files">,
  project: Pick<Project, "loopsDir">,
  asked: string,
): string {
  const folder = queueOf(project);
  const ids = files.list(folder)
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .map(idOf);
  const found = ids.includes(asked)
    ? [asked]
    : ids.filter((id) => id.startsWith(asked));
  const [only, ...more] = found;
  if (only !== undefined && only !== asked && asked.length < START_LENGTH_MIN) {
    throw new LoopError(
      "usage",
      `${
        quoted(asked)
      } is too short: the start of an id has at least ${START_LENGTH_MIN} characters`,
      { hint: "`ll-loop queue list` shows the ids" },
    );
  }
  if (only === undefined) {
    const [near] = nearest(asked, ids, 1);
    throw new LoopError(
      "not-found",
      `Queue entry not found: ${quoted(asked)}`,
      {
        hint: near === undefined
          ? "`ll-loop queue list` shows who waits"
          : `Did you mean "${near}"?`,
      },
    );
  }
  if (more.length > 0) {
    throw new LoopError(
      "usage",
      `${quoted(asked)} is the start of ${found.length} queue entries`,
      {
        hint: `Give more of the id:\n${
          found.map((id) => `  ${id}`).join("\n")
        }`,
      },
    );
  }
  return join(folder, `${only}.json`);
}
