/** Owns the list of every rule, for documents and for programs that show findings. */

import { LOAD_RULES, type RuleFacts } from "../../load/mod.ts";
import { DEFINITION_RULES } from "../check_definitions.ts";
import { PORTABLE_RULE_FACTS } from "../portable/mod.ts";
import { PROOF_RULES } from "../prove/mod.ts";
import { RULES } from "../registry.ts";

/** Returns every rule that `validate` may report, in alphabetical order. */
export function ruleList(): readonly RuleFacts[] {
  const others: RuleFacts[] = [{
    name: "hidden-by-command",
    severity: "warning",
    description: "A loop with the name of a command",
  }];
  const all: readonly RuleFacts[] = [
    ...LOAD_RULES,
    ...RULES,
    ...DEFINITION_RULES,
    ...PROOF_RULES,
    ...PORTABLE_RULE_FACTS,
    ...others,
  ];
  return all.map(({ name, severity, description, unless }) => ({
    name,
    severity,
    description,
    ...(unless === undefined ? {} : { unless }),
  })).sort((a, b) => a.name < b.name ? -1 : 1);
}
