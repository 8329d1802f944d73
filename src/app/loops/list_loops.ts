/** Owns which loops can be run by name here: the project's and the built-in ones. */

import { join } from "@std/path";
import { loadLoop, sourceReason } from "../../load/mod.ts";
import { BUILTIN_PREFIX, type LoopOrigin } from "../../model/mod.ts";
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
 */
export function listLoops(
  world: Pick<World, "sources" | "files">,
  project: Pick<Project, "loopsDir">,
): readonly LoopEntry[] {
  const own = projectFiles(world, project.loopsDir, "").flatMap((path) =>
    entryOf(world, project, {
      name: withoutEnding(path),
      file: join(project.loopsDir, path),
      origin: "project",
    })
  );
  const hidden = new Set(own.map(({ name }) => name));
  const builtins = world.sources.builtins.flatMap((path) =>
    hidden.has(withoutEnding(path)) || isInLibrary(path)
      ? []
      : entryOf(world, project, {
        name: withoutEnding(path),
        file: `${BUILTIN_PREFIX}${path}`,
        origin: "built-in",
      })
  );
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
  return world.files.list(join(root, folder)).flatMap((name) => {
    if (name.startsWith(".") || (folder === "" && OTHER_FOLDERS.has(name))) {
      return [];
    }
    const path = folder === "" ? name : `${folder}/${name}`;
    if (name.endsWith(".yaml")) {
      return folder === "" && name === "config.yaml" ? [] : [path];
    }
    const info = world.files.stat(join(root, path));
    return info?.isDirectory ? projectFiles(world, root, path, depth + 1) : [];
  });
}

function entryOf(
  world: Pick<World, "sources">,
  { loopsDir }: Pick<Project, "loopsDir">,
  loop: Pick<LoopEntry, "name" | "file" | "origin">,
): LoopEntry[] {
  const source = world.sources.read(loop.file);
  if (source.kind !== "text") {
    const problem = sourceReason(source);
    return [{ ...loop, description: "", visibility: "public", problem }];
  }
  const summary = summariseLoop(source.text);
  if (summary === null) return [];
  const { hasInitial, hasParent, ...shown } = summary;
  // Templates of the reference have no first state; its libraries are the place for them.
  if (!hasInitial && !hasParent && isInLibrary(loop.name)) return [];
  if (!hasInitial && hasParent) {
    const { sources } = world;
    const { document, draft, implied } = loadLoop(loop.file, {
      sources,
      origin: loop.origin,
      loopsDir,
      cwd: loopsDir,
    });
    if (document === null || draft === null) {
      return [{ ...loop, ...shown, problem: "its parent cannot be loaded" }];
    }
    const isTemplate = draft.initial === "" ||
      (isInLibrary(loop.name) && implied.some(([key]) => key === "initial"));
    if (isTemplate) return [];
    const { description } = document;
    if (shown.description === "" && typeof description === "string") {
      return [{ ...loop, ...shown, description: description.trim() }];
    }
  }
  return [{ ...loop, ...shown }];
}

function isInLibrary(name: string): boolean {
  return name.split("/").slice(0, -1).includes("lib");
}
