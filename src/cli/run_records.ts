// deno-lint-ignore-file camelcase -- ends keep the reference's names
/** Owns turning what the use cases know of a run into the records that the views print. */

import type { Prepared, RunFolder, RunResult } from "../app/mod.ts";
import { defaultTimeoutMs, type Loop, type RunEnd } from "../model/mod.ts";
import type { LastAction, RunHeader, RunSummary } from "../view/mod.ts";
import { lineOf, maskArguments } from "../app/mod.ts";
import { displayPath, type Session } from "./program.ts";

/** Returns the record behind the lines that a run starts with. */
export function runHeader(
  session: Session,
  prepared: Prepared,
  folder: RunFolder,
): RunHeader {
  const { cwd } = session.world.system;
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

/** Returns the paths that a run locks, as they are shown: relative to the project. */
export function scopeLine(prepared: Prepared): RunHeader["scope"] {
  const { root } = prepared.project;
  return {
    paths: prepared.scope.map((path) => displayPath(path, root)),
    isDefault: prepared.loop.scope.length === 0,
    isLocked: !prepared.request.noLock,
  };
}

/** Returns the record behind the end message. */
export async function runSummary(
  session: Session,
  prepared: Prepared,
  options: {
    readonly result: RunResult;
    readonly lastAction: LastAction | null;
  },
): Promise<RunSummary> {
  const { result, lastAction } = options;
  const { snapshot, folder } = result;
  const { cwd } = session.world.system;
  const { loop } = prepared;
  const end = snapshot.end;
  if (end === null) throw new RangeError("A run without an end");
  const frame = snapshot.frames["0"];
  const state = Object.hasOwn(loop.states, end.finalState)
    ? loop.states[end.finalState]
    : undefined;
  return {
    loop: loop.name,
    runId: folder.id,
    runFolder: `${displayPath(folder.path, cwd)}/`,
    end,
    exitStatus: result.exitStatus,
    elapsedMs: result.elapsedMs,
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
    args: maskArguments(prepared),
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
  { loop, texts }: Prepared,
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
  if (loop.defaultTimeoutMs !== null) return [];
  const statesOf = new Map<number, string[]>();
  for (const state of Object.values(loop.states)) {
    if (state.timeoutMs !== null || state.terminal) continue;
    const timeoutMs = defaultTimeoutMs(state.kind);
    if (timeoutMs === null) continue;
    statesOf.set(timeoutMs, [...statesOf.get(timeoutMs) ?? [], state.name]);
  }
  return [...statesOf].map(([timeoutMs, states]) => ({ timeoutMs, states }));
}
