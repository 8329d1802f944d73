/** Owns why a run cannot go on, in words. */

import { joinCommand, LoopError } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import { foundBy } from "../run/mod.ts";
import { readOwner, type StoredRun } from "../runs/mod.ts";
import type { World } from "../world.ts";

/** Returns the error for a run that somebody is running. */
export function liveError(
  world: Pick<World, "files" | "system">,
  { id, path, record }: StoredRun,
  project: Project,
): LoopError {
  const owner = readOwner(world.files, path);
  const who = owner === null
    ? "another process"
    : owner.host === world.system.hostname
    ? `process ${owner.pid}`
    : `process ${owner.pid} on ${owner.host}`;
  const stop = joinCommand(["ll-loop", "stop", id, ...foundBy(world, project)]);
  return new LoopError(
    "locked",
    `Cannot resume run ${id} of loop "${record.loop}": it is live in ${who}`,
    { hint: `\`${stop}\` ends it, and then it can be resumed` },
  );
}

/** Returns the error for a run that has ended for good. */
export function endedError(
  world: Pick<World, "files" | "system">,
  { id, record, state }: StoredRun,
  project: Project,
): LoopError {
  const found = foundBy(world, project);
  const words = record.args.length > 0
    ? [...record.args]
    : ["run", record.loop_argument, ...found];
  const back = joinCommand(["ll-loop", "resume", id, ...found]);
  const how = state === null
    ? ""
    : ` (${state.status}, in state "${state.current_state}")`;
  return new LoopError(
    "nothing-to-do",
    `Cannot resume run ${id} of loop "${record.loop}": it has ended${how}`,
    {
      hint: `\`${
        joinCommand(["ll-loop", ...words])
      }\` starts a new one, \`${back} --from STATE\` goes back in this one`,
    },
  );
}
