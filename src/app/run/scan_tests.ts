/** Owns finding the test files of a folder, and how many files are too many to look at. */

import { isTestFile } from "../../model/mod.ts";
import type { Files, FileStamp, ScanOptions } from "../../ports/mod.ts";

/** Looking at more files and folders takes longer than anybody waits for an action to start. */
export const ENTRIES_MAX = 100_000;

/** Folders that hold what others wrote, or what is made anew. */
const SCAN: ScanOptions = {
  skippedFolders: new Set([
    ".git",
    ".hg",
    ".loops",
    ".venv",
    "node_modules",
    "vendor",
    "target",
    "dist",
    "build",
    "coverage",
  ]),
  skipMarker: "CACHEDIR.TAG",
  max: ENTRIES_MAX,
};

/** Returns the test files below a folder, links included; `null` when there is too much to look at. */
export function scanTests(
  files: Pick<Files, "scan">,
  folder: string,
): readonly FileStamp[] | null {
  return files.scan(folder, SCAN)?.filter(({ path }) => isTestFile(path)) ??
    null;
}
