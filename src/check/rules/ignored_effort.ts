/** Owns the rule `ignored-effort`. */

import type { Rule } from "../rule.ts";
import { ignoredSetting } from "../ignored_setting.ts";

/** `effort` where it has no effect. */
export const ignoredEffort: Rule = ignoredSetting("effort");
