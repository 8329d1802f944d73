/** Owns the rule `unknown-guard-state`. */

import {
  quote,
  quoteAll,
  readMap,
  readNumber,
  readText,
  suggest,
} from "../../load/mod.ts";
import type { LoopView, Report, Rule } from "../rule.ts";

const PRESSURES = ["abort", "cool_down", "route"];

const BUDGET_ENDS = ["abort", "route"];

/** A limit or guard that leads to a state that does not exist. */
export const unknownGuardState: Rule = {
  name: "unknown-guard-state",
  severity: "error",
  description: "A limit or guard that leads to a state that does not exist",
  loop(view, report) {
    checkState(view, ["on_max_steps"], report);
    checkState(view, ["on_max_iterations"], report);
    checkState(view, ["on_budget_exceeded"], report);
    checkState(
      view,
      ["circuit", "repeated_failure", "on_repeated_failure"],
      report,
    );
    checkHostGuard(view, report);
  },
};

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
    // A computed target is known when it is followed.
    (key === "on_budget_exceeded" && target.includes("${")) ||
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
