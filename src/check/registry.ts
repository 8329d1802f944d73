/** Owns the list of all rules. */

import type { Rule } from "./rule.ts";
import { actionRules } from "./rules/actions.ts";
import { documentRules } from "./rules/document.ts";
import { evaluatorRules } from "./rules/evaluators.ts";
import { inertRules } from "./rules/inert.ts";
import { limitRules } from "./rules/limits.ts";
import { mistypedKeyRules } from "./rules/mistyped_keys.ts";
import { namelessRules } from "./rules/nameless.ts";
import { nameRules } from "./rules/names.ts";
import { parameterRules } from "./rules/parameters.ts";
import { portableShellRules } from "./rules/portable_shell.ts";
import { rangeRules } from "./rules/ranges.ts";
import { referenceRules } from "./rules/references.ts";
import { stateRules } from "./rules/states.ts";

/** Every rule over one loop. Those over several loops are in `check_definitions.ts`. */
export const RULES: readonly Rule[] = [
  ...documentRules,
  ...inertRules,
  ...parameterRules,
  ...rangeRules,
  ...stateRules,
  ...actionRules,
  ...portableShellRules,
  ...limitRules,
  ...evaluatorRules,
  ...referenceRules,
  ...mistypedKeyRules,
  ...namelessRules,
  ...nameRules,
];
