/** Owns the rules on keys: unknown ones, a missing description, keys without effect. */

import {
  entry,
  EVALUATE_KEYS,
  FRAGMENT_KEYS,
  LOOP_KEYS,
  quote,
  quoteAll,
  readOptionalMap,
  readText,
  STATE_KEYS,
  suggest,
} from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const VISIBILITIES = ["public", "internal", "example"];
const LOOP_KEY_SET = new Set(LOOP_KEYS);
const STATE_KEY_SET = new Set<string>([
  ...STATE_KEYS,
  ...FRAGMENT_KEYS,
  "description",
]);
const EVALUATE_KEY_SET = new Set(EVALUATE_KEYS);
function isOwnKey(key: string): boolean {
  return key.startsWith("x-");
}

/** Rules on keys. */
export const documentRules: readonly Rule[] = [
  {
    name: "missing-description",
    severity: "warning",
    description: "A loop without a description",
    isOnTextOnly: true,
    loop({ loop }, report) {
      if (loop.description !== "") return;
      report([], {
        message: "The loop has no description",
        hint: 'Add "description:" with one line on what it does',
      });
    },
  },
  {
    name: "unknown-key",
    severity: "warning",
    description: "A key at the top of the file that means nothing",
    loop({ document }, report) {
      for (const key of Object.keys(document)) {
        if (LOOP_KEY_SET.has(key) || isOwnKey(key)) continue;
        report([key], {
          message: `Key ${quote(key)} is unknown and has no effect`,
          onKey: true,
          ...suggest(key, LOOP_KEYS, { max: 1, beside: document }),
        });
      }
    },
  },
  {
    name: "unknown-visibility",
    severity: "warning",
    description: "A visibility that does not exist",
    isOnTextOnly: true,
    loop({ document }, report) {
      const value = readText(document, "visibility");
      if (value === null || VISIBILITIES.includes(value)) return;
      report(["visibility"], {
        message: `"visibility" should be ${quoteAll(VISIBILITIES)}, not ${
          quote(value)
        }: read as "public"`,
        ...suggest(value, VISIBILITIES, { max: 1 }),
      });
    },
  },
  {
    name: "unknown-state-key",
    severity: "warning",
    description: "A key of a state that means nothing",
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
          ...suggest(key, STATE_KEYS, { max: 1, beside: map }),
        });
      }
    },
  },
  {
    name: "unknown-evaluate-key",
    severity: "warning",
    description: "A key of an evaluator that means nothing",
    unless: "evaluate_unknown_keys_ok",
    state({ state, map }, report) {
      const evaluate = readOptionalMap(map, "evaluate");
      if (evaluate === null || state.evaluate === null) return;
      for (const key of Object.keys(evaluate)) {
        if (EVALUATE_KEY_SET.has(key) || isOwnKey(key)) continue;
        report(["evaluate", key], {
          message: `Key ${quote(key)} has no effect on the evaluator ${
            quote(state.evaluate.type)
          }`,
          onKey: true,
          ...suggest(key, EVALUATE_KEYS, { max: 1, beside: evaluate }),
        });
      }
    },
  },
  {
    name: "bad-target-file",
    severity: "error",
    description: "An entry of targets that is no YAML file",
    loop({ document }, report) {
      const targets = entry(document, "targets");
      if (!Array.isArray(targets)) return;
      for (const [index, target] of targets.entries()) {
        const file = typeof target === "object" && target !== null
          ? readText(target, "file")
          : null;
        if (file === null || file.endsWith(".yaml")) continue;
        report(["targets", index, "file"], {
          message: `"file" must end in ".yaml", not ${quote(file)}`,
        });
      }
    },
  },
];
