/** Owns the ways out of a state as a list, for the plan, `show` and the drawing. */

import {
  CURRENT_TARGET,
  type Loop,
  pressureWay,
  type State,
} from "../model/mod.ts";

/** One way out of a state. */
export interface Transition {
  /** The key that names it: `on_yes`, `next`, `route yes`, `on_maintain`. */
  readonly key: string;
  /** The verdict or event alone: `yes`, `next`, `_`, `retry_exhausted`. */
  readonly label: string;
  /** The target as written. */
  readonly target: string;
}

/**
 * Returns every way out of `state` in the order in which a reader expects them: verdict
 * keys, `next`, the route table, then retries, throttle and maintain.
 */
export function transitionsOf(state: State): readonly Transition[] {
  const found: Transition[] = [];
  for (const [verdict, target] of Object.entries(state.on)) {
    found.push({ key: `on_${verdict}`, label: verdict, target });
  }
  if (state.next !== null) {
    found.push({ key: "next", label: "next", target: state.next });
  }
  for (const [verdict, target] of Object.entries(state.route ?? {})) {
    found.push({ key: `route ${verdict}`, label: verdict, target });
  }
  if (state.onRetryExhausted !== null) {
    found.push({
      key: "on_retry_exhausted",
      label: "retry_exhausted",
      target: state.onRetryExhausted,
    });
  }
  if (state.onThrottleHard !== null) {
    found.push({
      key: "on_throttle_hard",
      label: "throttle_hard",
      target: state.onThrottleHard,
    });
  }
  if (state.onRateLimitExhausted !== undefined) {
    found.push({
      key: "on_rate_limit_exhausted",
      label: "rate_limit_exhausted",
      target: state.onRateLimitExhausted,
    });
  }
  if (state.onBudgetExceeded !== undefined) {
    found.push({
      key: "on_budget_exceeded",
      label: "budget_exceeded",
      target: state.onBudgetExceeded,
    });
  }
  if (state.onMaintain !== null) {
    found.push({
      key: "on_maintain",
      label: "maintain",
      target: state.onMaintain,
    });
  }
  return found;
}

/** Returns the ways out by target, targets in the order of their first mention. */
export function groupByTarget(
  transitions: readonly Transition[],
): readonly { readonly target: string; readonly labels: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { target, label } of transitions) {
    const labels = groups.get(target) ?? [];
    if (!labels.includes(label)) labels.push(label);
    groups.set(target, labels);
  }
  return Array.from(groups, ([target, labels]) => ({ target, labels }));
}

/** Returns the states that can be reached from the initial one, summary states included. */
export function reachableStates(loop: Loop): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [loop.initial, loop.onMaxSteps, loop.onMaxIterations];
  if (loop.circuit !== null) open.push(loop.circuit.onRepeatedFailure);
  if (loop.onBudgetExceeded !== undefined) open.push(loop.onBudgetExceeded);
  const pressure = loop.hostGuard?.enabled ? pressureWay(loop.hostGuard) : null;
  if (pressure !== null) open.push(pressure.target);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = name === null ? undefined : loop.states[name];
    if (state === undefined || reached.has(state.name)) continue;
    reached.add(state.name);
    for (const { target } of transitionsOf(state)) {
      if (target !== CURRENT_TARGET) open.push(target);
    }
  }
  return reached;
}

/** What {@linkcode kindOf} says of a state in which nothing runs. */
export const NO_KIND = "-";

/** Returns how a state acts: its kind, or {@linkcode NO_KIND}. */
export function kindOf(state: State): string {
  return state.kind === "none" ? NO_KIND : state.kind;
}
