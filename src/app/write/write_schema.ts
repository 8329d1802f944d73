/** Owns the schema beside the loops, which editors read: no network is needed, and it is of this version. */

import { join } from "@std/path";
import { LoopError, SCHEMA_SOURCE } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { SCHEMA_FILE } from "./schema_line.ts";
import type { NewFile } from "./write_files.ts";

/** Returns the JSON schema of loop files. */
export function schemaText({ sources }: Pick<World, "sources">): string {
  const source = sources.read(SCHEMA_SOURCE);
  if (source.kind === "text") return source.text;
  throw new LoopError("internal", "No text of the schema");
}

/** Returns the schema as a file to write with a loop; none where there is one, of whatever version. */
export function missingSchema(
  world: Pick<World, "sources" | "files">,
  { loopsDir }: Pick<Project, "loopsDir">,
): readonly NewFile[] {
  const path = join(loopsDir, SCHEMA_FILE);
  const source = world.sources.read(SCHEMA_SOURCE);
  return source.kind === "text" && world.files.stat(path) === null
    ? [{ path, text: source.text }]
    : [];
}

/** What writing the schema did. */
export interface WrittenSchema {
  readonly path: string;
  /** It was there already, of this version. */
  readonly isKept: boolean;
}

/**
 * Writes the schema of this version into the folder of loops, over one of another version.
 *
 * @throws {LoopError} `cannot-write`, also where there is a file of that name that is no such schema
 */
export function writeSchema(
  world: Pick<World, "sources" | "files">,
  { loopsDir }: Pick<Project, "loopsDir">,
): WrittenSchema {
  const { files } = world;
  const path = join(loopsDir, SCHEMA_FILE);
  const text = schemaText(world);
  const before = files.readTextIfExists(path);
  if (before === text) return { path, isKept: true };
  files.makeFolder(loopsDir, { isPrivate: false });
  if (before === null) files.create(path, text, { isPrivate: false });
  else if (isOurs(before, text)) {
    files.replace(path, text, { keepsAccess: true });
  } else {
    throw new LoopError("cannot-write", `"${path}" is no schema of ll-loop`, {
      hint: "Rename it; nothing was written",
    });
  }
  return { path, isKept: false };
}

/** A schema says in its title whose it is. */
function isOurs(before: string, text: string): boolean {
  const title = /"title": "[^"]*"/.exec(text)?.[0] ?? text;
  return before.includes(title);
}
