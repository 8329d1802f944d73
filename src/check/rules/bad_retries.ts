/** Owns the rule `bad-retries`. */

import { entry, quote, readNumber } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isPositiveInteger } from "../terms.ts";

const RETRY_PAIRS = [
  ["max_retries", "on_retry_exhausted"],
  ["max_rate_limit_retries", "on_rate_limit_exhausted"],
] as const;

const POSITIVE_KEYS = [
  "max_retries",
  "max_rate_limit_retries",
  "rate_limit_backoff_base_seconds",
  "rate_limit_max_wait_seconds",
];

/** Retry keys that lack each other or are out of range. */
export const badRetries: Rule = {
  name: "bad-retries",
  severity: "error",
  description: "Retry keys that lack each other or are out of range",
  stateKeys: [...RETRY_PAIRS.flat(), ...POSITIVE_KEYS, "retryable_exit_codes"],
  state({ state, map }, report) {
    for (const [key, partner] of RETRY_PAIRS) {
      const has = (name: string) => {
        const value = entry(map, name);
        return value !== undefined && value !== null && value !== "";
      };
      for (const [one, other] of [[key, partner], [partner, key]] as const) {
        if (!has(one) || has(other)) continue;
        report([one], {
          message: `${quote(one)} requires ${quote(other)}`,
          onKey: true,
        });
      }
    }
    for (const key of POSITIVE_KEYS) {
      const value = readNumber(map, key);
      if (value !== null && value < 1) {
        report([key], {
          message: `${quote(key)} must be at least 1, not ${value}`,
        });
      }
    }
    const codes = entry(map, "retryable_exit_codes");
    if (!Array.isArray(codes)) return;
    if (!Object.hasOwn(state.on, "error")) {
      report(["retryable_exit_codes"], {
        message: '"retryable_exit_codes" requires "on_error"',
        onKey: true,
      });
    }
    const bad = codes.findIndex((code) => !isPositiveInteger(code));
    if (bad >= 0) {
      report(["retryable_exit_codes", bad], {
        message: `Entry ${
          bad + 1
        } of "retryable_exit_codes" must be a whole number from 1, not ${
          JSON.stringify(codes[bad])
        }`,
      });
    }
  },
};
