/** Owns the hash by which a definition is known: over what it does, not over where it is written. */

import type { Definitions, Origin } from "../../model/mod.ts";
import type { System } from "../../ports/mod.ts";
import { moveDefinitions } from "./move_definitions.ts";

const NOWHERE: Origin = { file: "", path: [] };

/**
 * Returns the hash of definitions as their files have them, secrets as references: SHA-256 in hex
 * digits. Comments, layout and the folder `root` of the project do not count.
 */
export function definitionHash(
  system: Pick<System, "sha256">,
  definitions: Definitions,
  root: string,
): string {
  const file = (path: string) =>
    path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const moved = moveDefinitions(
    { ...definitions, root: file(definitions.root) },
    { file, origin: () => NOWHERE },
  );
  return system.sha256(JSON.stringify(moved));
}
