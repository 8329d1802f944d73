// deno-lint-ignore-file camelcase -- ends keep the reference's names
/** Owns turning what the use cases know of a run into the records that the views print. */

import {
  type Budget,
  type Changes,
  CHECK_STATE,
  COUNT_MAX,
  displayPath,
  type Frame,
  type Json,
  type Loop,
  ROOT_FRAME,
  type RunEnd,
  type Snapshot,
  timeoutsOf,
  untilGoalOf,
  untilProgress,
} from "../../model/mod.ts";
import {
  cannotRunHint,
  type LastAction,
  missingName,
  type RunHeader,
  type RunSummary,
  type RunViewOptions,
  type SpendSummary,
} from "../../view/mod.ts";
import type { ChosenHost } from "../hosts/mod.ts";
import { findProject, type Project } from "../project/mod.ts";
import { isFinalEnd } from "../runs/mod.ts";
import type { World } from "../world.ts";
import { tailOf } from "./last_action.ts";
import { nearPrograms } from "./near_program.ts";
import type { Prepared } from "./prepare.ts";
import { raiseBudget } from "./raise_budget.ts";
import type { SuccessorEvent } from "./successor.ts";
import { lineOf } from "./readiness.ts";
import type { Cap } from "./request.ts";
import { maskArguments, type RunFolder } from "./run_folder.ts";
import { tamperHint } from "./tamper_hint.ts";

/** What a header tells of: a run that is prepared, or one that is stored. */
export interface HeaderFacts
  extends Pick<Prepared, "loop" | "origin" | "file" | "scope"> {
  readonly project: Pick<Prepared["project"], "root">;
  readonly request: Pick<Prepared["request"], "noLock">;
}

/** What an end message tells of: a run that was prepared, or one that is stored. */
export interface SummaryFacts
  extends Pick<Prepared, "loop" | "texts" | "origin"> {
  readonly project: Pick<Prepared["project"], "root">;
  /** The arguments that started it, without secrets and without one that a longer run replaces. */
  readonly argsWithout: (cap: Cap | null) => readonly string[];
  /** Options with the secrets that have to be given again. */
  readonly secretWords: readonly string[];
}

/** Returns the facts of a run that was prepared here. */
export function summaryFacts(prepared: Prepared): SummaryFacts {
  return {
    ...prepared,
    argsWithout: (without) => maskArguments(prepared, { without }),
    secretWords: secretWords(prepared),
  };
}

/** Returns the record behind the lines that a run starts with. */
export function runHeader(
  world: Pick<World, "system">,
  prepared: HeaderFacts,
  folder: Pick<RunFolder, "id" | "path" | "resumedAt"> & {
    readonly hosts?: readonly ChosenHost[];
    readonly spawnsOnHandoff?: boolean;
  },
): RunHeader {
  const { hosts = [], spawnsOnHandoff } = folder;
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
    until: untilGoalOf(loop),
    scope: scopeLine(prepared),
    defaultTimeouts: defaultTimeouts(loop),
    ...(hosts.length === 0 ? {} : {
      hosts: hosts.map(({ name, by, isBypassed, isJudge }) => ({
        name,
        by,
        isBypassed,
        isJudge,
      })),
    }),
    ...(loop.budget === undefined ? {} : { budget: loop.budget }),
    ...(spawnsOnHandoff === undefined ? {} : { spawnsOnHandoff }),
    ...(folder.resumedAt === null ? {} : { resumedFrom: folder.resumedAt }),
  };
}

/** Returns the step caps that a view of the run shows, and what stands in their place. */
export function stepCaps(
  prepared: Pick<Prepared, "loop" | "definitions">,
): Pick<RunViewOptions, "maxSteps" | "childMaxSteps" | "goal"> {
  const { loops } = prepared.definitions;
  return {
    maxSteps: prepared.loop.maxSteps,
    goal: untilGoalOf(prepared.loop),
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

/** Returns the record behind the end message. Without `files`, nobody looks for what a mistyped program may be. */
export async function runSummary(
  world: Pick<World, "system"> & Partial<Pick<World, "files">>,
  prepared: SummaryFacts,
  ended: {
    readonly folder: Pick<RunFolder, "id" | "path">;
    readonly snapshot: Snapshot;
    readonly end: RunEnd;
    readonly exitStatus: number;
    readonly elapsedMs: number;
    readonly lastAction: LastAction | null;
    readonly changes: Changes | null;
    /** What was told of an agent that goes on with the run; `null` where nothing was. */
    readonly successor?: SuccessorEvent | null;
    /** Options by which the run is found again; `null` where nothing of it is kept. */
    readonly foundBy: readonly string[] | null;
    /** What to do about an end whose reason lies outside of the loop. */
    readonly hint: string | null;
  },
): Promise<RunSummary> {
  const { folder, snapshot, end, exitStatus, elapsedMs, lastAction } = ended;
  const { files } = world;
  const { cwd } = world.system;
  const { loop } = prepared;
  const frame = snapshot.frames[ROOT_FRAME];
  const state = Object.hasOwn(loop.states, end.finalState)
    ? loop.states[end.finalState]
    : undefined;
  const progress = untilProgress(loop, { snapshot, end });
  // What counts is how the check failed, not the pause or the fix that was cut short.
  const shown = progress === null || progress.gaveUp === "fix-cannot-run"
    ? lastAction
    : capturedAction(frame, CHECK_STATE) ?? lastAction;
  const couldNotRun = progress?.gaveUp === "fix-cannot-run" ||
    progress?.gaveUp === "check-cannot-run";
  // What is typed runs where it is typed.
  const inFolder = prepared.origin === "command" ? cwd : prepared.project.root;
  const programHintOf = (action: LastAction): string => {
    const name = missingName(action.stderrLines);
    const place = {
      path: world.system.env("PATH") ?? "",
      folder: inFolder,
    };
    const near =
      files === undefined || name === null || action.exitCode !== NOT_FOUND
        ? []
        : nearPrograms({ files }, name, place);
    return cannotRunHint(action, { ...place, near });
  };
  const aboutTests = files === undefined
    ? null
    : tamperHint(frame, end, { files, root: prepared.project.root, cwd });
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
    place: state === undefined || prepared.origin === "command" ? null : {
      file: displayPath(state.at.file, cwd),
      line: await lineOf(prepared, state.at),
    },
    limitPlace: limitPlace(prepared, { by: end.terminatedBy, cwd }),
    hasRouteTable: state !== undefined && state.kind !== "loop" &&
      state.route !== null,
    hint: ended.hint ?? aboutTests ??
      (couldNotRun && shown !== null ? programHintOf(shown) : null),
    // Loops of `until` have said it, or go on in spite of it.
    programHint: progress === null && shown?.exitCode === NOT_FOUND &&
        missingName(shown.stderrLines) !== null
      ? programHintOf(shown)
      : null,
    lastAction: shown,
    signal: snapshot.stop?.by === "signal" ? snapshot.stop.signal : null,
    args: prepared.argsWithout(CAP_OPTIONS[end.terminatedBy] ?? null),
    canResume: ended.foundBy !== null && !isFinalEnd(end),
    resumeWords: [...ended.foundBy ?? [], ...prepared.secretWords],
    until: progress === null
      ? null
      : { ...progress, isSaved: prepared.origin !== "command" },
    changes: ended.changes,
    ...(ended.successor?.event === "handoff_spawned"
      ? { successor: { host: ended.successor.host, pid: ended.successor.pid } }
      : {}),
    ...(snapshot.spend === undefined && end.terminatedBy !== "budget_exceeded"
      ? {}
      : {
        spend: spendOf(snapshot, {
          budget: loop.budget ?? null,
          by: end.terminatedBy,
        }),
      }),
  };
}

/** Returns what was spent, and the option with which a run goes on that has used up its own budget. */
function spendOf(
  snapshot: Snapshot,
  { budget, by }: {
    readonly budget: Budget | null;
    readonly by: RunEnd["terminatedBy"];
  },
): SpendSummary {
  const states = snapshot.spend ?? {};
  const raise = by === "budget_exceeded" ? raiseBudget(snapshot, budget) : null;
  return { states, budget, ...(raise === null ? {} : { raise }) };
}

/** Secrets are not stored: those that were given have to be given again. */
function secretWords({ values, vault }: Prepared): string[] {
  return values.filter(({ key, from }) =>
    from !== "loop file" && vault.isSecretKey(key)
  ).flatMap(({ key }) => ["--context", `${key}=VALUE`]);
}

/** Returns the options by which a command in this folder finds a project's runs. */
export function foundBy(
  world: Pick<World, "system" | "files">,
  { loopsDir }: Pick<Project, "loopsDir">,
): readonly string[] {
  return findProject(world).loopsDir === loopsDir
    ? []
    : ["--loops-dir", displayPath(loopsDir, world.system.cwd)];
}

/** Exit status of shells for a command that is not there. */
const NOT_FOUND = 127;

/** The option that a longer run is asked for with. */
const CAP_OPTIONS: { readonly [by in RunEnd["terminatedBy"]]?: Cap } = {
  max_steps: "max-steps",
  max_iterations_reached: "max-iterations",
};

/** The key behind each end that only the file can put off. */
const LIMIT_KEYS: { readonly [by in RunEnd["terminatedBy"]]?: string } = {
  timeout: "timeout",
  cycle_detected: "max_edge_revisits",
  stall_detected: "circuit",
};

function limitKey(
  loop: Pick<Loop, "maxSteps" | "maxIterations">,
  by: RunEnd["terminatedBy"],
): string | undefined {
  switch (by) {
    // An option cannot ask for more.
    case "max_steps":
      return loop.maxSteps < COUNT_MAX ? undefined : "max_steps";
    case "max_iterations_reached":
      return (loop.maxIterations ?? 0) < COUNT_MAX
        ? undefined
        : "max_iterations";
    default:
      return LIMIT_KEYS[by];
  }
}

function limitPlace(
  { loop, texts }: SummaryFacts,
  { by, cwd }: { readonly by: RunEnd["terminatedBy"]; readonly cwd: string },
): RunSummary["limitPlace"] {
  const key = limitKey(loop, by);
  if (key === undefined) return null;
  // It may stand in a parent as well; then the loop's own file is the place to raise it.
  const lines = (texts[loop.at.file] ?? "").split("\n");
  const index = lines.findIndex((line) => line.startsWith(`${key}:`));
  const file = displayPath(loop.at.file, cwd);
  return { key, file, line: index < 0 ? null : index + 1 };
}

/** Returns the last action of a state as its capture tells of it; `null` when there is none. */
function capturedAction(
  frame: Frame | undefined,
  state: string,
): LastAction | null {
  const record = frame?.captured[state];
  if (record === undefined) return null;
  const number = (value: Json | undefined) =>
    typeof value === "number" ? value : 0;
  const text = (value: Json | undefined) =>
    typeof value === "string" ? value : null;
  return {
    state,
    subLoop: null,
    exitCode: number(record["exit_code"]),
    verdict: text(record["verdict"]),
    durationMs: number(record["duration_ms"]),
    timeoutKind: text(record["timeout_kind"]),
    isCancelled: false,
    stdoutLines: tailOf(text(record["output"])),
    stderrLines: tailOf(text(record["stderr"])),
  };
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
