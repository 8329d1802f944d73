/** Looks at every file below a folder, for telling later which of them have changed. */

import type { FileStamp, ScanOptions } from "../../ports/mod.ts";

/** Returns the files below `root`, links not followed; `null` when there are too many. */
export function scan(
  root: string,
  options: ScanOptions,
): readonly FileStamp[] | null {
  const stamps: FileStamp[] = [];
  const folders = [""];
  let count = 0;
  for (const folder of folders) {
    const entries = entriesOf(`${root}/${folder}`);
    const isSkipped = folder !== "" &&
      entries.some(({ name }) => name === options.skipMarker);
    if (isSkipped) continue;
    for (const { name, isDirectory } of entries) {
      if (++count > options.max) return null;
      const path = folder + name;
      if (!isDirectory) {
        const stamp = stampOf(`${root}/${path}`, path);
        if (stamp !== null) stamps.push(stamp);
      } else if (!options.skippedFolders.has(name)) folders.push(`${path}/`);
    }
  }
  return stamps;
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

function stampOf(file: string, path: string): FileStamp | null {
  try {
    const { size, mtime } = Deno.lstatSync(file);
    return { path, sizeBytes: size, modifiedMs: mtime?.getTime() ?? 0 };
  } catch {
    return null;
  }
}
