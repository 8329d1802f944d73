/** Owns which run is meant by what somebody types: an id, the start of one, or a loop. */

import { basename } from "@std/path";
import {
  BUILTIN_PREFIX,
  inFolder,
  LoopError,
  nearest,
  quoted,
} from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import { runNames, runsFolder } from "./list_runs.ts";
import { readRecord, type RecordedRun } from "./read_run.ts";
import { recentRuns } from "./recent_runs.ts";

/** A run that was asked for. */
export interface FoundRun {
  readonly run: RecordedRun;
  /**
   * The newest run of each other loop file that the same name means, for a note: the name of
   * one loop may be the file name of another. Found when it is asked for.
   */
  readonly others: readonly RecordedRun[];
}

const CANDIDATES_MAX = 5;

/**
 * Returns the run that `asked` means: the one of that id; else the newest one of a loop whose
 * `name:`, file name or typed name it is; else the one whose id begins so.
 *
 * @throws {LoopError} `not-found`, naming what comes near; `usage` where several ids begin so;
 * `unreadable` where it is damaged
 */
export function findRun(
  files: Pick<Files, "list" | "stat" | "readText">,
  loopsDir: string,
  asked: string,
): FoundRun {
  const path = pathOfId(files, loopsDir, asked);
  return path === null
    ? findByName(files, loopsDir, asked)
    : { run: readRecord(files, path), others: [] };
}

/**
 * Returns what {@linkcode findRun} does for what is known to be no id.
 *
 * @throws {LoopError} as {@linkcode findRun} does
 */
export function findByName(
  files: Pick<Files, "list" | "readText">,
  loopsDir: string,
  asked: string,
): FoundRun {
  for (const newest of runsOf(files, loopsDir, asked)) {
    return {
      run: newest,
      get others() {
        return newestOfOthers(runsOf(files, loopsDir, asked), newest);
      },
    };
  }
  const beginning = asked === ""
    ? []
    : runNames(files, loopsDir).filter((name) => name.startsWith(asked));
  const [only, ...more] = beginning;
  if (only === undefined) throw notFound(asked, { files, loopsDir });
  if (more.length > 0) throw ambiguous(asked, { files, loopsDir });
  return {
    run: readRecord(files, inFolder(runsFolder(loopsDir), only)),
    others: [],
  };
}

/** Returns the folder of the run of this very id; `null` where there is none. */
export function pathOfId(
  files: Pick<Files, "stat">,
  loopsDir: string,
  id: string,
): string | null {
  if (!/^[^./][^/]*$/.test(id)) return null;
  const path = inFolder(runsFolder(loopsDir), id);
  return files.stat(path)?.isDirectory ? path : null;
}

/** Yields the runs of the loops of a name, newest first. */
export function* runsOf(
  files: Pick<Files, "list" | "readText">,
  loopsDir: string,
  loop: string,
): Generator<RecordedRun, void> {
  for (const run of recentRuns(files, loopsDir)) {
    if (isCalled(run, { asked: loop, loopsDir })) yield run;
  }
}

function newestOfOthers(
  runs: Iterable<RecordedRun>,
  newest: RecordedRun,
): RecordedRun[] {
  const seen = new Set([newest.record.file]);
  return [...runs].filter(({ record }) => {
    if (seen.has(record.file)) return false;
    seen.add(record.file);
    return true;
  });
}

/** Returns whether the loop of a run may be called so. */
export function isCalled(
  run: RecordedRun,
  { asked, loopsDir }: { readonly asked: string; readonly loopsDir: string },
): boolean {
  return namesOf(run, loopsDir).includes(asked);
}

/** Returns what the loop of a run may be called. */
function namesOf({ record }: RecordedRun, loopsDir: string): string[] {
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

/** Where to look for what might have been meant. */
interface Search {
  readonly files: Pick<Files, "list" | "readText">;
  readonly loopsDir: string;
}

function ambiguous(asked: string, { files, loopsDir }: Search): LoopError {
  const runs = [...recentRuns(files, loopsDir)]
    .filter(({ id }) => id.startsWith(asked));
  const shown = runs.slice(0, CANDIDATES_MAX).map(({ id, record }) =>
    `  ${id} (${record.loop})`
  );
  const rest = runs.length - shown.length;
  if (rest > 0) shown.push(`  and ${rest} more`);
  return new LoopError(
    "usage",
    `${quoted(asked)} is the start of ${runs.length} run ids`,
    { hint: `Give more of the id:\n${shown.join("\n")}` },
  );
}

function notFound(asked: string, { files, loopsDir }: Search): LoopError {
  const runs = [...recentRuns(files, loopsDir)];
  const message = `Run not found: ${quoted(asked)}`;
  const [newest] = runs;
  if (newest === undefined) {
    return new LoopError("not-found", message, {
      hint: `There are no runs in ${loopsDir}/runs`,
    });
  }
  const names = new Set(runs.flatMap(({ id, record }) => [record.loop, id]));
  const near = nearest(asked, [...names]);
  return new LoopError("not-found", message, {
    hint: near.length > 0
      ? `Did you mean ${near.map(quoted).join(" or ")}?`
      : `A run is found by its id, the start of its id, or the name of its loop; the newest ` +
        `run is ${newest.id} of loop ${quoted(newest.record.loop)}`,
  });
}
