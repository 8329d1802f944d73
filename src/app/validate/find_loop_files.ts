/** Owns which loops an argument of `validate` stands for: a name, a file, or all files of a folder. */

import { join } from "@std/path";
import { parseYamlValue, resolveLoopName } from "../../load/mod.ts";
import { displayPath, LoopError, quoted } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";

/** Names in a folder of loops that are none. */
const OTHER_NAMES: ReadonlySet<string> = new Set(["config.yaml"]);
const OTHER_FOLDERS: ReadonlySet<string> = new Set(["runs", "tmp"]);
const DEPTH_MAX = 16;
/** What a mapping has to have one of, to be a loop or a part of one. */
const LOOP_KEYS = ["states", "flow", "from", "fragments", "initial"];

/** The folder of loops of whatever project has one. */
const LOOPS_FOLDER = ".loops";

/**
 * Returns the names by which the loops are found that `argument` stands for: itself, or the files
 * of that folder and of those below it, the loops of projects there included. Other YAML files in it
 * are left out; what cannot be read is not.
 *
 * @throws {LoopError} `not-found` for a folder without any
 */
export function findLoopFiles(
  world: Pick<World, "files" | "sources" | "system">,
  project: Pick<Project, "loopsDir">,
  argument: string,
): readonly string[] {
  const { sources, system: { cwd } } = world;
  const { loopsDir } = project;
  const { found } = resolveLoopName(argument, { sources, loopsDir, cwd });
  const folder = argument.startsWith("/") ? argument : join(cwd, argument);
  if (found !== null || sources.read(folder).kind !== "directory") {
    return [argument];
  }
  const files = filesBelow(world, { folder, loopsDir, depth: 0 });
  if (files.length > 0) return files.map((file) => displayPath(file, cwd));
  throw new LoopError(
    "not-found",
    `No loops in the folder ${quoted(argument)}`,
    {
      hint: "A loop is a file that ends in .yaml and has states",
    },
  );
}

function filesBelow(
  world: Pick<World, "files" | "sources">,
  { folder, loopsDir, depth }: {
    readonly folder: string;
    readonly loopsDir: string;
    readonly depth: number;
  },
): string[] {
  const plain = folder.replace(/\/$/, "");
  const isLoopsDir = plain === loopsDir || plain.endsWith(`/${LOOPS_FOLDER}`);
  return world.sources.list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      const isOther = isLoopsDir && OTHER_NAMES.has(name);
      return !isOther && mayBeLoop(world, path) ? [path] : [];
    }
    const isHidden = name.startsWith(".") && name !== LOOPS_FOLDER &&
      path !== loopsDir;
    const isOther = isHidden || (isLoopsDir && OTHER_FOLDERS.has(name)) ||
      name === "node_modules";
    return !isOther && depth < DEPTH_MAX &&
        world.files.stat(path)?.isDirectory === true
      ? filesBelow(world, { folder: path, loopsDir, depth: depth + 1 })
      : [];
  });
}

function mayBeLoop({ sources }: Pick<World, "sources">, path: string): boolean {
  const source = sources.read(path);
  if (source.kind !== "text") return source.kind !== "directory";
  try {
    const value = parseYamlValue(source.text);
    return typeof value === "object" && value !== null &&
      LOOP_KEYS.some((key) => Object.hasOwn(value, key));
  } catch {
    // Whoever has it checked wants to know.
    return true;
  }
}
