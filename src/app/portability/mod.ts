/** Whether a loop also runs elsewhere: in the reference, and with the bash of macOS. Loaded only when somebody asks. */

import { checkLoop, portableShellRules } from "../../check/mod.ts";
import { findUnportable } from "../../check/portable/mod.ts";
import type { Finding } from "../../model/mod.ts";
import type { Located } from "../run/mod.ts";
import type { World } from "../world.ts";

/**
 * Returns what speaks against running a loop in the reference, as findings of severity error
 * beside those of the loop itself, and as warnings what the bash of macOS does not have.
 */
export async function portabilityFindings(
  world: Pick<World, "sources">,
  located: Pick<Located, "file" | "results" | "definitions">,
): Promise<Finding[]> {
  const { results, file, definitions } = located;
  const result = results.get(file);
  const unportable = await findUnportable({
    results,
    root: file,
    // Of a loop with errors the sub-loops are not looked at.
    names: definitions?.names ?? {},
    builtins: world.sources.builtins,
  });
  const shell = result === undefined ? [] : checkLoop(result, {
    rules: portableShellRules,
    conditions: ["old-bash"],
  });
  return [...unportable, ...shell];
}
