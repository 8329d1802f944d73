/** Owns what `history` tells: runs of ours and of the reference, and the events of one. */

import { basename, join } from "@std/path";
import { LoopError, nearest, quoted } from "../../model/mod.ts";
import type { HistoryEntry } from "../../view/mod.ts";
import { listLoops } from "../loops/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { type ArchivedRun, listArchives } from "./archives.ts";
import { isCalled } from "./find_run.ts";
import type { DamagedRun } from "./list_runs.ts";
import { allStandings, type ReadingWorld } from "./standing_of.ts";

/** A run whose events can be shown. */
export interface HistoryRun {
  readonly id: string;
  readonly loop: string;
  /** Its `events.jsonl`. */
  readonly events: string;
  /** Its folder, where it is one of ours. */
  readonly folder: string | null;
}

/** What was asked for. */
export type History =
  /** Runs, newest first: of one loop, or all where `loop` is `null`. */
  | {
    readonly kind: "list";
    readonly loop: string | null;
    readonly entries: readonly HistoryEntry[];
  }
  | { readonly kind: "run"; readonly run: HistoryRun };

/** What somebody typed: nothing, a loop or a run, or a loop and a run of it. */
export interface HistoryQuestion {
  readonly asked: string | null;
  readonly run: string | null;
}

/**
 * Returns the runs, or the run, that somebody asks for. A name is a run's id, else a loop, else
 * the start of an id.
 *
 * @throws {LoopError} `not-found`, naming what comes near; `usage` where it may be several runs
 */
export async function findHistory(
  world: ReadingWorld & Pick<World, "sources">,
  project: Project,
  question: HistoryQuestion,
): Promise<History> {
  const { asked, run } = question;
  const all = await readAll(world, project.loopsDir);
  if (asked === null) {
    return { kind: "list", loop: null, entries: all.map(({ entry }) => entry) };
  }
  const ofLoop = all.filter((each) => each.isOf(asked));
  if (run !== null) {
    const found = pick(ofLoop, run);
    if (found !== null) return found;
    throw notFound(
      `Run not found: ${quoted(run)} of loop ${quoted(asked)}`,
      run,
      {
        names: ofLoop.map(({ entry }) => entry.runId),
      },
    );
  }
  const exact = all.filter(({ entry }) => entry.runId === asked);
  if (exact.length > 0) return pick(exact, asked) as History;
  if (
    ofLoop.length > 0 ||
    listLoops(world, project).some(({ name }) => name === asked)
  ) {
    const entries = ofLoop.map(({ entry }) => entry);
    return { kind: "list", loop: asked, entries };
  }
  const found = pick(all, asked);
  if (found !== null) return found;
  throw notFound(`Run or loop not found: ${quoted(asked)}`, asked, {
    names: all.flatMap(({ entry }) => [entry.loop ?? "", entry.runId]),
  });
}

/**
 * Returns one past run: the one that a name means, the newest one of a loop, or the newest of all.
 *
 * @throws {LoopError} as {@linkcode findHistory} does; `not-found` where there is none
 */
export async function findPastRun(
  world: ReadingWorld & Pick<World, "sources">,
  project: Project,
  asked: string | null,
): Promise<HistoryRun> {
  const found = await findHistory(world, project, { asked, run: null });
  if (found.kind === "run") return found.run;
  const newest = found.entries.find(({ problem }) => problem === null);
  if (newest === undefined) {
    throw new LoopError(
      "not-found",
      asked === null
        ? "There are no runs yet"
        : `Loop ${quoted(asked)} has not run here yet`,
      { hint: "`ll-loop list` shows what can be run" },
    );
  }
  const again = await findHistory(world, project, {
    asked: newest.isArchived ? newest.loop : newest.runId,
    run: newest.isArchived ? newest.runId : null,
  });
  if (again.kind === "run") return again.run;
  throw new LoopError("not-found", `Run ${newest.runId} has just been removed`);
}

/** One run, whoever ran it. */
interface Past {
  readonly entry: HistoryEntry;
  readonly path: string;
  isOf(loop: string): boolean;
}

async function readAll(
  world: ReadingWorld,
  loopsDir: string,
): Promise<readonly Past[]> {
  const { runs, damaged } = await allStandings(world, loopsDir);
  const past: Past[] = [
    ...runs.map(({ record, state, status, elapsedMs }): Past => {
      const path = join(loopsDir, "runs", record.id);
      return {
        entry: {
          runId: record.id,
          loop: record.loop,
          status,
          startedAt: record.started_at,
          iterations: state?.iteration ?? 0,
          durationMs: Math.round(elapsedMs),
          isArchived: false,
          problem: null,
        },
        path,
        isOf: (loop) =>
          isCalled({ id: record.id, path, record }, { asked: loop, loopsDir }),
      };
    }),
    ...listArchives(world.files, loopsDir).map((archived): Past => ({
      entry: archivedEntry(archived),
      path: archived.path,
      isOf: (loop) => archived.loop === loop,
    })),
  ];
  // Fixed width, and UTC: the order of texts is that of time.
  const startOf = ({ entry }: Past) => entry.startedAt ?? "";
  past.sort((a, b) =>
    startOf(a) === startOf(b) ? 0 : startOf(a) < startOf(b) ? 1 : -1
  );
  return [...past, ...damaged.map(damagedPast)];
}

function archivedEntry({ id, loop, state }: ArchivedRun): HistoryEntry {
  const { status, iteration, started_at: started, accumulated_ms: time } =
    state;
  return {
    runId: id,
    loop,
    // Whoever ran it is gone.
    status: status === "running" ? "interrupted" : textOr(status, null),
    startedAt: textOr(started, null),
    iterations: typeof iteration === "number" ? iteration : null,
    durationMs: typeof time === "number" ? time : null,
    isArchived: true,
    problem: null,
  };
}

function damagedPast({ path, problem }: DamagedRun): Past {
  return {
    entry: {
      runId: basename(path),
      loop: null,
      status: null,
      startedAt: null,
      iterations: null,
      durationMs: null,
      isArchived: false,
      problem,
    },
    path,
    isOf: () => false,
  };
}

function textOr<T>(value: unknown, other: T): string | T {
  return typeof value === "string" ? value : other;
}

const CANDIDATES_MAX = 5;

/** Returns the run whose id begins so; `null` when none does. */
function pick(past: readonly Past[], start: string): History | null {
  if (start === "") return null;
  const exact = past.filter(({ entry }) => entry.runId === start);
  const found = exact.length > 0
    ? exact
    : past.filter(({ entry }) => entry.runId.startsWith(start));
  const [only, ...more] = found;
  if (only === undefined) return null;
  if (more.length === 0) {
    const { entry: { runId, loop, isArchived }, path } = only;
    const run: HistoryRun = {
      id: runId,
      loop: loop ?? runId,
      events: join(path, "events.jsonl"),
      folder: isArchived ? null : path,
    };
    return { kind: "run", run };
  }
  const shown = found.slice(0, CANDIDATES_MAX)
    .map(({ entry }) => `  ll-loop history ${entry.loop ?? ""} ${entry.runId}`);
  const rest = found.length - shown.length;
  if (rest > 0) shown.push(`  and ${rest} more`);
  throw new LoopError(
    "usage",
    `${quoted(start)} may be ${found.length} runs`,
    { hint: `Name one of them:\n${shown.join("\n")}` },
  );
}

function notFound(
  message: string,
  asked: string,
  { names }: { readonly names: readonly string[] },
): LoopError {
  const near = nearest(asked, new Set(names));
  return new LoopError("not-found", message, {
    hint: near.length > 0
      ? `Did you mean ${near.map(quoted).join(" or ")}?`
      : "`ll-loop history` lists the runs that there are",
  });
}
