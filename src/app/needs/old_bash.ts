/** Owns whether actions run in the bash 3.2 that macOS comes with. */

import type { World } from "../world.ts";

/** Where macOS has its own; one that was installed is elsewhere, and newer. */
const MACOS_BASH = "/bin/bash";

/** Returns whether the first bash on PATH is that of macOS. Nothing is started. */
export function hasOldBash({ system }: Pick<World, "system">): boolean {
  return system.os === "darwin" &&
    system.processAbilities().bash === MACOS_BASH;
}
