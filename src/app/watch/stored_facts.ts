/** Owns telling of a stored run what is told of one that was prepared here: its header and its end. */

import { join } from "@std/path";
import { fold } from "../../engine/mod.ts";
import {
  BUILTIN_PREFIX,
  COMMAND_PREFIX,
  type Definitions,
  LoopError,
  type LoopOrigin,
  ROOT_FRAME,
} from "../../model/mod.ts";
import type { LastAction, RunSummary } from "../../view/mod.ts";
import type { Project } from "../project/mod.ts";
import {
  exitStatusOf,
  foundBy,
  type HeaderFacts,
  runSummary,
  type SummaryFacts,
} from "../run/mod.ts";
import { inputsOf, readJournal, type RecordedRun } from "../runs/mod.ts";
import type { StoredDefinition } from "../runs/mod.ts";
import type { World } from "../world.ts";

/** Everything that the header, the live view and the end message of a run are made of. */
export interface StoredFacts extends HeaderFacts, SummaryFacts {
  readonly definitions: Definitions;
  readonly project: Pick<Project, "root" | "loopsDir">;
}

/**
 * Returns the facts of a stored run.
 *
 * @throws {LoopError} `unreadable` where its definition lacks the loop
 */
export function storedFacts(
  { files }: Pick<World, "files">,
  project: Pick<Project, "loopsDir">,
  stored: StoredDefinition & { readonly run: RecordedRun },
): StoredFacts {
  const { run: { id, record, path }, definitions, texts } = stored;
  const loop = definitions.loops[definitions.root];
  if (loop === undefined) {
    throw new LoopError(
      "unreadable",
      `Cannot read "${path}/definition.json": it is damaged`,
    );
  }
  const lock = join(project.loopsDir, ".running", `${id}.lock`);
  return {
    definitions,
    loop,
    texts,
    file: record.file,
    origin: originOf(record.file, project.loopsDir),
    scope: record.scope,
    project: { root: record.project, loopsDir: project.loopsDir },
    request: { noLock: files.stat(lock) === null },
    argsWithout: () => record.args,
    secretWords: record.secrets.filter((key) =>
      !Object.hasOwn(loop.context, key)
    )
      .flatMap((key) => ["--context", `${key}=VALUE`]),
  };
}

/**
 * Returns how a run ended, from its journal; `null` where it did not: it was cut off.
 *
 * @throws {LoopError} `unreadable`
 */
export async function storedSummary(
  world: Pick<World, "files" | "system">,
  facts: StoredFacts,
  stored: {
    readonly run: RecordedRun;
    /** The definitions that the run began with. */
    readonly definitions: Definitions;
    readonly lastAction: LastAction | null;
  },
): Promise<RunSummary | null> {
  const { run, definitions, lastAction } = stored;
  const { lines } = readJournal(world, run.path);
  const snapshot = fold(definitions, inputsOf(lines));
  const { end } = snapshot;
  const root = snapshot.frames[ROOT_FRAME];
  if (end === null || root === undefined) return null;
  return await runSummary(world, facts, {
    folder: run,
    snapshot,
    end,
    exitStatus: exitStatusOf(end, snapshot.stop),
    elapsedMs: root.elapsedOffsetMs + end.endedAtMs - root.startedAtMs,
    lastAction,
    changes: null,
    foundBy: foundBy(world, { loopsDir: facts.project.loopsDir }),
    hint: null,
  });
}

function originOf(file: string, loopsDir: string): LoopOrigin {
  if (file.startsWith(BUILTIN_PREFIX)) return "built-in";
  if (file.startsWith(COMMAND_PREFIX)) return "command";
  return file.startsWith(`${loopsDir}/`) ? "project" : "path";
}
