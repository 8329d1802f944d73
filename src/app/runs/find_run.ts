/** Owns which run is meant by what somebody types: an id, the start of one, or a loop. */

import { basename } from "@std/path";
import { BUILTIN_PREFIX, LoopError, nearest } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import { listRuns } from "./list_runs.ts";
import type { StoredRun } from "./read_run.ts";

/** A run that was asked for. */
export interface FoundRun {
  readonly run: StoredRun;
  /**
   * The newest run of each other loop file that the same name means, for a note: the name of
   * one loop may be the file name of another.
   */
  readonly others: readonly StoredRun[];
}

const CANDIDATES_MAX = 5;

/**
 * Returns the run that `asked` means: the one of that id; else the newest one of a loop whose
 * `name:`, file name or typed name it is; else the one whose id begins so.
 *
 * @throws {LoopError} `not-found`, naming what comes near; `usage` where several ids begin so
 */
export function findRun(
  files: Pick<Files, "list" | "readText" | "readTextIfExists">,
  loopsDir: string,
  asked: string,
): FoundRun {
  const { runs, damaged } = listRuns(files, loopsDir);
  const exact = runs.find(({ id }) => id === asked);
  if (exact !== undefined) return { run: exact, others: [] };
  const ofLoop = runs.filter((run) => namesOf(run, loopsDir).includes(asked));
  const [newest] = ofLoop;
  if (newest !== undefined) {
    return { run: newest, others: newestOfOthers(ofLoop, newest) };
  }
  const beginning = asked === ""
    ? []
    : runs.filter(({ id }) => id.startsWith(asked));
  const [only, ...more] = beginning;
  if (only === undefined) {
    const broken = damaged.find(({ path }) => basename(path) === asked);
    if (broken !== undefined) throw new LoopError("unreadable", broken.problem);
    throw notFound(asked, { runs, loopsDir });
  }
  if (more.length > 0) throw ambiguous(asked, beginning);
  return { run: only, others: [] };
}

function newestOfOthers(
  runs: readonly StoredRun[],
  newest: StoredRun,
): StoredRun[] {
  const seen = new Set([newest.record.file]);
  return runs.filter(({ record }) => {
    if (seen.has(record.file)) return false;
    seen.add(record.file);
    return true;
  });
}

/** Returns whether the loop of a run may be called so. */
export function isCalled(
  run: StoredRun,
  { asked, loopsDir }: { readonly asked: string; readonly loopsDir: string },
): boolean {
  return namesOf(run, loopsDir).includes(asked);
}

/** Returns what the loop of a run may be called. */
function namesOf({ record }: StoredRun, loopsDir: string): string[] {
  const { loop, loop_argument: typed, file } = record;
  const bare = withoutEnding(
    file.startsWith(BUILTIN_PREFIX) ? file.slice(BUILTIN_PREFIX.length) : file,
  );
  const inFolder = bare.startsWith(`${loopsDir}/`)
    ? [bare.slice(loopsDir.length + 1)]
    : [];
  return [loop, typed, file, bare, basename(bare), ...inFolder];
}

function withoutEnding(file: string): string {
  return file.replace(/(?:\.fsm)?\.yaml$/, "");
}

function ambiguous(asked: string, runs: readonly StoredRun[]): LoopError {
  const shown = runs.slice(0, CANDIDATES_MAX).map(({ id, record }) =>
    `  ${id} (${record.loop})`
  );
  const rest = runs.length - shown.length;
  if (rest > 0) shown.push(`  and ${rest} more`);
  return new LoopError(
    "usage",
    `"${asked}" is the start of ${runs.length} run ids`,
    { hint: `Give more of the id:\n${shown.join("\n")}` },
  );
}

function notFound(
  asked: string,
  given: { readonly runs: readonly StoredRun[]; readonly loopsDir: string },
): LoopError {
  const { runs, loopsDir } = given;
  const message = `Run not found: "${asked}"`;
  if (runs.length === 0) {
    return new LoopError("not-found", message, {
      hint: `There are no runs in ${loopsDir}/runs`,
    });
  }
  const names = new Set(
    runs.flatMap(({ id, record }) => [record.loop, id]),
  );
  const near = nearest(asked, [...names]);
  const [newest] = runs;
  return new LoopError("not-found", message, {
    hint: near.length > 0
      ? `Did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`
      : `A run is found by its id, the start of its id, or the name of its loop; the newest ` +
        `run is ${newest?.id} of loop "${newest?.record.loop}"`,
  });
}
