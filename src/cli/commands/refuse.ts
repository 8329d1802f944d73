/** Owns refusing commands by name: of the reference, or of ours to come. */

import { findUsableProject, listLoops, type World } from "../../app/mod.ts";
import { refusalError } from "../command_table.ts";
import type { Invocation } from "../parse_arguments.ts";

/**
 * Refuses a command, and tells how to run a loop of its name when there is one.
 *
 * @throws {LoopError} `usage`, always
 */
export function refuse(
  world: World,
  invocation: Extract<Invocation, { readonly kind: "refused" }>,
): never {
  const { command, typed, options } = invocation;
  const flag = options.text("loops-dir");
  const project = findUsableProject(
    world,
    flag === null ? {} : { loopsDirFlag: flag },
  );
  const isLoop = project !== null &&
    listLoops(world, project).some(({ name }) => name === typed);
  throw refusalError(command, { typed, isLoop });
}
