/** What this system lets the program promise about the processes that it starts. */

import type { ProcessAbilities } from "../../ports/mod.ts";
import { listPids, readRow } from "./proc_table.ts";
import type { Tools } from "./spawn_child.ts";

/** Returns what can be promised here with `tools`. */
export function abilitiesWith(tools: Tools): ProcessAbilities {
  const canSeeAll = listPids() !== null && readRow(Deno.pid) !== null;
  const isGuarded = canSeeAll && tools.setsid !== null && tools.bash !== null;
  return { bash: tools.bash, setsid: tools.setsid, canSeeAll, isGuarded };
}
