/** Owns the list of every rule, as reports need it. */

import type { RuleFacts } from "../../load/mod.ts";

/** Returns every rule that may be found broken. */
export async function listRules(): Promise<readonly RuleFacts[]> {
  const { ruleList } = await import("../../check/listing/mod.ts");
  return ruleList();
}
