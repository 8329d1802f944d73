/** Owns the list of what is asked of a loop that shall run in the reference, too. */

import type { RuleFacts } from "../../load/mod.ts";
import { PORTABLE_RULES } from "./rules.ts";

/** The rules over one loop, and what else {@linkcode findUnportable} reports. */
export const PORTABLE_RULE_FACTS: readonly RuleFacts[] = [
  ...PORTABLE_RULES,
  {
    name: "portable-file",
    severity: "error",
    description: "A file that is found here and not there",
  },
  {
    name: "portable-otherwise",
    severity: "error",
    description: "What there is something else altogether",
  },
  {
    name: "portable-scalar",
    severity: "error",
    description: "A word without quotes that is read as something else there",
  },
];
