/** Owns where a state leads (EXEC 5.1 to 5.3, 6.4), for the engine and whatever foresees it. */

import { CURRENT_TARGET, type Loop, type State } from "./loop.ts";
import { own } from "./own.ts";

/** A target as the definition has it, and the rule that names it: `on_no`, `next`, `route _`. */
export interface Way {
  readonly target: string;
  readonly by: string;
}

/** How a state turned out. */
export interface Turnout {
  readonly verdict: string;
  /** Of its action; `null` where none ran. */
  readonly exitCode: number | null;
}

/** What of a state says where it leads. */
export type Crossroads = Pick<
  State,
  | "kind"
  | "name"
  | "next"
  | "on"
  | "onRetryExhausted"
  | "retryableExitCodes"
  | "route"
>;

/**
 * Returns the way out of a state, or `null` where it names none: by the end of its sub-loop,
 * by `next`, or by its verdict.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const state = {
 *   kind: "shell", name: "a", next: null, on: { yes: "b", error: "c" }, route: null,
 *   onRetryExhausted: null, retryableExitCodes: null,
 * } as const;
 * assertEquals(wayOut(state, { verdict: "no", exitCode: 1 }), { target: "c", by: "on_error" });
 * assertEquals(wayOut(state, { verdict: "partial", exitCode: 0 }), null);
 * ```
 */
export function wayOut(state: Crossroads, turnout: Turnout): Way | null {
  if (state.kind === "loop") return wayOutOfSubLoop(state, turnout.verdict);
  if (state.next !== null) {
    return wayByNext(state, turnout.exitCode ?? 0, state.next);
  }
  return wayBeyondRetry(state, turnout) ?? wayByVerdict(state, turnout.verdict);
}

/** Returns the way that the state's key `on_<verdict>` names. */
export function wayOn(
  state: Pick<State, "on">,
  verdict: string,
): Way | null {
  const target = own(state.on, verdict);
  return target === undefined ? null : { target, by: `on_${verdict}` };
}

/** Returns where a loop that is kept up starts again. */
export function maintainWay(
  loop: Pick<Loop, "initial">,
  state: Pick<State, "name" | "onMaintain">,
): Way {
  const { onMaintain, name } = state;
  if (onMaintain === null) return { target: loop.initial, by: "maintain" };
  const target = onMaintain === CURRENT_TARGET ? name : onMaintain;
  return { target, by: "on_maintain" };
}

/**
 * The exact key of the table, then `_`, then `_error` for `error` and `no`; without a table
 * `on_<verdict>`, and `on_error` for a `no` that has none.
 */
function wayByVerdict(state: Crossroads, verdict: string): Way | null {
  const isFailing = verdict === "error" || verdict === "no";
  const { route } = state;
  if (route === null) {
    return wayOn(state, verdict) ?? (isFailing ? wayOn(state, "error") : null);
  }
  const row = (key: string): Way | null => {
    const target = own(route, key);
    return target === undefined ? null : { target, by: `route ${key}` };
  };
  return (verdict.startsWith("_") ? null : row(verdict)) ?? row("_") ??
    (isFailing ? row("_error") : null);
}

/** Failed actions leave by `on_error` where there is one; what a signal killed never goes on. */
function wayByNext(
  state: Crossroads,
  exitCode: number,
  next: string,
): Way | null {
  const onError = wayOn(state, "error");
  if (exitCode !== 0 && onError !== null) {
    const isRetryable = exitCode < 0 ||
      (state.retryableExitCodes?.includes(exitCode) ?? true);
    return isRetryable ? onError : wayExhausted(state) ?? onError;
  }
  return exitCode < 0 ? null : { target: next, by: "next" };
}

function wayBeyondRetry(
  state: Crossroads,
  { verdict, exitCode }: Turnout,
): Way | null {
  const isBeyond = state.retryableExitCodes !== null && verdict === "error" &&
    exitCode !== null && !state.retryableExitCodes.includes(exitCode);
  return isBeyond ? wayExhausted(state) ?? wayOn(state, "error") : null;
}

function wayOutOfSubLoop(state: Crossroads, verdict: string): Way | null {
  const way = wayOn(state, verdict) ??
    (verdict === "error" || verdict === "timeout" ? wayOn(state, "no") : null);
  return way?.target === CURRENT_TARGET ? { ...way, target: state.name } : way;
}

function wayExhausted({ onRetryExhausted: target }: Crossroads): Way | null {
  return target === null ? null : { target, by: "on_retry_exhausted" };
}
