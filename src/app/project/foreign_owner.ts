/** Owns whose files may decide what runs: this user's, and those of the system. */

import type { World } from "../world.ts";

/** The one whom nobody can be protected from. */
const ROOT_UID = 0;

/**
 * Returns the user that `path` belongs to when that is neither this user nor root; `null` for
 * ours, for nothing there, and on systems without owners. A link must be ours as well as what
 * it names. Under `sudo` what belongs to the user who called it is ours, too.
 */
export function foreignOwner(
  { files, system }: Pick<World, "files" | "system">,
  path: string,
): number | null {
  if (system.uid === null) return null;
  const trusted: number[] = [system.uid, ROOT_UID];
  if (system.uid === ROOT_UID) trusted.push(Number(system.env("SUDO_UID")));
  return files.owners(path).find((uid) => !trusted.includes(uid)) ?? null;
}
