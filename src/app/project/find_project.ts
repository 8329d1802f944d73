/** Owns which folder is the project, where its loops are, and what it has configured. */

import { dirname, isAbsolute, join, normalize } from "@std/path";
import { type Finding, LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";
import { combineSettings, type Config, type Settings } from "./config.ts";
import {
  type Parsed,
  parseJsonConfig,
  parseYamlConfig,
} from "./config_text.ts";
import {
  readOurSettings,
  readReferenceSettings,
  type ReadSettings,
} from "./read_settings.ts";

/** The project that a command works on. */
export interface Project {
  /** Absolute; actions run here and scopes are relative to it. */
  readonly root: string;
  /** Absolute folder of the loops and of what runs leave; it may not exist yet. */
  readonly loopsDir: string;
  /** Whether the folder of the loops exists. */
  readonly exists: boolean;
  readonly config: Config;
  /** What is wrong with the configuration, file by file. */
  readonly findings: readonly Finding[];
}

/** Options of {@linkcode findProject}. */
export interface FindProjectOptions {
  /** Value of `--loops-dir`, relative to the working directory. */
  readonly loopsDirFlag?: string;
}

/** The ports that finding the project takes. */
export type ProjectWorld = Pick<World, "files" | "system">;

const LOOPS_FOLDER = ".loops";
/** Name of our configuration file, in the folder of the loops. */
export const OUR_FILE = "config.yaml";
/** Below the root, in the reference's own order; the first that exists counts. */
export const REFERENCE_FILES: readonly string[] = [
  ".ll/ll-config.json",
  "ll-config.json",
  ".claude/ll-config.json",
];

/** Returns the project around the working directory; what is wrong with its configuration is findings, never an error. */
export function findProject(
  world: ProjectWorld,
  options: FindProjectOptions = {},
): Project {
  const root = findRoot(world);
  const reference = readReference(world, root);
  const loopsDir = findLoopsDir(world, {
    root,
    flag: options.loopsDirFlag,
    configured: reference.settings.loopsDir,
  });
  const ours = readConfig(world, join(loopsDir, OUR_FILE), {
    parse: parseYamlConfig,
    interpret: readOurSettings,
  });
  return {
    root,
    loopsDir,
    exists: world.files.stat(loopsDir)?.isDirectory === true,
    config: combineSettings([ours?.settings ?? {}, reference.settings]),
    findings: [...(ours?.findings ?? []), ...reference.findings],
  };
}

function findRoot({ files, system }: ProjectWorld): string {
  const home = system.home === null ? null : files.realPath(system.home);
  let folder = files.realPath(system.cwd);
  while (true) {
    const loops = files.stat(join(folder, LOOPS_FOLDER));
    if (loops?.isDirectory === true && isOurs(loops.uid, system.uid)) {
      return folder;
    }
    // A worktree and a submodule have a file of that name.
    if (files.stat(join(folder, ".git")) !== null) return folder;
    const parent = dirname(folder);
    if (folder === home || parent === folder) return files.realPath(system.cwd);
    folder = parent;
  }
}

// Somebody else's folder further up must not decide what runs here.
function isOurs(owner: number | null, uid: number | null): boolean {
  return owner === null || uid === null || owner === uid;
}

function findLoopsDir(
  { system }: ProjectWorld,
  { root, flag, configured }: {
    readonly root: string;
    readonly flag: string | undefined;
    readonly configured: string | undefined;
  },
): string {
  const told = flag ?? (system.env("LL_LOOPS_DIR") || undefined);
  if (told !== undefined) return toAbsolute(told, system.cwd);
  return toAbsolute(configured ?? LOOPS_FOLDER, root);
}

function toAbsolute(path: string, base: string): string {
  const whole = normalize(isAbsolute(path) ? path : join(base, path));
  return whole.length > 1 ? whole.replace(/\/+$/, "") : whole;
}

function readReference(world: ProjectWorld, root: string): ReadSettings {
  for (const name of REFERENCE_FILES) {
    const read = readConfig(world, join(root, name), {
      parse: parseJsonConfig,
      interpret: readReferenceSettings,
    });
    if (read !== null) return read;
  }
  return { settings: {}, findings: [] };
}

function readConfig(
  world: ProjectWorld,
  file: string,
  { parse, interpret }: {
    readonly parse: (file: string, text: string) => Parsed;
    readonly interpret: (file: string, value: unknown) => ReadSettings;
  },
): ReadSettings | null {
  const settings: Settings = {};
  let text: string | null;
  try {
    text = world.files.readTextIfExists(file);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    const finding: Finding = {
      rule: "configuration",
      severity: "error",
      message: error.message,
      at: { file, path: [] },
      position: { line: 1, column: 1, endLine: 1, endColumn: 1 },
    };
    return { settings, findings: [finding] };
  }
  if (text === null) return null;
  const parsed = parse(file, text);
  return "finding" in parsed
    ? { settings, findings: [parsed.finding] }
    : interpret(file, parsed.value);
}
