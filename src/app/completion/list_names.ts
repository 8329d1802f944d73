/** Owns the names of states and runs for completions. Whatever cannot be read is left out. */

import { loadLoop, resolveLoopName } from "../../load/mod.ts";
import { inFolder, LoopError } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";

/** A name and a few words on it. */
export interface OfferedName {
  readonly name: string;
  readonly description: string;
}

/** More run ids than that help nobody. */
const RUNS_MAX = 50;

/** Returns the states of a loop in the order of its file; empty when there is no such loop. */
export function listStates(
  world: Pick<World, "sources" | "system">,
  { loopsDir }: Pick<Project, "loopsDir">,
  loop: string,
): readonly OfferedName[] {
  const { sources, system } = world;
  const options = { sources, loopsDir, cwd: system.cwd };
  const { found } = resolveLoopName(loop, options);
  if (found === null) return [];
  const { draft } = loadLoop(found.file, { ...options, origin: found.origin });
  return Object.values(draft?.states ?? {}).map((state) => ({
    name: state.name,
    description: state.terminal
      ? state.failure ? "terminal, failure" : "terminal"
      : state.kind === "none"
      ? ""
      : state.kind,
  }));
}

/** Returns the ids of the latest runs, newest first, each with the name of its loop. */
export function listRunIds(
  { files }: Pick<World, "files">,
  { loopsDir }: Pick<Project, "loopsDir">,
): readonly OfferedName[] {
  const runs = inFolder(loopsDir, "runs");
  try {
    return files.list(runs).filter((name) => !name.startsWith("."))
      .toReversed().slice(0, RUNS_MAX)
      .map((name) => ({
        name,
        description: loopOf(files, inFolder(runs, name)),
      }));
  } catch (error) {
    if (error instanceof LoopError) return [];
    throw error;
  }
}

function loopOf(files: World["files"], folder: string): string {
  try {
    const text = files.readTextIfExists(inFolder(folder, "run.json")) ?? "{}";
    const record: unknown = JSON.parse(text);
    const { loop } = record as { readonly loop?: unknown };
    return typeof loop === "string" ? loop : "";
  } catch (error) {
    if (error instanceof LoopError || error instanceof SyntaxError) return "";
    throw error;
  }
}
