/** Owns finding the programs that somebody may have meant who mistyped one. */

import { isAbsolute, join } from "@std/path";
import { LoopError, nearest } from "../../model/mod.ts";
import type { World } from "../world.ts";

/** A name of two letters is near to far too many. */
const LENGTH_MIN = 3;
const NEAR_MAX = 2;

/**
 * Returns the programs nearest to `name`, best first: those on PATH, or where it has a slash,
 * the files beside it. Folders that cannot be read have none.
 */
export function nearPrograms(
  { files }: Pick<World, "files">,
  name: string,
  place: {
    readonly path: string;
    /** Absolute; where relative names begin. */
    readonly folder: string;
  },
): readonly string[] {
  const namesIn = (folder: string): readonly string[] => {
    try {
      return files.list(
        isAbsolute(folder) ? folder : join(place.folder, folder),
      );
    } catch (error) {
      if (error instanceof LoopError) return [];
      throw error;
    }
  };
  const slash = name.lastIndexOf("/") + 1;
  const before = name.slice(0, slash);
  const last = name.slice(slash);
  if (last.length < LENGTH_MIN) return [];
  const names = slash > 0
    ? namesIn(before)
    : place.path.split(":").filter((folder) => folder !== "").flatMap(namesIn);
  // It is there, and was looked for on another PATH.
  if (names.includes(last)) return [];
  return nearest(last, new Set(names), NEAR_MAX).map((near) => before + near);
}
