/** Owns telling people what could have been the folder of loops and is not used, and why. */

import type { Project } from "./find_project.ts";

/** Returns a line for all that was passed over. */
export function passedOverLines(
  { passedOver = [] }: Pick<Project, "passedOver">,
): string[] {
  return passedOver.map(({ path, uid }) =>
    uid === null
      ? `"${path}" was passed over: it is a file, and no folder of loops`
      : `"${path}" was passed over: it belongs to another user (uid ${uid}); ` +
        "name it with --loops-dir to use it"
  );
}
