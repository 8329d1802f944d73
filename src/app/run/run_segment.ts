/**
 * Owns one segment of a run, from an input of the engine to the run's end: journal, state file
 * and log, performing, the sweep, the final save. Who calls it holds signals, locks and folder.
 */

import {
  type InputBody,
  LoopError,
  ROOT_FRAME,
  type Snapshot,
} from "../../model/mod.ts";
import type { Supervisor } from "../../ports/mod.ts";
import type { RunSummary } from "../../view/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { drive } from "./drive.ts";
import { exitStatusOf } from "./exit_status.ts";
import { Journal } from "./journal.ts";
import { LastActionNote } from "./last_action.ts";
import { raiseLiveSign } from "./live_sign.ts";
import type { Prepared } from "./prepare.ts";
import type { PerformerFactory } from "./real_performer.ts";
import { maskArguments, type RunFolder } from "./run_folder.ts";
import { type RunListener, tellAll } from "./run_listener.ts";
import { RunLog } from "./run_log.ts";
import { runSummary } from "./run_records.ts";
import { StateWriter } from "./state_file.ts";
import { steadyClock } from "./steady_clock.ts";
import { followStopping, type Stopping } from "./stop_signals.ts";

/** Grace of background processes once the run was asked to stop. */
const STOPPED_GRACE_MS = 500;

/** What a segment is made of. */
export interface Segment {
  readonly prepared: Prepared;
  /** The run's folder, owned by who calls. */
  readonly folder: RunFolder;
  /** Number of the last line of the journal there; 0 for a new run. */
  readonly lastSeq: number;
  /** The snapshot after that line. */
  readonly from: Snapshot;
  /** What the engine is told first: `start`, or `resume`. */
  readonly first: InputBody;
  readonly performer: PerformerFactory;
  readonly listeners: readonly RunListener[];
  readonly stopping: Stopping;
}

/** How a run ended. */
export interface RunResult {
  readonly folder: RunFolder;
  readonly snapshot: Snapshot;
  readonly exitStatus: number;
  /** Time of this segment. */
  readonly elapsedMs: number;
  readonly summary: RunSummary;
}

/**
 * Runs a segment to the end of its run, and returns that.
 *
 * @throws {LoopError} `cannot-write`; nothing of the run is left running then
 */
export async function runSegment(
  outer: World,
  segment: Segment,
): Promise<RunResult> {
  const { prepared, folder, stopping } = segment;
  const { project, request } = prepared;
  const world: World = { ...outer, clock: steadyClock(outer.clock) };
  const { files, system, clock } = world;
  const startMs = clock.monotonicMs();
  const outside = tellAll(segment.listeners);
  const log = new RunLog({
    world,
    prepared,
    elapsedOffsetMs: elapsedBefore(segment.from),
    onFailure: (message) => outside.onWarning(message),
  });
  const lastAction = new LastActionNote();
  const listener = tellAll([lastAction, log, ...segment.listeners]);
  // Who listens from outside has been told already, by whoever listens for signals.
  const unfollow = followStopping(stopping, log);
  const supervisor = world.supervise({
    runId: folder.id,
    ancestors: prepared.ancestors,
  });
  let journal: Journal | null = null;
  let state: StateWriter | null = null;
  let lowerLiveSign = () => {};
  try {
    lowerLiveSign = raiseLiveSign(world, folder);
    const durability = request.durability ?? project.config.durability;
    journal = new Journal({
      files,
      system,
      folder: folder.path,
      lastSeq: segment.lastSeq,
      isSynced: durability === "full",
    });
    const { path, record } = folder;
    const writer = state = new StateWriter({
      files,
      clock,
      folder: path,
      record,
    });
    listener.onStart(folder);
    const snapshot = await drive(
      {
        definitions: prepared.definitions,
        clock,
        recorder: journal,
        performer: segment.performer.make({
          world,
          prepared,
          folder,
          supervisor,
        }),
        stop: stopping.stop,
        force: stopping.force,
        onStep(events, current) {
          listener.onEvents(events);
          listener.onSnapshot(current);
          writer.note(events, current);
        },
        onProgress: (events) => listener.onEvents(events),
      },
      segment.first,
      segment.from,
    );
    await sweep(supervisor, { prepared, listener, stopping });
    writer.write(snapshot);
    if (snapshot.end === null) {
      throw new LoopError("internal", "The run has no end");
    }
    const ended = {
      folder,
      snapshot,
      exitStatus: exitStatusOf(snapshot.end, snapshot.stop),
      elapsedMs: clock.monotonicMs() - startMs,
    };
    const args = maskArguments(prepared);
    const summary = await runSummary(world, { ...prepared, args }, {
      ...ended,
      end: snapshot.end,
      lastAction: lastAction.value,
    });
    listener.onEnd(summary);
    return { ...ended, summary };
  } catch (error) {
    await sweep(supervisor, { prepared, listener, stopping });
    throw error;
  } finally {
    await supervisor.close();
    state?.close();
    journal?.close();
    unfollow();
    log.close();
    lowerLiveSign();
  }
}

/** Returns the running time of earlier segments up to a snapshot. */
export function elapsedBefore(from: Snapshot): number {
  const root = from.frames[ROOT_FRAME];
  return root === undefined
    ? 0
    : root.elapsedOffsetMs + Math.max(0, from.atMs - root.startedAtMs);
}

async function sweep(
  supervisor: Supervisor,
  options: {
    readonly prepared: Prepared;
    readonly listener: Required<RunListener>;
    readonly stopping: Stopping;
  },
): Promise<void> {
  const { prepared, listener, stopping } = options;
  const graceMs = prepared.request.graceMs ?? prepared.project.config.graceMs;
  // The action was given the grace already: what it left gets a short one of its own.
  const restMs = stopping.stop.aborted
    ? Math.min(graceMs, STOPPED_GRACE_MS)
    : graceMs;
  const survivors = await supervisor.sweep({
    graceMs: stopping.force.aborted ? 0 : restMs,
  });
  if (survivors.length === 0) return;
  const { mask } = prepared.vault;
  listener.onSurvivors(survivors.map(({ pid, command }) => ({
    pid,
    command: maskText(mask, command),
  })));
}
