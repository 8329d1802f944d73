/** Owns how much a folder holds. */

import { join } from "@std/path";
import type { Files } from "../../ports/mod.ts";

/** Returns the bytes in all files below a folder. */
export function folderSize(
  files: Pick<Files, "list" | "stat">,
  folder: string,
): number {
  let sizeBytes = 0;
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    const info = files.stat(path);
    if (info === null) continue;
    sizeBytes += info.isDirectory ? folderSize(files, path) : info.sizeBytes;
  }
  return sizeBytes;
}
