/** Owns the same list for whoever waits for nothing else: what loads a loop comes only where it is needed. */

import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { type LoopEntry, scanLoops } from "./scan_loops.ts";

/** Returns what `listLoops` does. */
export async function listLoopsFast(
  world: Pick<World, "sources" | "files">,
  project: Pick<Project, "loopsDir">,
): Promise<readonly LoopEntry[]> {
  let hasHeirs = false;
  const loops = scanLoops(world, project, () => {
    hasHeirs = true;
    return [];
  });
  if (!hasHeirs) return loops;
  const { listLoops } = await import("./list_loops.ts");
  return listLoops(world, project);
}
