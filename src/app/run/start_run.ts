/** Owns the start of a new run. */

import { NEW_SNAPSHOT } from "../../engine/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";
import { type PerformerFactory, REAL_PERFORMER } from "./real_performer.ts";
import { pruneRuns } from "./retention.ts";
import { contextWithRunDir, createRunFolder, makeRunId } from "./run_folder.ts";
import type { RunListener } from "./run_listener.ts";
import type { RunResult } from "./run_segment.ts";
import { startSequence } from "./start_sequence.ts";

/** How a run is started. */
export interface StartOptions {
  /** Version of this program, for the record. */
  readonly version: string;
  readonly listeners: readonly RunListener[];
  /** @default {REAL_PERFORMER} */
  readonly performer?: PerformerFactory;
}

/**
 * Runs a prepared loop to its end.
 *
 * @throws {LoopError} as {@linkcode startSequence}
 */
export async function startRun(
  world: World,
  prepared: Prepared,
  options: StartOptions,
): Promise<RunResult> {
  const { version, listeners, performer = REAL_PERFORMER } = options;
  const { config, loopsDir } = prepared.project;
  const id = makeRunId(world);
  return await startSequence(world, prepared, {
    id,
    performer,
    listeners,
    open: (steady) => createRunFolder(steady, prepared, { id, version }),
    async plan(steady, { folder }) {
      await pruneRuns(steady, loopsDir, config.retention);
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
          maxDepth: config.maxDepth,
        },
      };
    },
  });
}
