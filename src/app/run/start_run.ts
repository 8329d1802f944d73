/**
 * Owns the one start sequence: signals, scope lock, run folder, execute, sweep, final save,
 * release. Nothing is visible before the lock is held; everything is let go at every end.
 */

import { join } from "@std/path";
import {
  commandAgain,
  type EventBody,
  formatTimestamp,
  LoopError,
  type RunEvent,
  type Snapshot,
  type StopRequest,
} from "../../model/mod.ts";
import type { StopSignal, Supervisor } from "../../ports/mod.ts";
import { acquireScope, type Blocker, type ScopeLock } from "../scope/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { ChildEnvironment } from "./child_environment.ts";
import { drive } from "./drive.ts";
import { exitStatusOf, signalStatusOf } from "./exit_status.ts";
import { Journal } from "./journal.ts";
import { loadWhileRunning } from "./load_while_running.ts";
import { makePerformer } from "./perform.ts";
import type { Prepared } from "./prepare.ts";
import { requireReady } from "./readiness.ts";
import { pruneRuns } from "./retention.ts";
import {
  contextWithRunDir,
  createRunFolder,
  makeRunId,
  maskArguments,
  type RunFolder,
} from "./run_folder.ts";
import { StateWriter } from "./state_file.ts";

/** Grace of background processes once the run was asked to stop. */
const STOPPED_GRACE_MS = 500;

/** Told what happens, for the terminal and the log. */
export interface RunListener {
  /** Waiting for somebody else's run to end. */
  onWait?(blocker: Blocker): void;
  onWarning?(message: string): void;
  /** The run folder is there; actions follow. */
  onStart?(folder: RunFolder): void;
  onEvents?(events: readonly RunEvent[]): void;
  /** The snapshot after each input of the engine. */
  onSnapshot?(snapshot: Snapshot): void;
  /** A signal arrived; the second one forces. */
  onStopRequest?(signal: StopSignal, isForced: boolean): void;
  /** Processes that had to be ended after the last action. */
  onSurvivors?(survivors: readonly { pid: number; command: string }[]): void;
}

/** How a run ended. */
export interface RunResult {
  readonly folder: RunFolder;
  readonly snapshot: Snapshot;
  readonly exitStatus: number;
  readonly elapsedMs: number;
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
  options: { readonly version: string; readonly listener: RunListener },
): Promise<RunResult> {
  const { listener } = options;
  await requireReady(world, prepared);
  const stop = new AbortController();
  const force = new AbortController();
  const stopListening = world.signals.onStop((signal) => {
    const isForced = stop.signal.aborted;
    listener.onStopRequest?.(signal, isForced);
    if (isForced) force.abort();
    else stop.abort({ by: "signal", signal } satisfies StopRequest);
  });
  try {
    const id = makeRunId(world);
    const lock = await lockScope(world, prepared, {
      id,
      stop: stop.signal,
      listener,
    });
    try {
      return await execute(world, prepared, { ...options, id, stop, force });
    } finally {
      await lock?.release();
    }
  } finally {
    stopListening();
  }
}

async function lockScope(
  world: World,
  prepared: Prepared,
  options: {
    readonly id: string;
    readonly stop: AbortSignal;
    readonly listener: RunListener;
  },
): Promise<ScopeLock | null> {
  const { request, project, loop, ancestors, scope } = prepared;
  if (request.noLock) return null;
  const { listener, stop } = options;
  const waiting = new AbortController();
  const onStop = () => {
    const { signal } = stop.reason as { readonly signal: StopSignal };
    waiting.abort(
      new LoopError(
        "interrupted",
        `Stopped by ${signal} before loop "${loop.name}" had its scope`,
        { exitStatus: signalStatusOf(signal) },
      ),
    );
  };
  if (stop.aborted) onStop();
  else stop.addEventListener("abort", onStop, { once: true });
  return await acquireScope(world, {
    runningDir: join(project.loopsDir, ".running"),
    queueDir: join(project.loopsDir, ".queue"),
    runId: options.id,
    loopName: loop.name,
    singleton: loop.singleton,
    scope,
    ancestors,
    queue: request.queue,
    queueTimeoutMs: request.queueTimeoutMs ?? project.config.queueTimeoutMs,
    signal: waiting.signal,
    onWait: (blocker) => listener.onWait?.(blocker),
    onWarning: (message) => listener.onWarning?.(message),
    queueCommand: commandAgain(maskArguments(prepared), ["--queue"]),
  });
}

async function execute(
  world: World,
  prepared: Prepared,
  options: {
    readonly id: string;
    readonly version: string;
    readonly listener: RunListener;
    readonly stop: AbortController;
    readonly force: AbortController;
  },
): Promise<RunResult> {
  const { project, request } = prepared;
  const { listener } = options;
  const startMs = world.clock.monotonicMs();
  const folder = await createRunFolder(world, prepared, options);
  let journal: Journal | null = null;
  let state: StateWriter | null = null;
  const supervisor = world.supervise({
    runId: folder.id,
    ancestors: prepared.ancestors,
  });
  try {
    const { retention, graceMs } = project.config;
    await pruneRuns(world, project.loopsDir, retention);
    const durability = request.durability ?? project.config.durability;
    journal = new Journal({
      files: world.files,
      system: world.system,
      folder: folder.path,
      lastSeq: 0,
      isSynced: durability === "full",
    });
    const writer = state = new StateWriter({
      files: world.files,
      clock: world.clock,
      folder: folder.path,
      record: folder.record,
    });
    listener.onStart?.(folder);
    const snapshot = await drive({
      definitions: prepared.definitions,
      clock: world.clock,
      recorder: journal,
      performer: makePerformer({
        world,
        supervisor,
        vault: prepared.vault,
        environment: childEnvironment(world, prepared, folder),
        root: project.root,
        folder: folder.path,
        graceMs: request.graceMs ?? graceMs,
        load: (effect) => loadWhileRunning(world, prepared, effect),
        isVerbose: request.isVerbose,
        onExcessLines: (bodies) => listener.onEvents?.(stamp(world, bodies)),
      }),
      stop: options.stop.signal,
      force: options.force.signal,
      onStep(events, current) {
        listener.onEvents?.(events);
        listener.onSnapshot?.(current);
        writer.note(events, current);
      },
      onProgress: (events) => listener.onEvents?.(events),
    }, {
      input: "start",
      context: prepared.vault.hideContext(
        contextWithRunDir(prepared, folder.runDir),
      ),
      env: prepared.env,
      maxDepth: project.config.maxDepth,
    });
    await sweep(supervisor, {
      prepared,
      listener,
      stop: options.stop.signal,
      force: options.force.signal,
    });
    writer.write(snapshot);
    if (snapshot.end === null) {
      throw new LoopError("internal", "The run has no end");
    }
    return {
      folder,
      snapshot,
      exitStatus: exitStatusOf(snapshot.end, snapshot.stop),
      elapsedMs: world.clock.monotonicMs() - startMs,
    };
  } catch (error) {
    await sweep(supervisor, {
      prepared,
      listener,
      stop: options.stop.signal,
      force: options.force.signal,
    });
    throw error;
  } finally {
    await supervisor.close();
    state?.close();
    journal?.close();
    folder.owner.release();
  }
}

async function sweep(
  supervisor: Supervisor,
  options: {
    readonly prepared: Prepared;
    readonly listener: RunListener;
    readonly stop: AbortSignal;
    readonly force: AbortSignal;
  },
): Promise<void> {
  const { prepared, listener, stop, force } = options;
  const graceMs = prepared.request.graceMs ?? prepared.project.config.graceMs;
  // The action was given the grace already: what it left gets a short one of its own.
  const restMs = stop.aborted ? Math.min(graceMs, STOPPED_GRACE_MS) : graceMs;
  const survivors = await supervisor.sweep({
    graceMs: force.aborted ? 0 : restMs,
  });
  if (survivors.length === 0) return;
  const { mask } = prepared.vault;
  listener.onSurvivors?.(survivors.map(({ pid, command }) => ({
    pid,
    command: maskText(mask, command),
  })));
}

function childEnvironment(
  world: World,
  prepared: Prepared,
  folder: RunFolder,
): ChildEnvironment {
  const { request, vault } = prepared;
  return new ChildEnvironment({
    files: world.files,
    folder: join(folder.path, "values"),
    vault,
    inherited: Object.keys(world.system.environment()),
    fixed: {
      ...(request.handoffThreshold === null
        ? {}
        : { LL_HANDOFF_THRESHOLD: String(request.handoffThreshold) }),
      ...(request.contextLimit === null
        ? {}
        : { LL_CONTEXT_LIMIT: String(request.contextLimit) }),
    },
  });
}

function stamp(world: World, bodies: readonly EventBody[]): RunEvent[] {
  const ts = formatTimestamp(world.clock.nowMs());
  return bodies.map(({ event, ...fields }) =>
    ({ event, ts, ...fields }) as RunEvent
  );
}
