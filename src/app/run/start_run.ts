/** Owns the start of a new run. */

import { NEW_SNAPSHOT } from "../../engine/mod.ts";
import { type Begin, LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";
import { looksAtOf } from "./looks_at.ts";
import type { Prepared } from "./prepare.ts";
import { type PerformerFactory, REAL_PERFORMER } from "./real_performer.ts";
import { pruneRuns } from "./retention.ts";
import {
  contextWithRunDir,
  createRunFolder,
  makeRunId,
  scopeOfRun,
} from "./run_folder.ts";
import { type RunListener, tellAll } from "./run_listener.ts";
import type { RunResult } from "./run_segment.ts";
import { startSequence } from "./start_sequence.ts";

/** How a run is started. */
export interface StartOptions {
  /** Version of this program, for the record. */
  readonly version: string;
  readonly listeners: readonly RunListener[];
  /** @default {REAL_PERFORMER} */
  readonly performer?: PerformerFactory;
  /** Where the loop begins. @default its initial state, with nothing */
  readonly begin?: Begin;
  /**
   * The run's folder is a temporary one, and is removed with all in it once the run has ended.
   * @default {false}
   */
  readonly isScratch?: boolean;
}

/**
 * Runs a prepared loop to its end.
 *
 * @throws {LoopError} as {@linkcode startSequence}
 */
export async function startRun(
  world: World,
  asked: Prepared,
  options: StartOptions,
): Promise<RunResult> {
  const { version, listeners, performer = REAL_PERFORMER, begin } = options;
  const id = makeRunId(world);
  const prepared = { ...asked, scope: scopeOfRun(world, asked, id) };
  const { project } = prepared;
  let scratch: string | null = null;
  const loopsDir = () => scratch ?? project.loopsDir;
  try {
    return await startSequence(world, prepared, {
      id,
      performer,
      listeners,
      open(steady) {
        if (options.isScratch === true) {
          scratch = world.files.makeTempFolder("ll-loop-step-");
        }
        const inFolder = {
          ...prepared,
          project: { ...project, loopsDir: loopsDir() },
        };
        return createRunFolder(steady, inFolder, { id, version });
      },
      async plan(steady, { folder }) {
        await pruneRuns(steady, loopsDir(), project.config.retention);
        return {
          lastSeq: 0,
          past: [],
          unwritten: [],
          notes: [],
          leftovers: [],
          from: NEW_SNAPSHOT,
          first: {
            input: "start",
            context: prepared.vault.hideContext(
              contextWithRunDir(prepared, folder.runDir),
            ),
            env: prepared.env,
            maxDepth: project.config.maxDepth,
            looksAt: looksAtOf(world, prepared),
            ...(begin === undefined ? {} : { begin }),
          },
        };
      },
    });
  } finally {
    if (scratch !== null) discard(world, scratch, listeners);
  }
}

/** Removes a scratch folder; the run has ended well, whether that works or not. */
function discard(
  world: Pick<World, "files">,
  folder: string,
  listeners: readonly RunListener[],
): void {
  try {
    world.files.remove(folder);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    const message = `The scratch folder is left behind: ${error.message}`;
    tellAll(listeners).onWarning(message);
  }
}
