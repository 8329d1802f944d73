/** Owns refusing a loop whose tests cannot be looked after: it would run as if they were. */

import { tamperPolicyOf } from "../../model/mod.ts";
import type { World } from "../world.ts";
import { ENTRIES_MAX, scanTests } from "./scan_tests.ts";
import type { Obstructed, SystemObstacle } from "./system_obstacle.ts";

/** Returns why `tamper_guard` cannot keep its word in a project; `null` where it can, and where nothing is guarded. */
export function guardObstacle(
  { files }: Pick<World, "files">,
  { definitions, project }: Obstructed,
): SystemObstacle | null {
  const [guarded] = Object.values(definitions.loops).flatMap((loop) =>
    Object.values(loop.states).filter((state) =>
      state.action !== null && tamperPolicyOf(loop, state) !== "allow"
    )
  );
  return guarded === undefined || scanTests(files, project.root) !== null
    ? null
    : {
      state: guarded.name,
      reason:
        `has a "tamper_guard", which cannot look at more than ${ENTRIES_MAX} files and folders`,
      hint:
        'It leaves out folders with a "CACHEDIR.TAG"; --allow-test-edits goes without it',
    };
}
