/** Owns writing the text of a new loop into the folder of loops. */

import { join } from "@std/path";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { requireNewName } from "./loop_name.ts";
import { schemaLine } from "./schema_line.ts";
import { writeNewFiles } from "./write_files.ts";
import { missingSchema } from "./write_schema.ts";

/** A loop that is not there yet. */
export interface LoopText {
  readonly name: string;
  /** Without the line for editors. */
  readonly text: string;
}

/** Returns the whole text of the file of a loop: the line for editors, then its own. */
export function loopFileText({ name, text }: LoopText): string {
  return `${schemaLine(`${name}.yaml`)}\n${text}`;
}

/**
 * Writes the loop, with the schema that its first line names where there is none yet, and returns
 * the path of its file.
 *
 * @throws {LoopError} `usage` for a bad name; `cannot-write` when there is such a loop already, or when
 * the file cannot be written
 */
export function writeLoop(
  world: Pick<World, "files" | "sources" | "system">,
  project: Pick<Project, "loopsDir">,
  loop: LoopText,
): string {
  requireNewName(world, project, loop.name);
  const path = join(project.loopsDir, `${loop.name}.yaml`);
  writeNewFiles(world.files, [
    { path, text: loopFileText(loop) },
    ...missingSchema(world, project),
  ]);
  return path;
}
