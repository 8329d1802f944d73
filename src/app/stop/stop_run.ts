/**
 * Owns stopping a run from outside: asked gently, then again, then killed, and over only when its
 * process and every process of it are gone. The run itself is the only writer of its files.
 */

import { LoopError } from "../../model/mod.ts";
import type { Survivor } from "../../ports/mod.ts";
import { restoreOptions } from "../run/mod.ts";
import { readRun, type StoredRun } from "../runs/mod.ts";
import { maskText, Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { findRunner, type Runner } from "./find_runner.ts";

/** How a run is stopped. */
export interface StopOptions {
  /** Time for a gentle end; `null` is what the run itself gives its actions, and a little more. */
  readonly graceMs: number | null;
  /** The grace of runs that have none of their own. */
  readonly defaultGraceMs: number;
  /** Gives no time. */
  readonly isForced: boolean;
  /** Called before a run is asked to stop that this program is a part of: there may be no time after it. */
  onAsking(stopped: StoppedRun): void;
}

/** What became of a run. */
export interface StoppedRun {
  readonly run: StoredRun;
  readonly how:
    /** It ended by itself, having been asked. */
    | "ended"
    /** Its process had to be killed. */
    | "killed"
    /** It was asked, and this program did not wait: it is a part of the run. */
    | "asked"
    /** It was not running; processes that it had left were ended. */
    | "swept";
  readonly pid: number | null;
  readonly tookMs: number;
  /** Processes of it that are gone now. */
  readonly ended: readonly Survivor[];
}

const PAUSE_MS = 20;
/** The run's own sweep and its last words come after the grace. */
const MARGIN_MS = 1500;
/** Signals of one kind that are sent before the first was taken arrive as one. */
const REPEAT_MS = 200;
const BETWEEN_SIGNALS_MS = 50;
/** What a runner may take that was asked to end at once, and what a killed one leaves. */
const AT_ONCE_MS = 2000;
/** A runner gets so long as long as what it was to end gets less: on a busy machine that takes its time. */
const AT_WORK_MAX_MS = 10_000;
const LEFTOVER_GRACE_MS = 500;

/**
 * Stops a run; returns once nothing of it is left.
 *
 * @throws {LoopError} `nothing-to-do` where it is not running and has left nothing; `locked` where its
 * process cannot be named, or something of it cannot be ended
 */
export async function stopRun(
  world: Pick<World, "files" | "locks" | "clock" | "system" | "reaper">,
  run: StoredRun,
  options: StopOptions,
): Promise<StoppedRun> {
  const { clock, reaper, files } = world;
  const startMs = clock.monotonicMs();
  const runner = await findRunner(world, run);
  const { mask } = new Vault(world.system.environment());
  const before = reaper.find(run.id);
  if (runner?.isOurs === true) {
    const { pid } = runner;
    const asked = { run, how: "asked", pid, tookMs: 0, ended: [] } as const;
    options.onAsking(asked);
    reaper.signal(pid, "SIGTERM");
    return asked;
  }
  const how = runner === null ? "swept" : await endRunner(world, runner, {
    graceMs: timesOf(run, options),
    countLeft: () => reaper.find(run.id).length,
  });
  const leftovers = await reaper.end(run.id, { graceMs: LEFTOVER_GRACE_MS });
  const ended = new Map(
    [...before, ...leftovers].map((each) => [each.pid, each]),
  );
  if (runner === null && ended.size === 0) throw notRunning(run);
  const left = reaper.find(run.id);
  if (left.length > 0 || runner?.isAlive() === true) {
    throw new LoopError(
      "locked",
      `Cannot stop run ${run.id} of loop "${run.record.loop}": processes of it do not end: ${
        [
          ...runner?.isAlive() === true ? [runner.pid] : [],
          ...left.map(({ pid }) => pid),
        ].join(", ")
      }`,
      { hint: "They are stuck in the system: it may have to be restarted" },
    );
  }
  return {
    run: readRun(files, run.path),
    how,
    pid: runner?.pid ?? null,
    tookMs: clock.monotonicMs() - startMs,
    ended: [...ended.values()].map(({ pid, command }) => ({
      pid,
      command: maskText(mask, command),
    })),
  };
}

/** Returns when to ask again, after the first time. */
function timesOf(
  { record }: StoredRun,
  { graceMs, defaultGraceMs, isForced }: StopOptions,
): number {
  if (isForced) return BETWEEN_SIGNALS_MS;
  const own = restoreOptions(record.options).graceMs ?? defaultGraceMs;
  return graceMs ?? own + MARGIN_MS;
}

async function endRunner(
  world: Pick<World, "clock" | "reaper">,
  runner: Runner,
  { graceMs, countLeft }: {
    readonly graceMs: number;
    /** Returns how many processes of its run there are. */
    readonly countLeft: () => number;
  },
): Promise<"ended" | "killed"> {
  const { clock, reaper } = world;
  const patience = (step: number) => {
    // Only killing it too early would lose its last save.
    let left = step === 1 ? countLeft() : 0;
    const latestMs = clock.monotonicMs() + AT_WORK_MAX_MS;
    return () => {
      const before = left;
      if (before === 0 || clock.monotonicMs() >= latestMs) return false;
      left = countLeft();
      return left < before;
    };
  };
  const steps = [
    ["SIGTERM", graceMs],
    // The second one makes it end at once, with a last save all the same.
    ["SIGTERM", AT_ONCE_MS],
    ["SIGKILL", AT_ONCE_MS],
  ] as const;
  for (const [step, [signal, limitMs]] of steps.entries()) {
    const isAtWork = patience(step);
    let endMs = clock.monotonicMs() + limitMs;
    let sentMs = -Infinity;
    while (runner.isAlive()) {
      const nowMs = clock.monotonicMs();
      if (nowMs >= endMs) {
        if (!isAtWork()) break;
        endMs = nowMs + limitMs;
      }
      if (sentMs === -Infinity || step > 0 && nowMs - sentMs > REPEAT_MS) {
        reaper.signal(runner.pid, signal);
        sentMs = nowMs;
      }
      await clock.sleep(Math.min(PAUSE_MS, endMs - nowMs));
    }
    if (!runner.isAlive()) return signal === "SIGKILL" ? "killed" : "ended";
  }
  return "killed";
}

function notRunning({ id, record, state }: StoredRun): LoopError {
  const status = state === null || state.status === "running"
    ? "it was cut off"
    : `its status is ${state.status}`;
  return new LoopError(
    "nothing-to-do",
    `Run ${id} of loop "${record.loop}" is not running: ${status}`,
  );
}
