/** Owns which folder is the project, where its loops are, and what it has configured. */

import { dirname, isAbsolute, join, normalize } from "@std/path";
import { type Finding, inFolder, LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";
import { combineSettings, type Config, type Settings } from "./config.ts";
import {
  type Parsed,
  parseJsonConfig,
  parseYamlConfig,
} from "./config_text.ts";
import { foreignOwner } from "./foreign_owner.ts";
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
  /** What could have been the folder of loops and is not used; absent without any. */
  readonly passedOver?: readonly PassedOver[];
}

/** A folder of another user, or what is no folder. */
export interface PassedOver {
  /** Absolute. */
  readonly path: string;
  /** Whom the folder belongs to; `null` for a file. */
  readonly uid: number | null;
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

/**
 * Returns the project around the working directory; what is wrong with its configuration is
 * findings, never an error.
 *
 * @throws {LoopError} `unreadable` when the working folder's own loops belong to somebody else
 * and were not named by `--loops-dir` or `LL_LOOPS_DIR`
 */
export function findProject(
  world: ProjectWorld,
  options: FindProjectOptions = {},
): Project {
  const { root, passedOver, ownLoops } = findRoot(world);
  const reference = readReference(world, root);
  const told = options.loopsDirFlag ??
    (world.system.env("LL_LOOPS_DIR") || undefined);
  const { loopsDir: configured } = reference.settings;
  const loopsDir = told !== undefined
    ? toAbsolute(told, world.system.cwd)
    : configured !== undefined
    ? toAbsolute(configured, root)
    : inFolder(root, LOOPS_FOLDER);
  const isOwn = loopsDir === ownLoops;
  if (told === undefined && !isOwn) refuseForeign(world, loopsDir);
  const ours = readConfig(world, inFolder(loopsDir, OUR_FILE), {
    mustBeOurs: false,
    parse: parseYamlConfig,
    interpret: readOurSettings,
  });
  return {
    root,
    loopsDir,
    exists: isOwn || world.files.stat(loopsDir)?.isDirectory === true,
    config: combineSettings([ours?.settings ?? {}, reference.settings]),
    findings: [...(ours?.findings ?? []), ...reference.findings],
    ...(told === undefined && passedOver.length > 0 ? { passedOver } : {}),
  };
}

/** Returns the project, or `null` where {@linkcode findProject} refuses its folder. */
export function findUsableProject(
  world: ProjectWorld,
  options: FindProjectOptions = {},
): Project | null {
  try {
    return findProject(world, options);
  } catch (error) {
    if (error instanceof LoopError && error.code === "unreadable") return null;
    throw error;
  }
}

interface Root {
  readonly root: string;
  readonly passedOver: readonly PassedOver[];
  /** A folder of loops that is there and that nobody else owns. */
  readonly ownLoops?: string;
}

/** What is found by looking upwards must be this user's, too: the nearest such folder counts. */
function findRoot(world: ProjectWorld): Root {
  const { files, system } = world;
  const home = system.home === null ? null : files.realPath(system.home);
  const here = files.realPath(system.cwd);
  const passedOver: PassedOver[] = [];
  for (let folder = here;; folder = dirname(folder)) {
    const isHere = folder === here;
    const loopsDir = inFolder(folder, LOOPS_FOLDER);
    const found = files.stat(loopsDir);
    const hasLoops = found?.isDirectory === true;
    const uid = foreignOwner(world, loopsDir);
    if (hasLoops && (isHere || uid === null)) {
      const ownLoops = uid === null ? { ownLoops: loopsDir } : {};
      return { root: folder, passedOver, ...ownLoops };
    }
    if (hasLoops && uid !== null) passedOver.push({ path: loopsDir, uid });
    if (found?.isDirectory === false) {
      passedOver.push({ path: loopsDir, uid: null });
    }
    // A worktree and a submodule have a file of that name.
    const git = inFolder(folder, ".git");
    if (files.stat(git) !== null) {
      const isOurs = foreignOwner(world, git) === null && !hasLoops;
      return { root: isHere || isOurs ? folder : here, passedOver };
    }
    if (folder === home || dirname(folder) === folder) {
      return { root: here, passedOver };
    }
  }
}

function refuseForeign(world: ProjectWorld, loopsDir: string): void {
  const uid = foreignOwner(world, loopsDir);
  if (uid === null) return;
  throw new LoopError(
    "unreadable",
    `Cannot use "${loopsDir}": it belongs to another user (uid ${uid})`,
    {
      hint: "Whoever owns it decides what runs here; to use it all the same, " +
        "name it with --loops-dir or LL_LOOPS_DIR",
    },
  );
}

function toAbsolute(path: string, base: string): string {
  const whole = normalize(isAbsolute(path) ? path : join(base, path));
  return whole.length > 1 ? whole.replace(/\/+$/, "") : whole;
}

function readReference(world: ProjectWorld, root: string): ReadSettings {
  for (const name of REFERENCE_FILES) {
    const read = readConfig(world, inFolder(root, name), {
      mustBeOurs: true,
      parse: parseJsonConfig,
      interpret: readReferenceSettings,
    });
    if (read !== null) return read;
  }
  return { settings: {}, findings: [] };
}

function unused(file: string, uid: number): Finding {
  return {
    rule: "configuration",
    severity: "warning",
    message:
      `The configuration is not used: it belongs to another user (uid ${uid})`,
    at: { file, path: [] },
    position: { line: 1, column: 1, endLine: 1, endColumn: 1 },
  };
}

function readConfig(
  world: ProjectWorld,
  file: string,
  { mustBeOurs, parse, interpret }: {
    /** Whether the file of somebody else is passed over. */
    readonly mustBeOurs: boolean;
    readonly parse: (file: string, text: string) => Parsed;
    readonly interpret: (file: string, value: unknown) => ReadSettings;
  },
): ReadSettings | null {
  const settings: Settings = {};
  // Most are not there, and each look that fails costs more than many that do not.
  if (world.files.isAbsent(file)) return null;
  const uid = mustBeOurs ? foreignOwner(world, file) : null;
  if (uid !== null) return { settings, findings: [unused(file, uid)] };
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
