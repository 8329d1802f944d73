/** Owns the names that a new loop may have, and where its file goes. */

import { join } from "@std/path";
import { displayPath, LoopError, quoted } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";

const PART_REGEXP = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const ENDING_REGEXP = /(?:\.fsm)?\.ya?ml$|\.fsm$/i;
const LENGTH_MAX = 100;
const PARTS_MAX = 5;
/** Below the folder of loops, these hold what runs leave. */
const OTHER_FOLDERS = ["runs", "tmp"];

/**
 * Returns why `name` cannot be the name of a new loop, as a sentence; `null` when it can. It may have
 * folders: `checks/types`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(findNameProblem("checks/types"), null);
 * assertEquals(findNameProblem("types.yaml"), 'Leave the ending out: "types"');
 * ```
 */
export function findNameProblem(name: string): string | null {
  if (ENDING_REGEXP.test(name) && !ENDING_REGEXP.test(name.slice(0, 1))) {
    return `Leave the ending out: "${name.replace(ENDING_REGEXP, "")}"`;
  }
  const parts = name.split("/");
  const isPlain = parts.every((part) => PART_REGEXP.test(part));
  if (!isPlain || name.length > LENGTH_MAX || parts.length > PARTS_MAX) {
    return "A name has letters, digits, _, - and dots, begins with no dot or dash, " +
      `and may have folders: at most ${LENGTH_MAX} signs`;
  }
  if (name === "config") return "config.yaml is the configuration";
  const [folder = ""] = parts;
  return parts.length > 1 && OTHER_FOLDERS.includes(folder)
    ? `The folder "${folder}" holds no loops`
    : null;
}

/**
 * Does nothing when a new loop can have the name.
 *
 * @throws {LoopError} `usage` for a bad name, `cannot-write` when there is such a loop already
 */
export function requireNewName(
  world: Pick<World, "files" | "system">,
  project: Pick<Project, "loopsDir">,
  name: string,
): void {
  const problem = findNameProblem(name);
  if (problem !== null) {
    throw new LoopError("usage", `A loop cannot be named ${quoted(name)}`, {
      hint: problem,
    });
  }
  const taken = loopFileOf(world, project, name);
  if (taken === null) return;
  throw new LoopError(
    "cannot-write",
    `There is a loop ${quoted(name)} already`,
    {
      hint: `Edit ${
        displayPath(taken, world.system.cwd)
      }, or take another name; nothing was written`,
    },
  );
}

/** Returns the path of the loop that has the name already; `null` when the name is free. */
export function loopFileOf(
  { files }: Pick<World, "files">,
  project: Pick<Project, "loopsDir">,
  name: string,
): string | null {
  const taken = [".fsm.yaml", ".yaml"]
    .map((ending) => join(project.loopsDir, name + ending))
    .find((path) => files.stat(path) !== null);
  return taken ?? null;
}
