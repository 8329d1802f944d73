/** Owns when a judge abstains, so that its state runs again, and where that leads in the end (EXEC 4.6). */

import { judgeOf, possibilitiesOf } from "./possibilities.ts";
import { CURRENT_TARGET, type State } from "./loop.ts";
import { own } from "./own.ts";
import type { Way } from "./way_out.ts";

/** A state whose judge abstains runs again so often in a row; then it is an error. */
export const ABSTENTIONS_MAX = 2;

/** The verdict of a judge that cannot judge. */
export const ABSTENTION_VERDICT = "cannot_judge";

/** What the way of a state that runs again for it is called in `route` events. */
export const ABSTENTION_RULE = "abstention";

/** Returns whether `verdict` is one with which the judge of `state` abstains, and that the state does not route by name. */
export function isAbstention(
  state: Pick<State, "kind" | "evaluate" | "next" | "on" | "route">,
  verdict: string,
): boolean {
  return judgeOf(state) === "llm_structured" &&
    /^cannot_judge(?:_|$)/.test(verdict) &&
    own(state.route ?? state.on, verdict) === undefined;
}

/** Returns whether the judge of a state of `loop` may abstain. */
export function mayAbstain(
  loop: Parameters<typeof possibilitiesOf>[0],
  state: Parameters<typeof isAbstention>[0],
): boolean {
  const { known, isOpen } = possibilitiesOf(loop, state);
  return known.some(({ verdict }) => isAbstention(state, verdict)) ||
    (isOpen && isAbstention(state, ABSTENTION_VERDICT));
}

/**
 * Returns where a state goes whose judge abstains and has done so `count` times in a row before; `null` where it is an
 * error that nothing routes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const state = { route: null, on: { error: "failed" } };
 * assertEquals(wayOfAbstention(state, 1)?.target, "$current");
 * assertEquals(wayOfAbstention(state, 2), { target: "failed", by: "on_error" });
 * assertEquals(wayOfAbstention({ route: { yes: "done", _: "done" }, on: {} }, 2), null);
 * ```
 */
export function wayOfAbstention(
  { route, on }: Pick<State, "route" | "on">,
  count: number,
): Way | null {
  if (count < ABSTENTIONS_MAX) {
    return { target: CURRENT_TARGET, by: ABSTENTION_RULE };
  }
  const target = route === null ? own(on, "error") : own(route, "_error");
  const by = route === null ? "on_error" : "route _error";
  return target === undefined ? null : { target, by };
}
