/** Owns which loops can be run by name here: the project's and the built-in ones. */

import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { type LoopEntry, scanLoops } from "./scan_loops.ts";
import { settleHeir } from "./settle_heir.ts";

/** Returns the loops, as {@linkcode scanLoops} has them. */
export function listLoops(
  world: Pick<World, "sources" | "files">,
  project: Pick<Project, "loopsDir">,
): readonly LoopEntry[] {
  return scanLoops(world, project, (heir) => settleHeir(world, project, heir));
}
