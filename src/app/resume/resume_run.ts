/** Owns going on with a run: the same sequence as for a new one, in the folder that is there. */

import {
  REAL_PERFORMER,
  type RunResult,
  type StartOptions,
  startSequence,
} from "../run/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { openRunFolder } from "./open_run_folder.ts";
import type { Resumable } from "./prepare_resume.ts";
import { type Choices, requireDecided, settleOpen } from "./settle_open.ts";

/** How a run is resumed. */
export interface ResumeOptions extends StartOptions {
  readonly choices: Choices;
}

/**
 * Goes on with a run to its end.
 *
 * @throws {LoopError} what a new run throws; `locked` where the run is live; `undecided`
 */
export async function resumeRun(
  world: World,
  resumable: Resumable,
  options: ResumeOptions,
): Promise<RunResult> {
  const { run, prepared, progress, from, first } = resumable;
  const { version, listeners, choices, performer = REAL_PERFORMER } = options;
  const { journal, unwritten } = progress;
  requireDecided(world, resumable, choices);
  return await startSequence(world, prepared, {
    id: run.id,
    performer,
    listeners,
    open: (steady) => openRunFolder(steady, resumable, { version }),
    async plan(steady, { folder, stopping }) {
      const graceMs = prepared.request.graceMs ??
        prepared.project.config.graceMs;
      const { mask } = prepared.vault;
      const leftovers = await steady.reaper.end(run.id, { graceMs });
      const { known, notes } = await settleOpen(steady, resumable, {
        choices,
        folder,
        stopping,
      });
      const hasKnown = Object.keys(known).length > 0;
      return {
        lastSeq: journal.lines.length,
        past: journal.lines.flatMap((line) => "event" in line ? [line] : []),
        unwritten,
        from,
        first: first?.input === "resume" && hasKnown
          ? { ...first, known }
          : first,
        notes,
        leftovers: leftovers.map(({ pid, command }) => ({
          pid,
          command: maskText(mask, command),
        })),
      };
    },
  });
}
