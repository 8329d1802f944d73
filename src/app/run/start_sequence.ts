/**
 * Owns the one way in which a segment of a run begins and ends, be it new or resumed: signals,
 * scope lock, run folder and its owner, the segment, release, what was asked for at the end.
 * Nothing is visible before the lock is held; everything is let go at every end.
 */

import type { World } from "../world.ts";
import { stopAtCheckpoint } from "./checkpoint.ts";
import { lockScope } from "./lock_scope.ts";
import { runOnEnd } from "./on_end.ts";
import type { Prepared } from "./prepare.ts";
import { requireReady } from "./readiness.ts";
import type { PerformerFactory } from "./real_performer.ts";
import type { RunFolder } from "./run_folder.ts";
import { type RunListener, tellAll } from "./run_listener.ts";
import { type RunResult, runSegment, type Segment } from "./run_segment.ts";
import { steadyClock } from "./steady_clock.ts";
import { listenForStop, type Stopping } from "./stop_signals.ts";

/** A segment that is to begin. */
export interface Beginning {
  readonly id: string;
  readonly performer: PerformerFactory;
  readonly listeners: readonly RunListener[];
  /** Returns the run's folder, owned; called once the scope is held. */
  open(world: World): Promise<RunFolder>;
  /** Returns what is run there. Whatever it throws lets go of everything. */
  plan(
    world: World,
    opened: { readonly folder: RunFolder; readonly stopping: Stopping },
  ): Promise<SegmentPlan>;
}

/** Where in a run a segment begins. */
export type SegmentPlan = Pick<
  Segment,
  | "lastSeq"
  | "past"
  | "unwritten"
  | "from"
  | "first"
  | "notes"
  | "leftovers"
>;

/**
 * Runs a segment to the end of its run.
 *
 * @throws {LoopError} `unsupported`, `missing-context` and `missing-program` before anything is
 * written; `locked`, `interrupted` while waiting; `cannot-write`; what `open` and `plan` throw
 */
export async function startSequence(
  world: World,
  prepared: Prepared,
  beginning: Beginning,
): Promise<RunResult> {
  const { performer, listeners } = beginning;
  await requireReady(world, prepared, performer.can);
  const listener = tellAll(listeners);
  const stopping = listenForStop(world.signals, listener);
  // Only the segment is asked by the clock: before it there is nothing to go on with later.
  const checkpoint = stopAtCheckpoint(stopping, {
    clock: world.clock,
    afterMs: prepared.request.checkpointAfterMs,
  });
  try {
    const ran = await lockAndRun(world, prepared, {
      ...beginning,
      stopping,
      checkpoint,
    });
    const { folder } = ran;
    await runOnEnd(world, prepared, { ...ran, folder, stopping, listener });
    if ("error" in ran) throw ran.error;
    await ran.successor?.release();
    return ran;
  } finally {
    checkpoint.close();
    stopping.close();
  }
}

/** A segment that could not go on, for a reason that is no end of a run. */
interface Broken {
  readonly folder: RunFolder;
  readonly error: unknown;
}

async function lockAndRun(
  world: World,
  prepared: Prepared,
  beginning: Beginning & {
    readonly stopping: Stopping;
    readonly checkpoint: Stopping;
  },
): Promise<RunResult | Broken> {
  const { id, stopping, checkpoint, listeners, performer } = beginning;
  const { stop } = stopping;
  const listener = tellAll(listeners);
  const lock = await lockScope(world, prepared, { id, stop, listener });
  try {
    // From here on one clock: what is written never goes back in time.
    const steady = { ...world, clock: steadyClock(world.clock) };
    const folder = await beginning.open(steady);
    try {
      const plan = await beginning.plan(steady, { folder, stopping });
      const segment = {
        ...plan,
        prepared,
        folder,
        performer,
        listeners,
        stopping: checkpoint,
      };
      return await runSegment(steady, segment)
        .catch((error): Broken => ({ folder, error }));
    } finally {
      folder.owner.release();
    }
  } finally {
    await lock?.release();
  }
}
