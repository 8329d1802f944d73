/** Owns the rules on numbers and names at the top of the file. */

import type { JsonObject } from "../../model/mod.ts";
import {
  quote,
  quoteAll,
  readMap,
  readNumber,
  readOptionalMap,
  readText,
  suggest,
} from "../../load/mod.ts";
import type { LoopView, Report, Rule } from "../rule.ts";

interface Limit {
  readonly path: readonly string[];
  readonly min: number;
  /** The smallest value itself is not allowed. @default {false} */
  readonly isOpen?: boolean;
  readonly max?: number;
}

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

const PRESSURES = ["abort", "cool_down", "route"];
const BUDGET_ENDS = ["abort", "route"];

/** Rules on the top of the file. */
export const rangeRules: readonly Rule[] = [
  {
    name: "out-of-range",
    severity: "error",
    description: "A number at the top of the file that is too small or too big",
    loop({ document }, report) {
      for (const limit of LIMITS) checkLimit(document, limit, report);
      const guard = readMap(document, "host_guard");
      const warn = readNumber(guard, "warn_pct") ?? 75;
      const critical = readNumber(guard, "critical_pct") ?? 85;
      if (critical < warn) {
        report(["host_guard", "critical_pct"], {
          message:
            `"critical_pct" must be at least "warn_pct" (${warn}), not ${critical}`,
        });
      }
    },
  },
  {
    name: "unknown-guard-state",
    severity: "error",
    description: "A limit or guard that leads to a state that does not exist",
    loop(view, report) {
      checkState(view, ["on_max_steps"], report);
      checkState(view, ["on_max_iterations"], report);
      checkState(
        view,
        ["circuit", "repeated_failure", "on_repeated_failure"],
        report,
      );
      checkHostGuard(view, report);
    },
  },
];

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

function checkState(
  { loop, document }: LoopView,
  path: readonly string[],
  report: Report,
): void {
  const key = path.at(-1) ?? "";
  let map = document;
  for (const part of path.slice(0, -1)) map = readMap(map, part);
  const target = readText(map, key);
  const allowsAbort = key === "on_repeated_failure";
  if (
    target === null || Object.hasOwn(loop.states, target) ||
    (allowsAbort && target === "abort")
  ) return;
  const names = Object.keys(loop.states);
  report(path, {
    message: `${quote(key)} must be ${
      allowsAbort ? '"abort" or ' : ""
    }a state of this loop, not ${quote(target)}`,
    ...suggest(target, names),
  });
}

function checkHostGuard(view: LoopView, report: Report): void {
  const guard = readMap(view.document, "host_guard");
  const pressure = readText(guard, "on_pressure") ?? "cool_down";
  const budgetEnd = readText(guard, "on_budget_exceeded") ?? "route";
  const hasBudget = (readNumber(guard, "max_cumulative_subproc_mb") ?? 0) > 0;
  for (
    const [key, value, allowed] of [
      ["on_pressure", pressure, PRESSURES],
      ["on_budget_exceeded", budgetEnd, BUDGET_ENDS],
    ] as const
  ) {
    if (allowed.includes(value)) continue;
    report(["host_guard", key], {
      message: `${quote(key)} must be one of ${quoteAll(allowed)}, not ${
        quote(value)
      }`,
      ...suggest(value, allowed, { max: 1 }),
    });
  }
  for (
    const [key, isNeeded, because] of [
      ["pressure_state", pressure === "route", '"on_pressure: route"'],
      [
        "budget_state",
        hasBudget && budgetEnd === "route",
        '"on_budget_exceeded: route"',
      ],
    ] as const
  ) {
    if (isNeeded && readText(guard, key) === null) {
      report(["host_guard"], {
        message: `${because} requires ${quote(key)}`,
        onKey: true,
      });
    }
    checkState(view, ["host_guard", key], report);
  }
  checkState(view, ["host_guard", "on_abort_route"], report);
}
