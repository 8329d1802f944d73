/** Owns the folder of a run: its id, its creation, the record and the stored definition. */

import { join } from "@std/path";
import {
  formatTimestamp,
  type Json,
  LoopError,
  MASKED,
  type RunRecord,
  SCHEMA_VERSION,
} from "../../model/mod.ts";
import type { HeldLock } from "../../ports/mod.ts";
import type { Project } from "../project/mod.ts";
import { OWNER_FILE, ownerText } from "../runs/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { contextOf } from "./effective_context.ts";
import { type Prepared, UNKNOWN_RUN_FOLDER } from "./prepare.ts";
import type { Cap, GivenArgument } from "./request.ts";
import { storeOptions } from "./stored_options.ts";

/** Name of the folder of runs below the folder of loops. */
const RUNS = "runs";

/** How long a run believes that a reader is looking at its lock before it gives up. */
export const OWNER_RETRY_MS = 250;

/** The folder of a run, owned by this process. */
export interface RunFolder {
  readonly id: string;
  readonly path: string;
  readonly record: RunRecord;
  /** Held for the life of the run: a free lock means that nobody is running it. */
  readonly owner: HeldLock;
  /** `${context.run_dir}`. */
  readonly runDir: string;
  /** Where a resumed run goes on; `null` for a new one. */
  readonly resumedAt: { readonly state: string; readonly steps: number } | null;
}

/** Returns a fresh run id: sortable by start, unique by randomness, safe as a file name. */
export function makeRunId(world: Pick<World, "clock" | "system">): string {
  const time = new Date(world.clock.nowMs()).toISOString();
  const stamp = time.replaceAll(/[-:.]/g, "");
  const random = [...world.system.randomBytes(4)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${stamp}-${random}`;
}

/**
 * Creates the folder of a run with everything that is known at its start.
 *
 * @throws {LoopError} `cannot-write`
 */
export async function createRunFolder(
  world: World,
  prepared: Prepared,
  options: { readonly id: string; readonly version: string },
): Promise<RunFolder> {
  const { files, system } = world;
  const runs = join(prepared.project.loopsDir, RUNS);
  files.makeFolder(runs);
  // `git status`, `git add -A` and `git clean -fd` never see a run.
  files.create(join(runs, ".gitignore"), "*\n");
  const { id } = options;
  const path = join(runs, id);
  if (!files.makeNewFolder(path)) {
    throw new LoopError("internal", `The run folder "${path}" exists already`);
  }
  const owner = await world.locks.tryExclusive(join(path, OWNER_FILE), {
    retryMs: OWNER_RETRY_MS,
  });
  if (owner === null) {
    throw new LoopError("locked", `Cannot own the new run folder "${path}"`);
  }
  try {
    owner.write(ownerText(system, options));
    files.makeFolder(join(path, "outputs"));
    files.makeFolder(join(path, "work"));
    const definition = definitionText(prepared);
    const record = makeRecord(world, prepared, options);
    files.replace(join(path, "definition.json"), definition);
    files.replace(
      join(path, "run.json"),
      `${JSON.stringify(record, null, 2)}\n`,
      {
        sync: prepared.project.config.durability === "full",
      },
    );
    const runDir = runDirOf(prepared.project, path);
    return { id, path, record, owner, runDir, resumedAt: null };
  } catch (error) {
    owner.release();
    discard(world, path);
    throw error;
  }
}

/** Removes a run folder that no run came to use; best effort, the cause is told already. */
function discard(world: Pick<World, "files">, path: string): void {
  try {
    world.files.remove(path);
  } catch {
    return;
  }
}

/** Returns the effective context with the run's own folder in it. */
export function contextWithRunDir(
  prepared: Pick<Prepared, "values">,
  runDir: string,
): { readonly [key: string]: Json } {
  return contextOf(
    prepared.values.map((each) =>
      each.isRunDir === true ? { ...each, value: runDir } : each
    ),
  );
}

/** Returns the paths that run `id` locks: those in the folder of a run are in its own. */
export function scopeOfRun(
  world: Pick<World, "files">,
  prepared: Pick<Prepared, "project" | "scope">,
  id: string,
): readonly string[] {
  const own = join(prepared.project.loopsDir, "runs", id);
  return prepared.scope.map((path) => {
    const at = path.indexOf(`/${UNKNOWN_RUN_FOLDER}/`);
    return at < 0 ? path : world.files.realPath(own) +
      path.slice(at + 1 + UNKNOWN_RUN_FOLDER.length);
  });
}

const PLAIN_PATH_REGEXP = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Returns `${context.run_dir}` of the run in a folder. Loops paste it into scripts without quotes. An absolute path survives a
 * change of folder; one that the shell would split is given relative to the project.
 */
export function runDirOf(
  project: Pick<Project, "root">,
  path: string,
): string {
  const absolute = `${path}/work/`;
  const root = `${project.root}/`;
  if (PLAIN_PATH_REGEXP.test(absolute) || !absolute.startsWith(root)) {
    return absolute;
  }
  return absolute.slice(root.length);
}

function makeRecord(
  world: Pick<World, "clock" | "system">,
  prepared: Prepared,
  options: { readonly id: string; readonly version: string },
): RunRecord {
  const { system } = world;
  const { request, vault } = prepared;
  const isPublic = ([key]: readonly [string, Json]) => !vault.isSecretKey(key);
  return {
    schema_version: SCHEMA_VERSION,
    id: options.id,
    loop: prepared.loop.name,
    loop_argument: request.loop,
    file: prepared.file,
    args: maskArguments(prepared),
    context: Object.fromEntries(
      prepared.values.filter(({ from }) => from !== "added by ll-loop")
        .map(({ key, value }): [string, Json] => [key, value]).filter(isPublic),
    ),
    secrets: prepared.values.map(({ key }) => key)
      .filter((key) => vault.isSecretKey(key)),
    overrides: prepared.overrides,
    options: storeOptions({
      ...request,
      // A command with a secret in it has to be given again.
      onEnd: request.onEnd === maskText(vault.mask, request.onEnd ?? "")
        ? request.onEnd
        : null,
    }),
    project: prepared.project.root,
    loops_dir: prepared.project.loopsDir,
    scope: prepared.scope,
    host: system.hostname,
    pid: system.pid,
    pid_started: system.processStart(system.pid),
    started_at: formatTimestamp(world.clock.nowMs()),
    version: options.version,
    runtime: system.runtime,
    ancestors: prepared.ancestors,
    definition_hash: prepared.definitionHash,
  };
}

/**
 * Returns the arguments of the program with secrets left out, wherever they stand, and
 * without the option that sets a cap where another one is to take its place.
 */
export function maskArguments(
  prepared: Pick<Prepared, "request" | "loop" | "vault">,
  { without = null }: { readonly without?: Cap | null } = {},
): string[] {
  const { request, loop, vault } = prepared;
  const isKept = ({ gives }: GivenArgument) =>
    gives?.what !== "cap" || gives.name !== without || gives.rest !== "";
  return request.args.filter(isKept).map(({ text, gives }) => {
    switch (gives?.what) {
      case "cap":
        if (gives.name !== without) break;
        return gives.rest;
      case "context":
        if (!vault.isSecretKey(gives.key)) break;
        return `${text.slice(0, text.length - gives.characters)}${MASKED}`;
      case "input":
        if (vault.isSecretKey(loop.inputKey)) return MASKED;
    }
    return maskText(vault.mask, text);
  });
}

function definitionText(
  prepared: Pick<Prepared, "definitions" | "texts" | "vault">,
): string {
  const files = Object.fromEntries(
    Object.entries(prepared.texts).map(([file, text]) => [
      file,
      maskText(prepared.vault.mask, text),
    ]),
  );
  const { definitions } = prepared;
  return `${
    JSON.stringify({ schema_version: SCHEMA_VERSION, definitions, files })
  }\n`;
}
