// deno-lint-ignore-file camelcase -- ends keep the reference's names
/** Owns turning what the use cases know of a run into the records that the views print. */

import {
  displayPath,
  type Loop,
  ROOT_FRAME,
  type RunEnd,
  type Snapshot,
  timeoutsOf,
} from "../../model/mod.ts";
import type {
  LastAction,
  RunHeader,
  RunSummary,
  RunViewOptions,
} from "../../view/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";
import { lineOf } from "./readiness.ts";
import type { RunFolder } from "./run_folder.ts";

/** What a header tells of: a run that is prepared, or one that is stored. */
export interface HeaderFacts
  extends Pick<Prepared, "loop" | "origin" | "file" | "scope"> {
  readonly project: Pick<Prepared["project"], "root">;
  readonly request: Pick<Prepared["request"], "noLock">;
}

/** What an end message tells of: a run that was prepared, or one that is stored. */
export interface SummaryFacts extends Pick<Prepared, "loop" | "texts"> {
  /** The arguments that started it, without secrets. */
  readonly args: readonly string[];
}

/** Returns the record behind the lines that a run starts with. */
export function runHeader(
  world: Pick<World, "system">,
  prepared: HeaderFacts,
  folder: Pick<RunFolder, "id" | "path">,
): RunHeader {
  const { cwd } = world.system;
  const { loop } = prepared;
  return {
    loop: loop.name,
    origin: prepared.origin,
    file: displayPath(prepared.file, cwd),
    project: prepared.project.root,
    runId: folder.id,
    runFolder: `${displayPath(folder.path, cwd)}/`,
    maxSteps: loop.maxSteps,
    maxIterations: loop.maxIterations,
    timeoutMs: loop.timeoutMs,
    backoffMs: loop.backoffMs,
    scope: scopeLine(prepared),
    defaultTimeouts: defaultTimeouts(loop),
  };
}

/** Returns the step caps that a view of the run shows. */
export function stepCaps(
  prepared: Pick<Prepared, "loop" | "definitions">,
): Pick<RunViewOptions, "maxSteps" | "childMaxSteps"> {
  const { loops } = prepared.definitions;
  return {
    maxSteps: prepared.loop.maxSteps,
    childMaxSteps: Object.fromEntries(
      Object.values(loops).map(({ name, maxSteps }) => [name, maxSteps]),
    ),
  };
}

/** Returns the paths that a run locks, as they are shown: relative to the project. */
export function scopeLine(prepared: HeaderFacts): RunHeader["scope"] {
  const { root } = prepared.project;
  return {
    paths: prepared.scope.map((path) => displayPath(path, root)),
    isDefault: prepared.loop.scope.length === 0,
    isLocked: !prepared.request.noLock,
  };
}

/** Returns the record behind the end message. */
export async function runSummary(
  world: Pick<World, "system">,
  prepared: SummaryFacts,
  ended: {
    readonly folder: Pick<RunFolder, "id" | "path">;
    readonly snapshot: Snapshot;
    readonly end: RunEnd;
    readonly exitStatus: number;
    readonly elapsedMs: number;
    readonly lastAction: LastAction | null;
  },
): Promise<RunSummary> {
  const { folder, snapshot, end, exitStatus, elapsedMs, lastAction } = ended;
  const { cwd } = world.system;
  const { loop } = prepared;
  const frame = snapshot.frames[ROOT_FRAME];
  const state = Object.hasOwn(loop.states, end.finalState)
    ? loop.states[end.finalState]
    : undefined;
  return {
    loop: loop.name,
    runId: folder.id,
    runFolder: `${displayPath(folder.path, cwd)}/`,
    end,
    exitStatus,
    elapsedMs,
    limits: {
      maxSteps: loop.maxSteps,
      maxIterations: loop.maxIterations,
      passes: frame?.passes ?? 0,
      timeoutMs: loop.timeoutMs,
    },
    place: state === undefined ? null : {
      file: displayPath(state.at.file, cwd),
      line: await lineOf(prepared, state.at),
    },
    limitPlace: limitPlace(prepared, { by: end.terminatedBy, cwd }),
    hasRouteTable: state !== undefined && state.kind !== "loop" &&
      state.route !== null,
    lastAction,
    signal: snapshot.stop?.by === "signal" ? snapshot.stop.signal : null,
    args: prepared.args,
    canResume: false,
  };
}

/** The key behind each end that only the file can put off. */
const LIMIT_KEYS: { readonly [by in RunEnd["terminatedBy"]]?: string } = {
  timeout: "timeout",
  cycle_detected: "max_edge_revisits",
  stall_detected: "circuit",
};

function limitPlace(
  { loop, texts }: SummaryFacts,
  { by, cwd }: { readonly by: RunEnd["terminatedBy"]; readonly cwd: string },
): RunSummary["limitPlace"] {
  const key = LIMIT_KEYS[by];
  if (key === undefined) return null;
  // It may stand in a parent as well; then the loop's own file is the place to raise it.
  const lines = (texts[loop.at.file] ?? "").split("\n");
  const index = lines.findIndex((line) => line.startsWith(`${key}:`));
  const file = displayPath(loop.at.file, cwd);
  return { key, file, line: index < 0 ? null : index + 1 };
}

function defaultTimeouts(loop: Loop): RunHeader["defaultTimeouts"] {
  const statesOf = new Map<number, string[]>();
  for (const state of Object.values(loop.states)) {
    const timeouts = state.terminal ? null : timeoutsOf(loop, state);
    if (timeouts?.from !== "default") continue;
    const { timeoutMs } = timeouts;
    statesOf.set(timeoutMs, [...statesOf.get(timeoutMs) ?? [], state.name]);
  }
  return [...statesOf].map(([timeoutMs, states]) => ({ timeoutMs, states }));
}
