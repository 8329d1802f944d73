/** Owns which target a verdict leads to (EXEC 5.1 to 5.3), for the engine and whatever foresees it. */

import type { State } from "./loop.ts";
import { own } from "./own.ts";

/**
 * Returns the target for `verdict`, or `null`: the exact key of the table, then `_`, then
 * `_error` for `error` and `no`; without a table `on_<verdict>`, and `on_error` for a `no`
 * that has none.
 */
export function pickTarget(
  state: Pick<State, "route" | "on">,
  verdict: string,
): string | null {
  const isFailing = verdict === "error" || verdict === "no";
  if (state.route !== null) {
    const exact = verdict.startsWith("_")
      ? undefined
      : own(state.route, verdict);
    return exact ?? own(state.route, "_") ??
      (isFailing ? own(state.route, "_error") : undefined) ?? null;
  }
  return own(state.on, verdict) ??
    (isFailing ? own(state.on, "error") : undefined) ??
    null;
}
