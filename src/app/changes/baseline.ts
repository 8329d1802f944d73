/**
 * Owns how the files of a project were when a run started: small enough to be stored in the
 * run folder, so that a resumed run counts from the same moment.
 */

import { join } from "@std/path";
import { LoopError, SCHEMA_VERSION } from "../../model/mod.ts";
import type { ScanOptions } from "../../ports/mod.ts";
import type { World } from "../world.ts";
import { gitChanges } from "./git_changes.ts";
import { markFiles, type Marks, stampMark } from "./marks.ts";

/** The files of a moment. */
export type Baseline =
  /** What differs from `commit`; everything else is as it is there. */
  | { readonly kind: "git"; readonly commit: string; readonly files: Marks }
  /** Every file. */
  | { readonly kind: "scan"; readonly files: Marks }
  | { readonly kind: "none"; readonly reason: string };

/** The ports that looking at files takes. */
export type ChangesWorld = Pick<World, "files" | "processes" | "system">;

const BASELINE_FILE = "baseline.json";
const FILES_MAX = 20_000;

/** What tools make and make again: nobody asks whether that has changed. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  ".cache",
  ".git",
  ".gradle",
  ".hg",
  ".jj",
  ".ll",
  ".loops",
  ".mypy_cache",
  ".next",
  ".pytest_cache",
  ".ruff_cache",
  ".svn",
  ".tox",
  ".venv",
  "__pycache__",
  "node_modules",
  "venv",
]);

/** Which files a scan sees. Caches are also known by the tag that many tools put in them. */
export const SCAN: ScanOptions = {
  skippedFolders: SKIPPED_FOLDERS,
  skipMarker: "CACHEDIR.TAG",
  max: FILES_MAX,
};

/** Returns how the files below `root` are now. */
export async function takeBaseline(
  world: ChangesWorld,
  root: string,
): Promise<Baseline> {
  const git = await gitChanges(world, { root });
  if (git !== null) {
    const paths = [...git.files.keys()].filter(isShown);
    return paths.length > FILES_MAX ? tooMany() : {
      kind: "git",
      commit: git.commit,
      files: markFiles(world, { root, paths }),
    };
  }
  const files = scanMarks(world, root);
  return files === null ? tooMany() : { kind: "scan", files };
}

/** Returns what stands for each file below `root` by a look at its stamp; `null` when there are too many. */
export function scanMarks(
  world: Pick<World, "files">,
  root: string,
): Marks | null {
  const stamps = world.files.scan(root, SCAN);
  return stamps === null ? null : Object.fromEntries(
    stamps.map((stamp) => [stamp.path, stampMark(stamp)]),
  );
}

/** Returns whether a change of a file is told: git may not ignore what everybody else does. */
export function isShown(path: string): boolean {
  return !path.split("/").slice(0, -1).some((part) =>
    SKIPPED_FOLDERS.has(part)
  );
}

/** Stores a baseline in a run folder. @throws {LoopError} `cannot-write` */
export function storeBaseline(
  { files }: Pick<World, "files">,
  folder: string,
  baseline: Baseline,
): void {
  files.replace(
    join(folder, BASELINE_FILE),
    `${JSON.stringify({ schema_version: SCHEMA_VERSION, ...baseline })}\n`,
  );
}

/** Returns the baseline in a run folder; `null` when it has none that can be read. */
export function storedBaseline(
  { files }: Pick<World, "files">,
  folder: string,
): Baseline | null {
  try {
    const text = files.readTextIfExists(join(folder, BASELINE_FILE));
    if (text === null) return null;
    const { schema_version: _, ...baseline } = JSON.parse(text);
    return baseline as Baseline;
  } catch (error) {
    if (error instanceof LoopError || error instanceof SyntaxError) return null;
    throw error;
  }
}

function tooMany(): Baseline {
  return { kind: "none", reason: `more than ${FILES_MAX} files` };
}
