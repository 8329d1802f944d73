/** Owns comparing a stored run with an edited loop. */

import {
  displayPath,
  type Input,
  isInputLine,
  LoopError,
} from "../../model/mod.ts";
import type { ReplayAgainst } from "../../view/mod.ts";
import type { Project } from "../project/mod.ts";
import {
  locateLoop,
  PLAIN_REQUEST,
  prepareLocated,
  restoreOptions,
} from "../run/mod.ts";
import { readDefinition, readJournal, type RecordedRun } from "../runs/mod.ts";
import type { World } from "../world.ts";
import { translateInput } from "./edited_run.ts";
import { replayAgainst } from "./replay_against.ts";

/**
 * Returns where a loop, as it stands in its file now, would go another way than a run did, with
 * the options that the run was given.
 *
 * @throws {LoopError} `not-found` or `invalid` for the loop, `unreadable` for the run
 */
export function compareRun(
  world: Pick<World, "files" | "sources" | "system">,
  project: Project,
  asked: { readonly run: RecordedRun; readonly loop: string },
): ReplayAgainst {
  const { run: { record, path }, loop } = asked;
  const located = locateLoop(world, project, loop);
  const prepared = prepareLocated(world, project, {
    located,
    request: { ...PLAIN_REQUEST, ...restoreOptions(record.options), loop },
  });
  const { definitions } = readDefinition(world.files, path);
  const recorded = definitions.loops[definitions.root];
  if (recorded === undefined) {
    throw new LoopError(
      "unreadable",
      `Cannot read "${path}/definition.json": it is damaged`,
    );
  }
  const { loop: edited, env } = prepared;
  const { lines } = readJournal(world, path);
  return {
    file: displayPath(prepared.file, world.system.cwd),
    ...replayAgainst({
      recorded: definitions,
      edited: prepared.definitions,
      inputs: lines.filter(isInputLine),
      translate: (input: Input) =>
        translateInput({ recorded, edited, env }, input),
    }),
  };
}
