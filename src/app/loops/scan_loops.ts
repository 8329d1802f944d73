/** Owns finding the loops that can be run by name here, without loading any. */

import { sourceReason } from "../../load/mod.ts";
import { BUILTIN_PREFIX, inFolder, type LoopOrigin } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { withoutEnding } from "./loop_name.ts";
import { summariseLoop } from "./summarise_loop.ts";

/** A loop that can be run by name. */
export interface LoopEntry {
  readonly name: string;
  readonly file: string;
  readonly origin: Exclude<LoopOrigin, "path" | "command">;
  readonly description: string;
  readonly visibility: string;
  /** Why its file could not be read; `null` when it could. */
  readonly problem: string | null;
}

/** Folders below the loops folder that hold no definitions. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set(["runs", "tmp"]);
const DEPTH_MAX = 5;

/**
 * Returns the loops, the project's first, each group by name. A project's loop hides the
 * built-in one of the same name. Files that are no loops are left out: fragment libraries,
 * and templates that name no first state, where they have only ends or lie in a `lib` folder.
 * A built-in file in a `lib` folder is always such a part and is not even read.
 *
 * @param settle returns the entry of a file whose first state its parent may name, or nothing
 *   where it is a template
 */
export function scanLoops(
  world: Pick<World, "sources" | "files">,
  { loopsDir }: Pick<Project, "loopsDir">,
  settle: (heir: LoopEntry) => LoopEntry[],
): readonly LoopEntry[] {
  const own = projectFiles(world, loopsDir, "").flatMap((path) =>
    entryOf(world, {
      name: withoutEnding(path),
      file: inFolder(loopsDir, path),
      origin: "project",
    }, settle)
  );
  const hidden = new Set(own.map(({ name }) => name));
  const builtins = world.sources.builtins.flatMap((path) => {
    const name = withoutEnding(path);
    if (hidden.has(name) || isInLibrary(path)) return [];
    const file = `${BUILTIN_PREFIX}${path}`;
    const loop = { name, file, origin: "built-in" } as const;
    const summary = world.sources.summaries?.get(path);
    return summary === undefined
      ? entryOf(world, loop, settle)
      : [{ ...loop, ...summary, problem: null }];
  });
  const byName = (a: LoopEntry, b: LoopEntry) => a.name < b.name ? -1 : 1;
  return [...own.sort(byName), ...builtins.sort(byName)];
}

function projectFiles(
  world: Pick<World, "files">,
  root: string,
  folder: string,
  depth = 0,
): string[] {
  if (depth > DEPTH_MAX) return [];
  return world.files.list(folder === "" ? root : inFolder(root, folder))
    .flatMap((name) => {
      if (name.startsWith(".") || (folder === "" && OTHER_FOLDERS.has(name))) {
        return [];
      }
      const path = folder === "" ? name : `${folder}/${name}`;
      if (name.endsWith(".yaml")) {
        return folder === "" && name === "config.yaml" ? [] : [path];
      }
      const info = world.files.stat(inFolder(root, path));
      return info?.isDirectory
        ? projectFiles(world, root, path, depth + 1)
        : [];
    });
}

function entryOf(
  world: Pick<World, "sources">,
  loop: Pick<LoopEntry, "name" | "file" | "origin">,
  settle: (heir: LoopEntry) => LoopEntry[],
): LoopEntry[] {
  const source = world.sources.read(loop.file);
  if (source.kind !== "text") {
    const problem = sourceReason(source);
    return [{ ...loop, description: "", visibility: "public", problem }];
  }
  const summary = summariseLoop(source.text);
  if (summary === null) return [];
  const { hasInitial, hasParent, ...shown } = summary;
  const entry = { ...loop, ...shown };
  if (hasInitial) return [entry];
  if (hasParent) return settle(entry);
  // Templates of the reference have no first state; its libraries are the place for them.
  return isInLibrary(loop.name) ? [] : [entry];
}

/** Returns whether a file of that name lies in a `lib` folder. */
export function isInLibrary(name: string): boolean {
  return name.split("/").slice(0, -1).includes("lib");
}
