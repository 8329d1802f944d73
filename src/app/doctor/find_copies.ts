/**
 * Owns which `ll-loop` are on PATH and whose each is. The reference is told by the text of its
 * script and never started; anything else is asked for its version, which is all that it is asked.
 */

import { dirname, isAbsolute, join } from "@std/path";
import { type FoundCopy, LoopError } from "../../model/mod.ts";
import { PROGRAM_NAME } from "../needs/mod.ts";
import { isThisProgram } from "../run/mod.ts";
import type { World } from "../world.ts";
import { askProgram } from "./ask_version.ts";

/** Longer files are no scripts that start a program. */
const SCRIPT_BYTES_MAX = 64 * 1024;

const PACKAGE_REGEXP = /little[_-]loops/;
const OUR_VERSION_REGEXP = /^ll-loop (\S+) \(/;
/** How the reference's own parser begins its complaint about an option that it has not. */
const USAGE_REGEXP = /^usage: ll-loop\b/m;

type CopyWorld = Pick<World, "files" | "processes" | "system">;

/** Returns every `ll-loop` on PATH in its order; `version` is this program's. */
export async function findCopies(
  world: CopyWorld,
  version: string,
): Promise<readonly FoundCopy[]> {
  return await Promise.all(
    pathsOf(world).map((path) => identify(world, path, version)),
  );
}

/** Returns the executables of this program's name, folder by folder of PATH. */
function pathsOf({ processes, system }: CopyWorld): readonly string[] {
  const isWindows = system.os === "windows";
  const folders = (system.env("PATH") ?? "").split(isWindows ? ";" : ":");
  const names = isWindows
    ? [`${PROGRAM_NAME}.exe`, `${PROGRAM_NAME}.cmd`]
    : [PROGRAM_NAME];
  const paths = folders.flatMap((folder) => {
    // An empty entry is the working folder.
    const whole = isWindows || isAbsolute(folder)
      ? folder
      : join(system.cwd, folder);
    return names.map((name) => join(whole, name));
  });
  return [...new Set(paths)].filter((path) => processes.isExecutable(path));
}

async function identify(
  world: CopyWorld,
  path: string,
  version: string,
): Promise<FoundCopy> {
  if (isThisProgram(world, path)) {
    return { path, kind: "this", version, evidence: "this program" };
  }
  const script = scriptText(world, path);
  if (script !== null && PACKAGE_REGEXP.test(script)) {
    return {
      path,
      kind: "reference",
      version: installedVersion(world, path),
      evidence: "a script of little-loops, which was not started",
    };
  }
  if (script !== null && /^#!.*python/.test(script)) {
    return {
      path,
      kind: "unknown",
      version: null,
      evidence: "a Python script, which was not started",
    };
  }
  return await askCopy(world, path);
}

async function askCopy(world: CopyWorld, path: string): Promise<FoundCopy> {
  const outcome = await askProgram(world, path, world.system.cwd);
  const [, version = null] = OUR_VERSION_REGEXP.exec(outcome.stdout.text) ?? [];
  if (version !== null) {
    return { path, kind: "ours", version, evidence: "as its --version says" };
  }
  if (USAGE_REGEXP.test(outcome.stderr.text)) {
    return {
      path,
      kind: "reference",
      version: null,
      evidence: "it has no --version and complains as little-loops does",
    };
  }
  const evidence = outcome.startError !== null
    ? "it cannot be started"
    : outcome.timeoutKind !== null
    ? "its --version did not end"
    : "its --version is not that of an ll-loop";
  return { path, kind: "unknown", version: null, evidence };
}

/** Returns the text of a script; `null` for a binary and for what may not be read. */
function scriptText({ files }: CopyWorld, path: string): string | null {
  const size = files.stat(path)?.sizeBytes ?? Infinity;
  if (size > SCRIPT_BYTES_MAX) return null;
  try {
    const text = files.readTextIfExists(path);
    return text?.startsWith("#!") ? text : null;
  } catch (error) {
    if (error instanceof LoopError) return null;
    throw error;
  }
}

/**
 * Returns the version of the Python package beside a script that pip, pipx or uv put into
 * `bin/`: it stands in the name of a folder.
 */
function installedVersion({ files }: CopyWorld, path: string): string | null {
  const lib = join(dirname(dirname(files.realPath(path))), "lib");
  try {
    for (const python of files.list(lib)) {
      if (!python.startsWith("python")) continue;
      const packages = files.list(join(lib, python, "site-packages"));
      for (const name of packages) {
        const [, version = null] =
          /^little_loops-(.+)\.dist-info$/.exec(name) ?? [];
        if (version !== null) return version;
      }
    }
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
  }
  return null;
}
