/**
 * Owns everything that can be known about going on with a run before it does: what it has come
 * to, where it goes on, with which definition and values. Nothing is run or written.
 */

import { findMissing } from "../../check/mod.ts";
import { rewind, snapshotsAfter } from "../../engine/mod.ts";
import type {
  InputBody,
  Json,
  JsonObject,
  LookAround,
  Loop,
  Snapshot,
} from "../../model/mod.ts";
import { DEFAULT_CONFIG, type Project } from "../project/mod.ts";
import {
  applyOverrides,
  environmentOf,
  graceWithin,
  looksAtOf,
  type Prepared,
  resolveScopeEntry,
  RUN_ID_VARIABLE,
  runDirOf,
  type RunRequest,
} from "../run/mod.ts";
import {
  effectiveStatus,
  findRun,
  isFinal,
  isFinalEnd,
  readRun,
  type RecordedRun,
  type StoredRun,
} from "../runs/mod.ts";
import { resolveScope } from "../scope/mod.ts";
import { Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import {
  lookAtToday,
  originOf,
  takeToday,
  type Today,
} from "./changed_definition.ts";
import { findPoint, type Point } from "./find_point.ts";
import { type OpenAction, openActions } from "./open_actions.ts";
import { moveOf, placeOf } from "./place_of.ts";
import { type Progress, readProgress } from "./read_progress.ts";
import { recallSecrets } from "./recall_secrets.ts";
import { endedError, liveError } from "./resume_errors.ts";
import { keptOptions, overridesOf, valuesOf } from "./resume_values.ts";

/** What is asked for. */
export interface ResumeRequest {
  /** An id, the start of one, or a loop. */
  readonly run: string;
  /** A state or the number of a step to go back to; `null` goes on where the run stopped. */
  readonly back: string | null;
  readonly acceptsChanges: boolean;
  /** Options of the command line; its `loop` and `input` are not looked at. */
  readonly options: RunRequest;
}

/** A run that can go on. */
export interface Resumable {
  readonly run: StoredRun;
  /** The newest run of each other loop file that the same name means. */
  readonly others: readonly RecordedRun[];
  readonly prepared: Prepared;
  readonly progress: Progress;
  /** Where it goes back to; `null` where it goes on where it stopped. */
  readonly point: Point | null;
  readonly from: Snapshot;
  /** What the engine is told first; `null` for a run that only lacks its last words. */
  readonly first: InputBody | null;
  /** Actions that may have run. */
  readonly open: readonly OpenAction[];
  readonly today: Today;
  /** Whether the loop of today was taken. */
  readonly isTaken: boolean;
  /** `${context.run_dir}`. */
  readonly runDir: string;
}

/** The ports that preparing takes. */
export type ResumeWorld = Pick<
  World,
  "files" | "locks" | "sources" | "system"
>;

/**
 * Returns the run that is asked for, ready to go on.
 *
 * @throws {LoopError} `not-found`, `unreadable`, `invalid`, `missing-context`; `locked` for a run that
 * is live, `nothing-to-do` for one that has ended
 */
export async function prepareResume(
  world: ResumeWorld,
  found: Project,
  request: ResumeRequest,
): Promise<Resumable> {
  const { run: { path }, others } = findRun(
    world.files,
    found.loopsDir,
    request.run,
  );
  const run = readRun(world.files, path);
  const project = placeOf(run.record, found);
  const { isAlive } = await effectiveStatus(world.locks, run);
  if (isAlive) throw liveError(world, run, project);
  const progress = readProgress(world, run, project);
  const { end } = progress.snapshot;
  const hasEnded = end !== null && isFinalEnd(end) && request.back === null;
  // Cut off between its end and its last words, it is to say them.
  const isWhole = run.state !== null && isFinal(run.state) &&
    progress.unwritten.length === 0;
  if (hasEnded && isWhole) throw endedError(world, run, project);
  const point = request.back === null
    ? null
    : findPoint(progress, request.back);
  const begin = { run, progress, point, from: snapshotAt(progress, point) };
  const chosen = choose(world, project, { ...begin, request });
  const looksAt = looksAtOf(world, chosen.prepared);
  const first = hasEnded
    ? null
    : firstInput(chosen, begin, { config: project.config, looksAt });
  return {
    ...begin,
    ...chosen,
    others,
    first,
    open: first?.input === "resume"
      ? openActions(chosen.prepared.definitions, begin.from)
      : [],
  };
}

/** From where a run goes on. */
type Begin = Pick<Resumable, "run" | "progress" | "point" | "from">;

/** With what it goes on. */
interface Chosen
  extends Pick<Resumable, "prepared" | "today" | "isTaken" | "runDir"> {
  /** Whether the definitions are others than the run has had. */
  readonly isOther: boolean;
  /** What changes in the context. */
  readonly overrides: JsonObject;
}

function snapshotAt(progress: Progress, point: Point | null): Snapshot {
  if (point === null) return progress.snapshot;
  const { definitions, inputs, snapshot } = progress;
  const [then = snapshot] = snapshotsAfter(definitions, inputs, [point.back]);
  return rewind(snapshot, then);
}

function choose(
  world: ResumeWorld,
  project: Project,
  begin: Begin & { readonly request: ResumeRequest },
): Chosen {
  const { request, run, progress, from } = begin;
  const { system } = world;
  const options: RunRequest = {
    ...request.options,
    loop: run.record.loop_argument,
    ...keptOptions(run, request.options),
  };
  const environment = system.environment();
  const vault = new Vault(environment);
  const file = moveOf(run.record, project).file(run.record.file);
  const before = from.definitions ?? progress.definitions;
  vault.hideLoops(before.loops);
  const today = lookAtToday(world, project, { run, file, progress, vault });
  const taken = request.acceptsChanges && today.kind === "changed"
    ? today
    : null;
  const { definitions, loop, overrides } = taken === null
    // What was set over the first definition is a part of the one that was stored.
    ? applyOverrides(before, request.options, DEFAULT_CONFIG)
    : applyOverrides(
      takeToday(world, taken, { run, snapshot: from }),
      options,
      project.config,
    );
  const runDir = runDirOf(project, run.path);
  const given = new Map(request.options.context);
  const { include } = project.config;
  const sources = { run, progress, from, loop, given, runDir, include };
  const values = valuesOf(world, sources);
  const context = Object.fromEntries(
    values.map(({ key, value }) => [key, value]),
  );
  recallSecrets(vault, {
    values: { from, context, loops: definitions.loops } as unknown as Json,
    given,
    runId: run.id,
  });
  vault.learn(context);
  const prepared: Prepared = {
    project,
    request: options,
    file,
    origin: originOf(file, project),
    definitions,
    definitionHash: taken?.hash ?? run.record.definition_hash,
    loop,
    overrides,
    findings: taken?.located.findings ?? [],
    texts: taken?.located.texts ?? textsOf(today, progress),
    values,
    missing: taken === null
      ? []
      : findMissing(definitions, new Set(Object.keys(context)), {
        results: taken.located.results,
      }),
    scope: scopeOf(world, { project, loop, context }),
    vault,
    env: environmentOf(definitions, environment, vault),
    graceMs: graceWithin(system, options.graceMs ?? project.config.graceMs),
    ancestors: (system.env(RUN_ID_VARIABLE) ?? "").split(":")
      .filter((id) => id !== ""),
  };
  return {
    prepared,
    today,
    isTaken: taken !== null,
    isOther: taken !== null || Object.keys(overrides).length > 0,
    overrides: overridesOf(sources),
    runDir,
  };
}

function firstInput(
  chosen: Chosen,
  { from, point }: Begin,
  { config, looksAt }: Pick<Project, "config"> & {
    readonly looksAt: LookAround;
  },
): InputBody {
  const { prepared, isOther, isTaken, overrides } = chosen;
  const { vault, env, definitions, definitionHash, values } = prepared;
  const going = {
    ...(point === null ? {} : { back: point.back }),
    ...(isOther ? { definitions } : {}),
    ...(isTaken ? { definition_hash: definitionHash } : {}),
  };
  if (from.phase !== "new") {
    const context = vault.hideContext(overrides);
    return {
      input: "resume",
      context,
      env,
      looksAt,
      countsCut: true,
      ...going,
    };
  }
  const context = vault.hideContext(
    Object.fromEntries(values.map(({ key, value }) => [key, value])),
  );
  const { maxDepth } = config;
  return { input: "start", context, env, maxDepth, looksAt, ...going };
}

function textsOf(today: Today, progress: Progress): Prepared["texts"] {
  return today.kind === "same" ? today.texts : progress.texts;
}

function scopeOf(
  world: Pick<World, "files">,
  of: {
    readonly project: Project;
    readonly loop: Loop;
    readonly context: JsonObject;
  },
): readonly string[] {
  const { project, loop, context } = of;
  return resolveScope(
    project.root,
    loop.scope.map((entry) => resolveScopeEntry(entry, context)),
    (path) => world.files.realPath(path),
  );
}
