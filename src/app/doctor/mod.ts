/** What is there on this machine and in this project, and which loops would run. */

import type { Examination } from "../../model/mod.ts";
import { examineConfiguration, type Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { examineMachine } from "./examine_machine.ts";
import { findCopies } from "./find_copies.ts";
import { tryFolder, tryTemporaryFolder } from "./try_folder.ts";

export { type ExaminedLoop, examineLoops } from "./examine_loops.ts";
export { canRun, isReady } from "./is_ready.ts";

/** Folders below that of the loops which a run writes to; each may have an owner of its own. */
const RUN_FOLDERS = ["runs", ".running", ".queue"];

/** Returns everything but the loops; takes a few seconds at most, and leaves nothing behind. */
export async function examine(
  world: Pick<World, "files" | "locks" | "processes" | "system">,
  project: Project,
  options: { readonly version: string },
): Promise<Examination> {
  const { files, system } = world;
  const { root, loopsDir } = project;
  const { version } = options;
  const folders = [
    loopsDir,
    ...RUN_FOLDERS.map((name) => `${loopsDir}/${name}`)
      .filter((path) => files.stat(path) !== null),
  ];
  const [copies, machine, configuration, temporary, ...trials] = await Promise
    .all([
      findCopies(world, version),
      examineMachine(world, root),
      examineConfiguration(world, project),
      tryTemporaryFolder(world),
      ...folders.map((path) => tryFolder(world, path)),
    ]);
  return {
    command: system.selfCommand,
    runtime: system.runtime,
    version,
    copies,
    machine,
    root,
    loopsDir,
    configuration,
    folders: [...trials, temporary],
  };
}
