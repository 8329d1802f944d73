/** Owns the rules on the limits of a state: retries, rate limits, throttle, cost. */

import type { JsonObject } from "../../model/mod.ts";
import {
  entry,
  quote,
  readMap,
  readNumber,
  readOptionalMap,
} from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

/** Rules on limits. */
export const limitRules: readonly Rule[] = [
  {
    name: "negative-timeout",
    severity: "warning",
    description: "A time limit below zero: it counts as absent",
    loop({ document }, report) {
      reportNegative(document, LOOP_TIMEOUTS, report);
    },
    state({ map }, report) {
      reportNegative(map, STATE_TIMEOUTS, report);
    },
  },
  {
    name: "bad-retries",
    severity: "error",
    description: "Retry keys that lack each other or are out of range",
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
  },
  {
    name: "bad-rate-limit",
    severity: "error",
    description: "A ladder of waits that is empty or not of positive numbers",
    state({ map }, report) {
      const key = "rate_limit_long_wait_ladder";
      const ladder = entry(map, key);
      if (!Array.isArray(ladder)) return;
      if (ladder.length === 0) {
        report([key], {
          message: `${quote(key)} must not be empty`,
          onKey: true,
        });
      }
      for (const [index, wait] of ladder.entries()) {
        if (isPositiveInteger(wait)) continue;
        report([key, index], {
          message: `Entry ${index + 1} of ${
            quote(key)
          } must be a whole number from 1, not ${JSON.stringify(wait)}`,
        });
      }
    },
  },
  {
    name: "bad-throttle",
    severity: "error",
    description: "Throttle limits that are not positive or not increasing",
    state({ map }, report) {
      const throttle = readOptionalMap(map, "throttle");
      if (throttle === null) return;
      const given = THROTTLE_KEYS.map((key) =>
        [key, readNumber(throttle, key)] as const
      );
      for (const [key, value] of given) {
        if (value !== null && value < 1) {
          report(["throttle", key], {
            message: `${quote(key)} must be at least 1, not ${value}`,
          });
        }
      }
      for (const [index, [key, value]] of given.entries()) {
        const above = given[index + 1];
        if (above === undefined || value === null || above[1] === null) {
          continue;
        }
        if (value >= above[1]) {
          report(["throttle", key], {
            message: `${quote(key)} must be less than ${quote(above[0])} (${
              above[1]
            }), not ${value}`,
          });
        }
      }
    },
  },
  {
    name: "bad-cost-ceiling",
    severity: "error",
    description: "Cost limits that are negative or contradict each other",
    state({ map }, report) {
      const ceiling = readMap(map, "cost_ceiling");
      const [top, warn] = COST_KEYS.map((key) => readNumber(ceiling, key));
      for (const [index, value] of [top, warn].entries()) {
        if (typeof value === "number" && value < 0) {
          const key = COST_KEYS[index] ?? "";
          report(["cost_ceiling", key], {
            message: `${quote(key)} must be at least 0, not ${value}`,
          });
        }
      }
      if (
        typeof top === "number" && typeof warn === "number" && warn > top
      ) {
        report(["cost_ceiling", "cost_warn_at"], {
          message:
            `"cost_warn_at" must not exceed "cost_ceiling_per_state" (${top}), not ${warn}`,
        });
      }
    },
  },
];
// The loop's own `timeout` is checked with the other numbers at the top of the file.
const LOOP_TIMEOUTS = ["default_timeout", "default_idle_timeout"];
const STATE_TIMEOUTS = ["timeout", "idle_timeout"];

function reportNegative(
  map: JsonObject,
  keys: readonly string[],
  report: Report,
): void {
  for (const key of keys) {
    const value = readNumber(map, key);
    if (value === null || value >= 0) continue;
    report([key], {
      message: `${
        quote(key)
      } should be 0 or more seconds, not ${value}: it counts as absent`,
      hint: "Remove it, or say after how many seconds the action is ended",
    });
  }
}

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
const THROTTLE_KEYS = ["normal_max", "warn_max", "hard_max"];
const COST_KEYS = ["cost_ceiling_per_state", "cost_warn_at"];

function isPositiveInteger(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}
