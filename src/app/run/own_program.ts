/**
 * Owns how the children of a run find the program that runs it: `LL_LOOP_BIN`, and `ll-loop` on
 * their PATH. Loops of the reference call `ll-loop`, and must not start another copy by it.
 */

import { join } from "@std/path";
import { joinCommand, LoopError } from "../../model/mod.ts";
import { PROGRAM_NAME } from "../needs/mod.ts";
import type { World } from "../world.ts";
import { byteLength } from "./clean_text.ts";

/** Variable with the path of an executable that is this program. */
export const PROGRAM_VARIABLE = "LL_LOOP_BIN";

/** What {@linkcode ownProgram} needs to know of a run. */
export interface OwnProgramOptions {
  /** Run folder; a launcher is put below it where one is needed. */
  readonly folder: string;
  /** Run ids of the runs around this one: their launchers leave PATH. */
  readonly ancestors: readonly string[];
}

/**
 * Returns the variables by which children find this program. Where the first `ll-loop` on PATH
 * is this program already, PATH is left alone; otherwise a launcher in the run folder comes
 * first. A system without scripts (Windows) is given nothing.
 *
 * @throws {LoopError} `cannot-write`
 */
export function ownProgram(
  world: Pick<World, "files" | "processes" | "system">,
  options: OwnProgramOptions,
): Readonly<Record<string, string>> {
  const { files, processes, system } = world;
  if (system.os === "windows") return {};
  const { selfCommand } = system;
  const [program = "", ...rest] = selfCommand;
  const first = processes.find(PROGRAM_NAME);
  if (first !== null && isThisProgram(world, first)) {
    return { [PROGRAM_VARIABLE]: rest.length === 0 ? program : first };
  }
  const folder = join(options.folder, "bin");
  const launcher = join(folder, PROGRAM_NAME);
  files.makeFolder(folder);
  // A run that goes on elsewhere brings a launcher for another machine.
  files.remove(launcher);
  files.create(launcher, launcherText(selfCommand), { isProgram: true });
  const own = { [PROGRAM_VARIABLE]: rest.length === 0 ? program : launcher };
  const path = system.env("PATH");
  // A colon ends an entry of PATH; without PATH nobody finds anything by its name.
  if (path === undefined || folder.includes(":")) return own;
  const outer = options.ancestors.map((id) => `/runs/${id}/bin`);
  const entries = path.split(":").filter((entry) =>
    !outer.some((ending) => entry.endsWith(ending))
  );
  return { ...own, PATH: [folder, ...entries].join(":") };
}

/**
 * Returns a script that starts `command` with the arguments that it is given.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * assert(launcherText(["/opt/it's/ll-loop"]).endsWith(`exec '/opt/it'\\''s/ll-loop' "$@"\n`));
 * ```
 */
export function launcherText(command: readonly string[]): string {
  return "#!/bin/sh\n# Starts the ll-loop that made this file, for the children of its run.\n" +
    `exec ${joinCommand(command)} "$@"\n`;
}

/** Returns whether the executable `path` is this program itself, or a launcher of it. */
export function isThisProgram(
  world: Pick<World, "files" | "system">,
  path: string,
): boolean {
  const { files, system } = world;
  const text = launcherText(system.selfCommand);
  const [program = "", ...rest] = system.selfCommand;
  if (rest.length === 0 && files.realPath(path) === files.realPath(program)) {
    return true;
  }
  // The size first: what else has that name may be a large binary.
  if (files.stat(path)?.sizeBytes !== byteLength(text)) return false;
  try {
    return files.readTextIfExists(path) === text;
  } catch (error) {
    // It may be run, but not be read.
    if (error instanceof LoopError) return false;
    throw error;
  }
}
