/** Owns the name by which a file of the project is run, and whether there is such a file. */

import { join } from "@std/path";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";

/** Endings of definition files, the one that wins first. */
export const LOOP_ENDINGS: readonly string[] = [".fsm.yaml", ".yaml"];

/**
 * Returns the path of a definition file without its ending.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(withoutEnding("oracles/gate.fsm.yaml"), "oracles/gate");
 * ```
 */
export function withoutEnding(path: string): string {
  const ending = LOOP_ENDINGS.find((each) => path.endsWith(each)) ?? "";
  return path.slice(0, path.length - ending.length);
}

/** Returns the name of the loop in `file`; `null` when it is not one of the project. */
export function projectName(
  { loopsDir }: Pick<Project, "loopsDir">,
  file: string,
): string | null {
  return file.startsWith(`${loopsDir}/`)
    ? withoutEnding(file.slice(loopsDir.length + 1))
    : null;
}

/** Returns whether the project has a loop of that name; its file is not read. */
export function hasLoop(
  { files }: Pick<World, "files">,
  { loopsDir }: Pick<Project, "loopsDir">,
  name: string,
): boolean {
  return LOOP_ENDINGS.some((ending) =>
    files.stat(join(loopsDir, name + ending))?.isFile === true
  );
}
