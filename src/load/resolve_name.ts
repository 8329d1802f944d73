/** Owns how a loop's name becomes a file (FORMAT 1.3). */

import { BUILTIN_PREFIX, type LoopOrigin } from "../model/mod.ts";
import type { Sources } from "../ports/mod.ts";
import { sourceExists } from "./source_exists.ts";
import { foldersAround, joinSource } from "./source_paths.ts";

const YAML_NAME_REGEXP = /\.ya?ml$/;
/** Names that can only be those of folders: `sub/`, `.`, `../..`. */
const FOLDER_REGEXP = /(?:^|\/)\.{0,2}$/;
const PATH_REGEXP = /^(?:\/|\.\.?\/)/;

/** Where names are looked up. */
export interface ResolveOptions {
  readonly sources: Sources;
  /** The project's folder of loops; `null` without a project. */
  readonly loopsDir: string | null;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Looks at embedded loops only. @default {false} */
  readonly builtinOnly?: boolean;
  /** Folder of the file that mentions the name; looked at after `loopsDir`, see {@linkcode foldersAround}. */
  readonly beside?: string;
}

/** A file that a name stands for. */
export interface ResolvedLoop {
  readonly file: string;
  readonly origin: LoopOrigin;
}

/** What looking for a name gave. */
export interface Resolution {
  readonly found: ResolvedLoop | null;
  /** Every file that was looked for, in order. */
  readonly tried: readonly string[];
}

/**
 * Returns the file of a loop: a path, `NAME.fsm.yaml` or `NAME.yaml` in the loops folder,
 * then around the asking file, then embedded. Folders and links to nothing never count. A file in the working
 * folder without a YAML ending is the last resort, so that a program called `build` does
 * not hide the loop of that name.
 */
export function resolveLoopName(
  name: string,
  options: ResolveOptions,
): Resolution {
  const tried: string[] = [];
  for (const candidate of candidatesOf(name, options)) {
    if (tried.includes(candidate.file)) continue;
    tried.push(candidate.file);
    if (sourceExists(options.sources, candidate.file)) {
      return { found: candidate, tried };
    }
  }
  return { found: null, tried };
}

function* candidatesOf(
  name: string,
  { loopsDir, cwd, builtinOnly, beside }: ResolveOptions,
): Generator<ResolvedLoop> {
  if (name === "" || name.includes("\0")) return;
  const bare = name.startsWith(BUILTIN_PREFIX)
    ? name.slice(BUILTIN_PREFIX.length)
    : name;
  const builtins = (YAML_NAME_REGEXP.test(bare) ? [bare] : []).concat(
    `${bare}.yaml`,
  ).map((file) => builtin(BUILTIN_PREFIX + file));
  if (builtinOnly === true || bare !== name) {
    yield* builtins;
    return;
  }
  const asPath = typedPath(joinSource(cwd, name), loopsDir);
  if (FOLDER_REGEXP.test(name)) {
    yield asPath;
    return;
  }
  const isPath = YAML_NAME_REGEXP.test(name) || PATH_REGEXP.test(name);
  if (isPath) yield asPath;
  const folders = [
    ...(loopsDir === null ? [] : [loopsDir]),
    ...(beside === undefined ? [] : foldersAround(beside, loopsDir)),
  ];
  for (const folder of folders) {
    for (const ending of [".fsm.yaml", ".yaml"]) {
      yield typedPath(joinSource(folder, name + ending), loopsDir);
    }
    if (YAML_NAME_REGEXP.test(name)) {
      yield typedPath(joinSource(folder, name), loopsDir);
    }
  }
  yield* builtins;
  if (!isPath) yield asPath;
}

function typedPath(file: string, loopsDir: string | null): ResolvedLoop {
  if (file.startsWith(BUILTIN_PREFIX)) return builtin(file);
  const isProject = loopsDir !== null && file.startsWith(`${loopsDir}/`);
  return { file, origin: isProject ? "project" : "path" };
}

function builtin(file: string): ResolvedLoop {
  return { file, origin: "built-in" };
}
