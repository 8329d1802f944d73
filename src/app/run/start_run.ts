/**
 * Owns the start of a new run: signals, scope lock, run folder, its first segment, release.
 * Nothing is visible before the lock is held; everything is let go at every end.
 */

import { NEW_SNAPSHOT } from "../../engine/mod.ts";
import type { World } from "../world.ts";
import { lockScope } from "./lock_scope.ts";
import type { Prepared } from "./prepare.ts";
import { requireReady } from "./readiness.ts";
import { type PerformerFactory, REAL_PERFORMER } from "./real_performer.ts";
import { pruneRuns } from "./retention.ts";
import {
  contextWithRunDir,
  createRunFolder,
  makeRunId,
  type RunFolder,
} from "./run_folder.ts";
import { type RunListener, tellAll } from "./run_listener.ts";
import { type RunResult, runSegment } from "./run_segment.ts";
import { steadyClock } from "./steady_clock.ts";
import { listenForStop, type Stopping } from "./stop_signals.ts";

/** How a run is started. */
export interface StartOptions {
  /** Version of this program, for the record. */
  readonly version: string;
  readonly listeners: readonly RunListener[];
  /** @default {REAL_PERFORMER} */
  readonly performer?: PerformerFactory;
}

/**
 * Runs a prepared loop to its end.
 *
 * @throws {LoopError} `unsupported`, `missing-context` and `missing-program` before anything is
 * written; `locked`, `interrupted` while waiting; `cannot-write`
 */
export async function startRun(
  world: World,
  prepared: Prepared,
  options: StartOptions,
): Promise<RunResult> {
  const { performer = REAL_PERFORMER } = options;
  await requireReady(world, prepared, performer.can);
  const listener = tellAll(options.listeners);
  const stopping = listenForStop(world.signals, listener);
  try {
    const id = makeRunId(world);
    const { stop } = stopping;
    const lock = await lockScope(world, prepared, { id, stop, listener });
    try {
      // From here on one clock: what is written never goes back in time.
      const steady = { ...world, clock: steadyClock(world.clock) };
      const folder = await createRunFolder(steady, prepared, {
        id,
        version: options.version,
      });
      try {
        return await runNew(steady, prepared, {
          ...options,
          performer,
          folder,
          stopping,
        });
      } finally {
        folder.owner.release();
      }
    } finally {
      await lock?.release();
    }
  } finally {
    stopping.close();
  }
}

async function runNew(
  world: World,
  prepared: Prepared,
  options: {
    readonly folder: RunFolder;
    readonly performer: PerformerFactory;
    readonly listeners: readonly RunListener[];
    readonly stopping: Stopping;
  },
): Promise<RunResult> {
  const { config, loopsDir } = prepared.project;
  await pruneRuns(world, loopsDir, config.retention);
  return await runSegment(world, {
    ...options,
    prepared,
    lastSeq: 0,
    from: NEW_SNAPSHOT,
    first: {
      input: "start",
      context: prepared.vault.hideContext(
        contextWithRunDir(prepared, options.folder.runDir),
      ),
      env: prepared.env,
      maxDepth: config.maxDepth,
    },
  });
}
