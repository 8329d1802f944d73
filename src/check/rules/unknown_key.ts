/** Owns the rule `unknown-key`. */

import { LOOP_KEYS, quote } from "../../load/mod.ts";
import { LOOP_WORDS, suggestMeant } from "../meant_words.ts";
import type { Rule } from "../rule.ts";
import { settingHint } from "../setting_hint.ts";
import { isOwnKey } from "../terms.ts";

const LOOP_KEY_SET = new Set(LOOP_KEYS);

/** A key at the top of the file that means nothing. */
export const unknownKey: Rule = {
  name: "unknown-key",
  severity: "warning",
  description: "A key at the top of the file that means nothing",
  needs: "value",
  loop({ document }, report) {
    for (const key of Object.keys(document)) {
      if (LOOP_KEY_SET.has(key) || isOwnKey(key)) continue;
      report([key], {
        message: `Key ${quote(key)} is unknown and has no effect`,
        onKey: true,
        ...settingHint(key) ??
          suggestMeant(key, LOOP_KEYS, {
            max: 1,
            beside: document,
            words: LOOP_WORDS,
          }),
      });
    }
  },
};
