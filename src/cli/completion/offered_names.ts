/** Owns the states and runs that a shell offers. */

import {
  listRunIds,
  listStates,
  type OfferedName,
} from "../../app/completion/mod.ts";
import type { World } from "../../app/mod.ts";
import { findProject, type Project } from "../../app/project/mod.ts";

type NamesWorld = Pick<World, "files" | "sources" | "system">;

/** Where the names are looked for. */
interface Place {
  /** Value of `--loops-dir`; `null` where it was not typed. */
  readonly loopsDir: string | null;
}

/** Returns the states of a loop. */
export function offeredStates(
  world: NamesWorld,
  { loop, ...place }: Place & { readonly loop: string },
): readonly OfferedName[] {
  return listStates(world, projectAt(world, place), loop);
}

/** Returns the ids of the latest runs. */
export function offeredRuns(
  world: NamesWorld,
  place: Place,
): readonly OfferedName[] {
  return listRunIds(world, projectAt(world, place));
}

function projectAt(world: NamesWorld, { loopsDir }: Place): Project {
  return findProject(
    world,
    loopsDir === null ? {} : { loopsDirFlag: loopsDir },
  );
}
