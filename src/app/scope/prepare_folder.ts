/** Owns the folders of claims: a run must not show up as a change of the project. */

import { join } from "@std/path";
import type { World } from "../world.ts";

/** Makes a folder that git does not see. @throws {LoopError} `cannot-write` */
export function prepareFolder(
  { files }: Pick<World, "files">,
  folder: string,
): void {
  files.makeFolder(folder);
  files.create(join(folder, ".gitignore"), "*\n");
}
