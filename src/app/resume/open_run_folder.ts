// deno-lint-ignore-file camelcase -- the names in the files are the reference's
/** Owns taking over the folder of a run that goes on. */

import { join } from "@std/path";
import { LoopError, ROOT_FRAME, type RunRecord } from "../../model/mod.ts";
import { OWNER_RETRY_MS, type RunFolder } from "../run/mod.ts";
import { OWNER_FILE, ownerText } from "../runs/mod.ts";
import type { World } from "../world.ts";
import type { Resumable } from "./prepare_resume.ts";
import { liveError } from "./resume_errors.ts";

/** Files of a call of an agent, by the number of its effect. */
const CALL_FILE_REGEXP = /^\d+(?:\.judge\d+)?\.(?:prompt|stream)$/;

/**
 * Returns the folder, owned; half a line at the end of its journal is cut off.
 *
 * @throws {LoopError} `locked` where somebody else goes on with the run, or has; `cannot-write`
 */
export async function openRunFolder(
  world: World,
  resumable: Resumable,
  options: { readonly version: string },
): Promise<RunFolder> {
  const { files, locks, system } = world;
  const { run, prepared, progress, from } = resumable;
  const owner = await locks.tryExclusive(join(run.path, OWNER_FILE), {
    retryMs: OWNER_RETRY_MS,
  });
  if (owner === null) throw liveError(world, run, prepared.project);
  try {
    owner.write(ownerText(system, options));
    const journal = join(run.path, "events.jsonl");
    if ((files.stat(journal)?.sizeBytes ?? 0) !== progress.sizeBytes) {
      throw new LoopError(
        "locked",
        `Cannot resume run ${run.id}: another process has gone on with it meanwhile`,
        { hint: "Try again" },
      );
    }
    if (progress.journal.isTorn) {
      files.cut(journal, progress.journal.wholeBytes);
    }
    // Half of a file that was being replaced.
    for (const name of files.list(run.path)) {
      if (/^\..*\.tmp$/.test(name)) files.remove(join(run.path, name));
    }
    for (const name of ["outputs", "work"]) {
      files.makeFolder(join(run.path, name));
    }
    // What an agent was told and has said, unmasked: an end that nobody saw has left it.
    const outputs = join(run.path, "outputs");
    for (const name of files.list(outputs)) {
      if (CALL_FILE_REGEXP.test(name)) files.remove(join(outputs, name));
    }
    const record: RunRecord = {
      ...run.record,
      host: system.hostname,
      pid: system.pid,
      pid_started: system.processStart(system.pid),
    };
    const root = from.frames[ROOT_FRAME];
    return {
      id: run.id,
      path: run.path,
      record,
      owner,
      runDir: resumable.runDir,
      resumedAt: root === undefined
        ? null
        : { state: root.state, steps: root.steps },
    };
  } catch (error) {
    owner.release();
    throw error;
  }
}
