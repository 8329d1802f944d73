/** Owns everything that is told of how a run stands. */

import { displayPath, inFolder, LoopError } from "../../model/mod.ts";
import type { RunStanding } from "../../view/mod.ts";
import type { World } from "../world.ts";
import { isFinal, lookAtRun, type RunCondition } from "./effective_status.ts";
import { type DamagedRun, runNames, runsFolder } from "./list_runs.ts";
import { readOwner } from "./owner.ts";
import { lastEvent } from "./read_events.ts";
import { newerFirst, readRun, type StoredRun } from "./read_run.ts";

/** The ports that looking at runs takes. Nothing is written. */
export type ReadingWorld = Pick<World, "files" | "locks" | "clock" | "system">;

/** Options of {@linkcode standingOf}. */
export interface StandingOptions {
  /** Whether the last event is read as well. @default {false} */
  readonly hasLastEvent?: boolean;
}

/**
 * Returns how the run in a folder stands.
 *
 * @throws {LoopError} `not-found` or `unreadable`, naming the file that cannot be used
 */
export async function standingOf(
  world: ReadingWorld,
  path: string,
  options: StandingOptions = {},
): Promise<RunStanding> {
  const { run, condition } = await lookAtRun(world, path);
  return describe(world, run, { condition, ...options });
}

/** How the runs of a project stand. */
export interface Standings {
  /** Newest first. */
  readonly runs: readonly RunStanding[];
  readonly damaged: readonly DamagedRun[];
}

/** A run that is being started, or removed, has a folder without a record for a moment. */
const MOMENT_MS = 10_000;

/** Returns how every run stands; one that cannot be read keeps none from being told. */
export async function allStandings(
  world: ReadingWorld,
  loopsDir: string,
): Promise<Standings> {
  const found: { run: StoredRun; condition: RunCondition }[] = [];
  const damaged: DamagedRun[] = [];
  const folder = runsFolder(loopsDir);
  for (const name of runNames(world.files, loopsDir)) {
    const path = inFolder(folder, name);
    try {
      found.push(lookAtEnded(world, path) ?? await lookAtRun(world, path));
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      if (isChanging(world, path, error)) continue;
      damaged.push({ path, problem: error.message });
    }
  }
  found.sort((a, b) => newerFirst(a.run, b.run));
  const runs = found.map(({ run, condition }) =>
    describe(world, run, { condition })
  );
  return { runs, damaged };
}

/** Most runs have ended for good, and need no look at their lock; `null` for others. */
function lookAtEnded(
  { files }: ReadingWorld,
  path: string,
): { readonly run: StoredRun; readonly condition: RunCondition } | null {
  const run = readRun(files, path);
  const { state } = run;
  if (state === null || !isFinal(state)) return null;
  const { status } = state;
  return { run, condition: { status, isAlive: false, isCutOff: false } };
}

function isChanging(
  { files, clock }: ReadingWorld,
  path: string,
  { code }: LoopError,
): boolean {
  const folder = files.stat(path);
  if (folder === null) return true;
  // It began in between: the record that was missing is there by now.
  if (files.stat(inFolder(path, "run.json")) !== null) {
    return code === "not-found";
  }
  return clock.nowMs() - folder.modifiedMs < MOMENT_MS;
}

function describe(
  { files, clock, system }: ReadingWorld,
  run: StoredRun,
  options: StandingOptions & { readonly condition: RunCondition },
): RunStanding {
  const { record, state, path, stateProblem } = run;
  const { condition, hasLastEvent = false } = options;
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - Date.parse(state?.updated_at ?? record.started_at);
  return {
    record,
    state,
    ...condition,
    pid: readOwner(files, path)?.pid ?? record.pid,
    canResume: !condition.isAlive && (state === null || !isFinal(state)),
    folder: `${displayPath(path, system.cwd)}/`,
    elapsedMs: (state?.accumulated_ms ?? 0) +
      (condition.isAlive ? Math.max(0, sinceMs) : 0),
    nowMs,
    logUpdatedMs: files.stat(inFolder(path, "log"))?.modifiedMs ?? null,
    ...(hasLastEvent
      ? { lastEvent: lastEvent(files, inFolder(path, "events.jsonl")) }
      : {}),
    problem: stateProblem,
  };
}
