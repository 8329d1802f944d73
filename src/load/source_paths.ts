/** Owns path arithmetic over both kinds of sources: absolute paths and embedded files. */

import { BUILTIN_PREFIX, COMMAND_PREFIX } from "../model/mod.ts";
import { dirname, isAbsolute, join } from "@std/path";

const ENDING_REGEXP = /(?:\.fsm)?\.ya?ml$/;

/**
 * Returns the name of a loop that gives itself none: its file's, without folder and ending.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(loopNameOf("/p/.loops/sub/fix.fsm.yaml"), "fix");
 * assertEquals(loopNameOf("builtin:demo.yaml"), "demo");
 * ```
 */
export function loopNameOf(file: string): string {
  const prefix = [BUILTIN_PREFIX, COMMAND_PREFIX]
    .find((each) => file.startsWith(each)) ?? "";
  const path = file.slice(prefix.length);
  const base = path.slice(path.lastIndexOf("/") + 1);
  return base.replace(ENDING_REGEXP, "") || base;
}

/**
 * Returns the folder of a source file: a path, or `builtin:` with the folder inside.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(folderOf("/p/.loops/a.yaml"), "/p/.loops");
 * assertEquals(folderOf("builtin:lib/common.yaml"), "builtin:lib");
 * assertEquals(folderOf("builtin:demo.yaml"), "builtin:");
 * ```
 */
export function folderOf(file: string): string {
  if (!file.startsWith(BUILTIN_PREFIX)) return dirname(file);
  const folder = dirname(file.slice(BUILTIN_PREFIX.length));
  return BUILTIN_PREFIX + (folder === "." ? "" : folder);
}

/** Returns `name` in the folder of the source `file`. */
export function sourceBeside(file: string, name: string): string {
  return joinSource(folderOf(file), name);
}

/**
 * Returns `name` below `folder`; an absolute `name` stands for itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(joinSource("builtin:lib", "../a.yaml"), "builtin:a.yaml");
 * assertEquals(joinSource("/p", "/q/a.yaml"), "/q/a.yaml");
 * ```
 */
export function joinSource(folder: string, name: string): string {
  if (name.startsWith(BUILTIN_PREFIX) || isAbsolute(name)) return name;
  return folder.startsWith(BUILTIN_PREFIX)
    ? BUILTIN_PREFIX + join(folder.slice(BUILTIN_PREFIX.length), name)
    : join(folder, name);
}

/**
 * Returns the folders in which a loop that lies in `folder` finds others by name: that one and,
 * for a collection that is not the project's own `loopsDir`, the one above, since the files of
 * its subfolders name loops from there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(foldersAround("/q/loops/sub", "/p/.loops"), ["/q/loops/sub", "/q/loops"]);
 * assertEquals(foldersAround("/p/.loops/sub", "/p/.loops"), ["/p/.loops/sub"]);
 * ```
 */
export function foldersAround(
  folder: string,
  loopsDir: string | null,
): readonly string[] {
  const isOwn = loopsDir !== null &&
    (folder === loopsDir || folder.startsWith(`${loopsDir}/`));
  return isOwn || folder.startsWith(BUILTIN_PREFIX) ||
      folder.startsWith(COMMAND_PREFIX)
    ? [folder]
    : [folder, dirname(folder)];
}
