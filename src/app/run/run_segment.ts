/**
 * Owns one segment of a run, from an input of the engine to the run's end: journal, state file
 * and log, performing, the sweep, the final save. Who calls it holds signals, locks and folder.
 */

import {
  type InputBody,
  LoopError,
  ROOT_FRAME,
  type RunEnd,
  type RunEvent,
  type Snapshot,
  stampEvent,
} from "../../model/mod.ts";
import type { Supervisor, Survivor } from "../../ports/mod.ts";
import type { RunSummary } from "../../view/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { Baseline } from "../changes/mod.ts";
import type { World } from "../world.ts";
import { drive, type Performer } from "./drive.ts";
import { exitStatusOf } from "./exit_status.ts";
import { Journal } from "./journal.ts";
import { LastActionNote } from "./last_action.ts";
import { raiseLiveSign } from "./live_sign.ts";
import type { Prepared } from "./prepare.ts";
import type { PerformerFactory } from "./real_performer.ts";
import type { RunFolder } from "./run_folder.ts";
import { type RunListener, tellAll } from "./run_listener.ts";
import { RunLog } from "./run_log.ts";
import { foundBy, runSummary, summaryFacts } from "./run_records.ts";
import { StateWriter } from "./state_file.ts";
import { steadyClock } from "./steady_clock.ts";
import { followStopping, type Stopping } from "./stop_signals.ts";
import { startSuccessor, type Successor } from "./successor.ts";
import { changedFiles, rememberFiles } from "./track_changes.ts";
import { endOfWriteFailure, recordWriteFailure } from "./write_failure.ts";

/** Grace of background processes once the run was asked to stop. */
const STOPPED_GRACE_MS = 500;

/** What a segment is made of. */
export interface Segment {
  readonly prepared: Prepared;
  /** The run's folder, owned by who calls. */
  readonly folder: RunFolder;
  /** Number of the last line of the journal there; 0 for a new run. */
  readonly lastSeq: number;
  /** Events of the run so far. */
  readonly past: readonly RunEvent[];
  /** Events of the last step that were not written any more when the run was cut off. */
  readonly unwritten: readonly RunEvent[];
  /** Sentences about how the run goes on. */
  readonly notes: readonly string[];
  /** Processes of an earlier segment that had to be ended, secrets masked. */
  readonly leftovers: readonly Survivor[];
  /** The snapshot that the run goes on from. */
  readonly from: Snapshot;
  /**
   * What the engine is told first: `start`, or `resume`. `null` for a run that was cut off
   * between its end and its last words.
   */
  readonly first: InputBody | null;
  readonly performer: PerformerFactory;
  readonly listeners: readonly RunListener[];
  readonly stopping: Stopping;
}

/** How a run ended. */
export interface RunResult {
  readonly folder: RunFolder;
  readonly snapshot: Snapshot;
  readonly exitStatus: number;
  /** Running time, earlier segments included. */
  readonly elapsedMs: number;
  readonly summary: RunSummary;
  /** The agent that goes on with the run once it is let begin; `null` where none was asked for. */
  readonly successor: Successor | null;
}

/** What the end of a run is told with. */
interface Finish {
  readonly end: RunEnd;
  readonly exitStatus: number;
  readonly hint: string | null;
}

/**
 * Runs a segment to the end of its run, and returns that: also where its files cannot be
 * written any more, since then there is all the more to tell.
 *
 * @throws {LoopError} `cannot-write` before anything was done
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
  const offsetMs = elapsedBefore(segment.from);
  const outside = tellAll(segment.listeners);
  const log = new RunLog({
    world,
    prepared,
    elapsedOffsetMs: offsetMs,
    onFailure: (message) => outside.onWarning(message),
  });
  const lastAction = new LastActionNote();
  lastAction.onEvents(segment.past);
  const listener = tellAll([lastAction, log, ...segment.listeners]);
  // Who listens from outside has been told already, by whoever listens for signals.
  const unfollow = followStopping(stopping, log);
  const supervisor = world.supervise({
    runId: folder.id,
    ancestors: prepared.ancestors,
    folder: folder.path,
  });
  let performer: Performer | null = null;
  const closing = async (how: { readonly isPatient: boolean }) =>
    await performer?.close?.({ ...how, force: stopping.force });
  let journal: Journal | null = null;
  let state: StateWriter | null = null;
  let lowerLiveSign = () => {};
  let last = segment.from;
  let baseline: Baseline | null = null;
  let successor: Successor | null = null;
  const finish = async (
    snapshot: Snapshot,
    { end, exitStatus, hint }: Finish,
  ): Promise<RunResult> => {
    const ended = {
      folder,
      snapshot,
      exitStatus,
      elapsedMs: offsetMs + clock.monotonicMs() - startMs,
    };
    const summary = await runSummary(world, summaryFacts(prepared), {
      ...ended,
      end,
      hint,
      lastAction: lastAction.value,
      foundBy: foundBy(world, project),
      changes: await changedFiles(world, prepared, baseline),
      successor: successor?.told ?? null,
    });
    listener.onEnd(summary);
    return { ...ended, summary, successor };
  };
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
      past: segment.past,
      budget: prepared.loop.budget ?? null,
    });
    listener.onStart(folder);
    const { unwritten, first, leftovers } = segment;
    if (leftovers.length > 0) listener.onSurvivors(leftovers);
    for (const note of segment.notes) listener.onNote(note);
    journal.writeEvents(unwritten);
    listener.onEvents(unwritten);
    baseline = await rememberFiles(world, segment);
    performer = segment.performer.make({
      world,
      prepared,
      folder,
      supervisor,
    });
    const snapshot = first === null ? segment.from : await drive(
      {
        definitions: prepared.definitions,
        clock,
        recorder: journal,
        performer,
        stop: stopping.stop,
        force: stopping.force,
        onStep(events, current) {
          last = current;
          listener.onEvents(events);
          listener.onSnapshot(current);
          writer.note(events, current);
        },
        onProgress: (events) => listener.onEvents(events),
      },
      first,
      segment.from,
    );
    await closing({ isPatient: !stopping.stop.aborted });
    await sweep(supervisor, { prepared, listener, stopping });
    writer.write(snapshot);
    const { end } = snapshot;
    if (end === null) throw new LoopError("internal", "The run has no end");
    const exitStatus = exitStatusOf(end, snapshot.stop);
    const started = { snapshot, folder };
    // Whoever picks up a run at its last words goes on with it.
    successor = first === null
      ? null
      : await startSuccessor(world, prepared, started);
    if (successor !== null) {
      const nowMs = clock.nowMs();
      const frame = { id: ROOT_FRAME, depth: 0 };
      const events = [stampEvent(successor.told, { nowMs, frame })];
      journal.writeEvents(events);
      listener.onEvents(events);
    }
    return await finish(snapshot, { end, exitStatus, hint: null });
  } catch (error) {
    await closing({ isPatient: false });
    await sweep(supervisor, { prepared, listener, stopping });
    const end = endOfWriteFailure(error, last, clock.nowMs());
    if (end === null) throw error;
    const { exitStatus, hint } = error as LoopError;
    const snapshot = { ...last, end };
    if (journal !== null) recordWriteFailure(journal, end);
    state?.writeLast(snapshot, exitStatus);
    return await finish(snapshot, { end, exitStatus, hint });
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
  const { graceMs } = prepared;
  // The action was given the grace already: what it left gets a short one of its own.
  const restMs = stopping.stop.aborted
    ? Math.min(graceMs / 2, STOPPED_GRACE_MS)
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
