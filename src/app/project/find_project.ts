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
  /** Folders of loops further up that belong to somebody else and are not used; absent without any. */
  readonly passedOver?: readonly ForeignFolder[];
}

/** A folder of another user. */
export interface ForeignFolder {
  /** Absolute. */
  readonly path: string;
  readonly uid: number;
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
  const { root, passedOver } = findRoot(world);
  const reference = readReference(world, root);
  const told = options.loopsDirFlag ??
    (world.system.env("LL_LOOPS_DIR") || undefined);
  const loopsDir = told === undefined
    ? toAbsolute(reference.settings.loopsDir ?? LOOPS_FOLDER, root)
    : toAbsolute(told, world.system.cwd);
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
    ...(told === undefined && passedOver.length > 0 ? { passedOver } : {}),
  };
}

interface Root {
  readonly root: string;
  readonly passedOver: readonly ForeignFolder[];
}

/**
 * The working folder's own loops count whoever owns them, as in the reference. What is found
 * by looking upwards must be this user's: somebody else's must not decide what runs here.
 */
function findRoot({ files, system }: ProjectWorld): Root {
  const home = system.home === null ? null : files.realPath(system.home);
  const here = files.realPath(system.cwd);
  const passedOver: ForeignFolder[] = [];
  const isOurs = (owner: number | null): boolean =>
    owner === null || system.uid === null || owner === system.uid;
  for (let folder = here;; folder = dirname(folder)) {
    const isHere = folder === here;
    const loopsDir = join(folder, LOOPS_FOLDER);
    const loops = files.stat(loopsDir);
    const hasLoops = loops?.isDirectory === true;
    if (hasLoops && (isHere || isOurs(loops.uid))) {
      return { root: folder, passedOver };
    }
    if (hasLoops && loops.uid !== null) {
      passedOver.push({ path: loopsDir, uid: loops.uid });
    }
    // A worktree and a submodule have a file of that name.
    const git = files.stat(join(folder, ".git"));
    if (git !== null) {
      const isRoot = isHere || (isOurs(git.uid) && !hasLoops);
      return { root: isRoot ? folder : here, passedOver };
    }
    if (folder === home || dirname(folder) === folder) {
      return { root: here, passedOver };
    }
  }
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
