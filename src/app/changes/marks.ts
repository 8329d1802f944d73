/** Owns what stands for the content of files, so that a later look can tell what has changed. */

import { join } from "@std/path";
import type { World } from "../world.ts";

/** A mark for each file by its path below the project; `null` for one that is not there. */
export type Marks = { readonly [path: string]: string | null };

/** The ports that it takes. */
export type MarkWorld = Pick<World, "files" | "system">;

/** Longer files are known by their size and the time of their last change. */
const TEXT_BYTES_MAX = 256 * 1024;
/** So are those that come after this much text: reading takes time. */
const TEXTS_BYTES_MAX = 8 * 1024 * 1024;
const TEXT_PREFIX = "text ";

/** Returns the marks of files as they are now, by their content as far as that is quickly had. */
export function markFiles(
  world: MarkWorld,
  { root, paths }: { readonly root: string; readonly paths: Iterable<string> },
): Marks {
  let leftBytes = TEXTS_BYTES_MAX;
  return Object.fromEntries([...paths].map((path) => {
    const file = join(root, path);
    const sizeBytes = world.files.stat(file)?.sizeBytes ?? 0;
    const isShort = sizeBytes <= Math.min(TEXT_BYTES_MAX, leftBytes);
    if (isShort) leftBytes -= sizeBytes;
    return [path, isShort ? textMark(world, file) : stampOf(world, file)];
  }));
}

/** Returns the marks of the same files as they are now, each made as it was before. */
export function markAgain(
  world: MarkWorld,
  { root, marks }: { readonly root: string; readonly marks: Marks },
): Marks {
  return Object.fromEntries(
    Object.entries(marks).map(([path, mark]) => {
      const file = join(root, path);
      const isText = mark?.startsWith(TEXT_PREFIX) === true;
      return [path, isText ? textMark(world, file) : stampOf(world, file)];
    }),
  );
}

/** Returns the mark that a size and a time make. */
export function stampMark(
  { sizeBytes, modifiedMs }: {
    readonly sizeBytes: number;
    readonly modifiedMs: number;
  },
): string {
  return `${sizeBytes} ${modifiedMs}`;
}

function stampOf({ files }: MarkWorld, file: string): string | null {
  const info = files.stat(file);
  return info?.isFile === true ? stampMark(info) : null;
}

function textMark(world: MarkWorld, file: string): string | null {
  if (world.files.stat(file)?.isFile !== true) return null;
  try {
    const text = world.files.readText(file);
    return TEXT_PREFIX + world.system.sha256(text);
  } catch {
    // Not readable: its stamp has to do.
    return stampOf(world, file);
  }
}
