/** Owns the rule `out-of-range`. */

import type { JsonObject } from "../../model/mod.ts";
import { quote, readMap, readNumber, readOptionalMap } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

/** As much as `--delay` takes, eleven days: a greater one is a mistake that looks like a hang. */
const BACKOFF_SECONDS_MAX = 1_000_000;

const LIMITS: readonly Limit[] = [
  { path: ["max_steps"], min: 0, isOpen: true },
  { path: ["max_iterations"], min: 0, isOpen: true },
  { path: ["max_edge_revisits"], min: 0, isOpen: true },
  { path: ["timeout"], min: 0, isOpen: true },
  { path: ["llm", "max_tokens"], min: 0, isOpen: true },
  { path: ["llm", "timeout"], min: 0, isOpen: true },
  { path: ["backoff"], min: 0, max: BACKOFF_SECONDS_MAX },
  { path: ["circuit", "repeated_failure", "window"], min: 1 },
  { path: ["circuit", "repeated_failure", "recurrent_window"], min: 2 },
  { path: ["host_guard", "warn_pct"], min: 0, max: 100 },
  { path: ["host_guard", "critical_pct"], min: 0, max: 100 },
  { path: ["host_guard", "cooldown_ms"], min: 0 },
  { path: ["host_guard", "max_cumulative_subproc_mb"], min: 0 },
  { path: ["prompt_size_guard", "warn_chars"], min: 0 },
];

/** A number at the top of the file that is too small or too big. */
export const outOfRange: Rule = {
  name: "out-of-range",
  severity: "error",
  description: "A number at the top of the file that is too small or too big",
  needs: "value",
  loop({ document, result }, report) {
    for (const limit of LIMITS) checkLimit(document, limit, report);
    const guard = readMap(document, "host_guard");
    const warn = readNumber(guard, "warn_pct") ?? 75;
    const critical = readNumber(guard, "critical_pct") ?? 85;
    if (critical < warn && result.isWhole) {
      report(["host_guard", "critical_pct"], {
        message:
          `"critical_pct" must be at least "warn_pct" (${warn}), not ${critical}`,
      });
    }
  },
};

interface Limit {
  readonly path: readonly string[];
  readonly min: number;
  /** The smallest value itself is not allowed. @default {false} */
  readonly isOpen?: boolean;
  readonly max?: number;
}

function checkLimit(document: JsonObject, limit: Limit, report: Report): void {
  const key = limit.path.at(-1) ?? "";
  let map: JsonObject | null = document;
  for (const part of limit.path.slice(0, -1)) {
    map = map === null ? null : readOptionalMap(map, part);
  }
  const value = map === null ? null : readNumber(map, key);
  if (value === null) return;
  const { min, max = Infinity, isOpen = false } = limit;
  if (value > min || (value === min && !isOpen)) {
    if (value <= max) return;
  }
  const wanted = max < Infinity
    ? `from ${min} to ${max}`
    : isOpen
    ? `greater than ${min}`
    : `at least ${min}`;
  report(limit.path, {
    message: `${quote(key)} must be ${wanted}, not ${value}`,
  });
}
