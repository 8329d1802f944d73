/** Owns the names that a mistyped one may have meant: loops and libraries beside, and embedded. */

import { BUILTIN_PREFIX, nearest } from "../model/mod.ts";
import type { Sources } from "../ports/mod.ts";
import { joinSource } from "./source_paths.ts";

const YAML_REGEXP = /\.ya?ml$/;
const ENDING_REGEXP = /(?:\.fsm)?\.yaml$/;

/** Where to look. */
export interface KnownOptions {
  readonly sources: Sources;
  /** Folders of loops; `null` ones are left out. */
  readonly folders: readonly (string | null)[];
}

/**
 * Returns the files that `path`, relative to each folder, may have meant: those in its own folder
 * and the embedded ones, as they would be written there. What is there by that very name is a
 * folder or a link to nothing, and is left out.
 */
export function knownFiles(path: string, options: KnownOptions): string[] {
  const prefix = folderPart(path);
  const names = filesIn(prefix, options).map((file) => prefix + file);
  return without(path, [...names, ...options.sources.builtins]);
}

/** Returns the names of loops that `name` may have meant, as {@linkcode knownFiles} finds them. */
export function knownLoops(name: string, options: KnownOptions): string[] {
  const names = knownFiles(name, options)
    .map((file) => file.replace(ENDING_REGEXP, ""));
  return without(name, names);
}

/**
 * Returns the files closest to `path` in its own folder, written like it, best first. Only what
 * stands in that folder is compared, however long the way to it.
 */
export function nearFiles(path: string, options: KnownOptions): string[] {
  const prefix = folderPart(path);
  const files = filesIn(prefix, options);
  return nearest(path.slice(prefix.length), without("", files))
    .map((file) => prefix + file);
}

function folderPart(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function filesIn(prefix: string, { sources, folders }: KnownOptions): string[] {
  return folders.flatMap((folder) =>
    folder === null || folder.startsWith(BUILTIN_PREFIX)
      ? []
      : sources.list(joinSource(folder, prefix || "."))
        .filter((name) => YAML_REGEXP.test(name))
  );
}

function without(name: string, names: readonly string[]): string[] {
  return [...new Set(names)].filter((each) => each !== name);
}
