/** Owns the loops that a shell offers. */

// Not the use cases as a whole, which take longer to load than the answer.
import { listLoopsFast, type LoopEntry } from "../../app/loops/mod.ts";
import type { World } from "../../app/mod.ts";
import { findProject } from "../../app/project/mod.ts";

/** Returns the loops that people run by name; internal ones are parts of commands. */
export async function offeredLoops(
  world: Pick<World, "files" | "sources" | "system">,
  { loopsDir }: {
    /** Value of `--loops-dir`; `null` where it was not typed. */
    readonly loopsDir: string | null;
  },
): Promise<readonly LoopEntry[]> {
  const project = findProject(
    world,
    loopsDir === null ? {} : { loopsDirFlag: loopsDir },
  );
  return (await listLoopsFast(world, project)).filter((loop) =>
    loop.origin === "project" || loop.visibility !== "internal"
  );
}
