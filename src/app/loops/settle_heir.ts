/** Owns telling what a file is that takes its first state from a parent: only loading it shows. */

import { loadLoop } from "../../load/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { isInLibrary, type LoopEntry } from "./scan_loops.ts";

/** Returns the entry of such a file, with what its parent gives; nothing where it is a template. */
export function settleHeir(
  { sources }: Pick<World, "sources">,
  { loopsDir }: Pick<Project, "loopsDir">,
  heir: LoopEntry,
): LoopEntry[] {
  const { document, draft, implied, isWhole } = loadLoop(heir.file, {
    sources,
    origin: heir.origin,
    loopsDir,
    cwd: loopsDir,
  });
  if (document === null || draft === null || !isWhole) {
    return [{ ...heir, problem: "its parent cannot be loaded" }];
  }
  const isTemplate = draft.initial === "" ||
    (isInLibrary(heir.name) && implied.some(([key]) => key === "initial"));
  if (isTemplate) return [];
  const { description } = document;
  return heir.description === "" && typeof description === "string"
    ? [{ ...heir, description: description.trim() }]
    : [heir];
}
