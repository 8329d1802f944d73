/** Owns the rule `ignored-model`. */

import type { Rule } from "../rule.ts";
import { ignoredSetting } from "../ignored_setting.ts";

/** `model` where it has no effect. */
export const ignoredModel: Rule = ignoredSetting("model");
