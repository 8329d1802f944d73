/** Owns telling people which folders of loops are not used, and why. */

import type { Project } from "./find_project.ts";

/** Returns a line for each folder of loops that was passed over. */
export function passedOverLines(
  { passedOver = [] }: Pick<Project, "passedOver">,
): string[] {
  return passedOver.map(({ path, uid }) =>
    `"${path}" was passed over: it belongs to another user (uid ${uid}); ` +
    "name it with --loops-dir to use it"
  );
}
