/** Owns when the program talks to GitHub Actions. Looked at by every command, so it loads nothing. */

import type { System } from "../ports/mod.ts";

/**
 * Returns whether the program runs as a step of GitHub Actions. Inside of another run it does
 * not: what it prints is then output of an action, and the run around it tells of it.
 */
export function isInActions(system: Pick<System, "env">): boolean {
  return system.env("GITHUB_ACTIONS") === "true" &&
    (system.env("LL_RUN_ID") ?? "") === "";
}
