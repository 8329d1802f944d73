/** Owns turning what `until` is asked for into an ordinary run: its text goes the way of every file. */

import { COMMAND_PREFIX } from "../../model/mod.ts";
import type { SourceText } from "../../ports/mod.ts";
import type { Project } from "../project/mod.ts";
import {
  loadLocated,
  type Prepared,
  prepareLocated,
  type PrepareWorld,
  type RunRequest,
} from "../run/mod.ts";
import type { World } from "../world.ts";
import { type UntilPlan, untilText } from "./until_text.ts";

/** Name of the loop that is not saved. */
export const UNTIL_LOOP = "until";
const UNTIL_FILE = `${COMMAND_PREFIX}${UNTIL_LOOP}.yaml`;

/** Returns the run of the loop that `plan` stands for. */
export function prepareUntil(
  world: PrepareWorld & Pick<World, "sources">,
  project: Project,
  { plan, request }: {
    readonly plan: UntilPlan;
    readonly request: RunRequest;
  },
): Prepared {
  const { sources } = world;
  const text = untilText(plan);
  // The file is nowhere but here.
  const read = (file: string): SourceText =>
    file === UNTIL_FILE ? { kind: "text", text } : sources.read(file);
  const located = loadLocated(
    { sources: { ...sources, read }, system: world.system },
    project,
    { file: UNTIL_FILE, origin: "command" },
  );
  return prepareLocated(world, project, {
    located,
    request: { ...request, loop: UNTIL_LOOP },
  });
}

/** Returns the working folder relative to the project; `.` for the project itself. */
export function folderInProject(
  { files, system }: Pick<World, "files" | "system">,
  project: Project,
): string {
  const folder = files.realPath(system.cwd);
  return folder.startsWith(`${project.root}/`)
    ? folder.slice(project.root.length + 1)
    : ".";
}
