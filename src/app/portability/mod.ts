/** Whether a loop also runs in the reference; loaded only when somebody asks. */

import { findUnportable } from "../../check/portable/mod.ts";
import type { Finding } from "../../model/mod.ts";
import type { Located } from "../run/mod.ts";
import type { World } from "../world.ts";

/**
 * Returns what speaks against running a loop in the reference, as findings of severity error
 * beside those of the loop itself.
 */
export async function portabilityFindings(
  world: Pick<World, "sources">,
  located: Pick<Located, "file" | "results" | "definitions">,
): Promise<Finding[]> {
  return await findUnportable({
    results: located.results,
    root: located.file,
    // Of a loop with errors the sub-loops are not looked at.
    names: located.definitions?.names ?? {},
    builtins: world.sources.builtins,
  });
}
