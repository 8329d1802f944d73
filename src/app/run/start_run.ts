/**
 * Owns the start of a new run: signals, scope lock, run folder, its first segment, release.
 * Nothing is visible before the lock is held; everything is let go at every end.
 */

import { NEW_SNAPSHOT } from "../../engine/mod.ts";
import { type Begin, LoopError } from "../../model/mod.ts";
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
  scopeOfRun,
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
  /** Where the loop begins. @default its initial state, with nothing */
  readonly begin?: Begin;
  /**
   * The run's folder is a temporary one, and is removed with all in it once the run has ended.
   * @default {false}
   */
  readonly isScratch?: boolean;
}

/**
 * Runs a prepared loop to its end.
 *
 * @throws {LoopError} `unsupported`, `missing-context` and `missing-program` before anything is
 * written; `locked`, `interrupted` while waiting; `cannot-write`
 */
export async function startRun(
  world: World,
  asked: Prepared,
  options: StartOptions,
): Promise<RunResult> {
  const { performer = REAL_PERFORMER } = options;
  await requireReady(world, asked, performer.can);
  const listener = tellAll(options.listeners);
  const stopping = listenForStop(world.signals, listener);
  try {
    const id = makeRunId(world);
    const { stop } = stopping;
    const scope = scopeOfRun(world, asked, id);
    const prepared = { ...asked, scope };
    const lock = await lockScope(world, prepared, { id, stop, listener });
    try {
      return await inItsFolder(world, prepared, {
        ...options,
        id,
        performer,
        stopping,
      });
    } finally {
      await lock?.release();
    }
  } finally {
    stopping.close();
  }
}

interface NewRun extends StartOptions {
  readonly id: string;
  readonly performer: PerformerFactory;
  readonly stopping: Stopping;
}

async function inItsFolder(
  world: World,
  prepared: Prepared,
  run: NewRun,
): Promise<RunResult> {
  // From here on one clock: what is written never goes back in time.
  const steady = { ...world, clock: steadyClock(world.clock) };
  const { project } = prepared;
  const scratch = run.isScratch === true
    ? world.files.makeTempFolder("ll-loop-step-")
    : null;
  const loopsDir = scratch ?? project.loopsDir;
  try {
    const folder = await createRunFolder(steady, {
      ...prepared,
      project: { ...project, loopsDir },
    }, run);
    try {
      await pruneRuns(steady, loopsDir, project.config.retention);
      return await runNew(steady, prepared, { ...run, folder });
    } finally {
      folder.owner.release();
    }
  } finally {
    if (scratch !== null) discard(world, scratch, run.listeners);
  }
}

async function runNew(
  world: World,
  prepared: Prepared,
  run: NewRun & { readonly folder: RunFolder },
): Promise<RunResult> {
  return await runSegment(world, {
    ...run,
    prepared,
    lastSeq: 0,
    from: NEW_SNAPSHOT,
    first: {
      input: "start",
      context: prepared.vault.hideContext(
        contextWithRunDir(prepared, run.folder.runDir),
      ),
      env: prepared.env,
      maxDepth: prepared.project.config.maxDepth,
      ...(run.begin === undefined ? {} : { begin: run.begin }),
    },
  });
}

/** Removes a scratch folder; the run has ended well, whether that works or not. */
function discard(
  world: Pick<World, "files">,
  folder: string,
  listeners: readonly RunListener[],
): void {
  try {
    world.files.remove(folder);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    const message = `The scratch folder is left behind: ${error.message}`;
    tellAll(listeners).onWarning(message);
  }
}
