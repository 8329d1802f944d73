/** Owns the file by which readers find a live run among thousands that have ended. */

import { dirname, join } from "@std/path";
import type { World } from "../world.ts";
import { LIVE_FOLDER } from "../runs/mod.ts";
import type { RunFolder } from "./run_folder.ts";

/**
 * Puts the file there for as long as a run is live; returns a function that takes it away.
 *
 * @throws {LoopError} `cannot-write`
 */
export function raiseLiveSign(
  { files }: Pick<World, "files">,
  { id, path }: Pick<RunFolder, "id" | "path">,
): () => void {
  const folder = join(dirname(path), LIVE_FOLDER);
  files.makeFolder(folder);
  const file = join(folder, id);
  files.create(file, "");
  return () => {
    try {
      files.remove(file);
    } catch {
      // It only tells readers where to look; a lock tells them that nobody is there.
    }
  };
}
