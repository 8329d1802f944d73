/** Owns the names that a mistyped one may have meant: loops and libraries beside, and embedded. */

import { BUILTIN_PREFIX } from "../model/mod.ts";
import type { Sources } from "../ports/mod.ts";
import { joinSource } from "./source_paths.ts";

const ENDING_REGEXP = /(?:\.fsm)?\.yaml$/;

/** Where to look. */
export interface KnownOptions {
  readonly sources: Sources;
  /** Folders of loops; `null` ones are left out. */
  readonly folders: readonly (string | null)[];
}

/**
 * Returns the files that `path`, relative to each folder, may have meant: those in its own folder
 * and the embedded ones, as they would be written there.
 */
export function knownFiles(
  path: string,
  { sources, folders }: KnownOptions,
): string[] {
  const prefix = path.slice(0, path.lastIndexOf("/") + 1);
  const names = folders.flatMap((folder) =>
    folder === null || folder.startsWith(BUILTIN_PREFIX)
      ? []
      : sources.list(joinSource(folder, prefix).replace(/\/$/, ""))
        .filter((name) => name.endsWith(".yaml"))
        .map((name) => prefix + name)
  );
  return [...new Set([...names, ...sources.builtins])];
}

/** Returns the names of loops that `name` may have meant, as {@linkcode knownFiles} finds them. */
export function knownLoops(name: string, options: KnownOptions): string[] {
  const names = knownFiles(name, options)
    .map((file) => file.replace(ENDING_REGEXP, ""));
  return [...new Set(names)];
}
