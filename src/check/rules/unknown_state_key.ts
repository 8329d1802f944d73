/** Owns the rule `unknown-state-key`. */

import { FRAGMENT_KEYS, quote, STATE_KEYS } from "../../load/mod.ts";
import { STATE_WORDS, suggestMeant } from "../meant_words.ts";
import type { Rule } from "../rule.ts";
import { settingHint } from "../setting_hint.ts";
import { isOwnKey } from "../terms.ts";

const STATE_KEY_SET = new Set<string>([
  ...STATE_KEYS,
  ...FRAGMENT_KEYS,
  "description",
]);

/** A key of a state that means nothing. */
export const unknownStateKey: Rule = {
  name: "unknown-state-key",
  severity: "warning",
  description: "A key of a state that means nothing",
  needs: "value",
  state({ state, map }, report) {
    for (const key of Object.keys(map)) {
      if (STATE_KEY_SET.has(key) || isOwnKey(key)) continue;
      // A verdict that never comes has a rule of its own.
      if (key.startsWith("on_")) continue;
      report([key], {
        message: `Key ${quote(key)} of state ${
          quote(state.name)
        } is unknown and has no effect`,
        onKey: true,
        ...settingHint(key) ??
          suggestMeant(key, STATE_KEYS, {
            max: 1,
            beside: map,
            words: STATE_WORDS,
          }),
      });
    }
  },
};
