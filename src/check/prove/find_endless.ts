/** Owns finding cycles that nothing outside can end, and no limit of their own. */

import { hasAction, type Loop, type State } from "../../model/mod.ts";
import { isDecidedOutside } from "./decides.ts";
import type { Edge, Machine, Step } from "./machine.ts";
import {
  isBudgeted,
  isFailure,
  isHeld,
  isWatched,
  type Move,
} from "./moves.ts";
import { strongComponents } from "./strong_components.ts";
import { wayRound } from "./way_to.ts";

/** A cycle that goes on by itself. */
export interface Endless {
  /** Its nearest situation. */
  readonly situation: number;
  /** From there round to there, a shortest one. */
  readonly round: readonly Step[];
}

/**
 * Returns a shortest cycle of each part of the machine in which one can go round for ever without
 * any state on the way whose result depends on what is outside. Counters are part of the
 * machine: what retries or a throttle end is no cycle. States that `isMeant` names may go round.
 */
export function findEndless(
  machine: Machine,
  isMeant: (state: State) => boolean,
): readonly Endless[] {
  const { situations, edges, loop } = machine;
  const all = edges.map((each) =>
    each.map(({ to }) => to).filter((to) => to >= 0)
  );
  const fed = partsWithActions(machine, strongComponents(all));
  const stays = situations.map(({ state }, index) => {
    if (isMeant(state) || isTripped(machine, state)) return false;
    // Somebody who keeps a loop up wants it to go on.
    if (state.terminal) return false;
    const moves = (edges[index] ?? []).map(({ move }) => move);
    return !isBudgetLeft(loop, state, moves) &&
      !isDecidedOutside(state, moves, fed[index] ?? false);
  });
  // What cannot be started may not be startable for ever, which no definition says.
  const isOpen = ({ from, to, move }: Edge) =>
    stays[from] === true && stays[to] === true &&
    !isFailure(move) && !isHeld(move);
  const open = edges.map((each) => each.filter(isOpen).map(({ to }) => to));
  const parts = strongComponents(open);
  const seen = new Set<number>();
  const found: Endless[] = [];
  for (const index of situations.keys()) {
    const part = parts[index] ?? -1;
    if (stays[index] !== true || seen.has(part)) continue;
    if ((situations[index]?.depth ?? 0) >= loop.maxSteps) continue;
    const round = wayRound(machine, index, isOpen);
    if (round === null) continue;
    seen.add(part);
    found.push({ situation: index, round });
  }
  return found;
}

/** Whether the stall circuit sees it when a state gives the same result again and again. */
function isTripped({ loop }: Machine, state: State): boolean {
  return loop.circuit !== null && isWatched(state);
}

/** Whether a budget of the loop or the state ends it when the state goes round, by another way than its usual one. */
function isBudgetLeft(
  loop: Loop,
  state: State,
  moves: readonly Move[],
): boolean {
  const usual = new Set(
    moves.filter(({ cause }) => cause === "turnout").map(({ target }) =>
      target
    ),
  );
  return isBudgeted(loop, state) &&
    moves.some(({ cause, target }) =>
      (cause === "budget" || cause === "time") && !usual.has(target)
    );
}

/** Returns, by situation, whether an action or a sub-loop runs in a part of the machine that it belongs to. */
function partsWithActions(
  { situations }: Machine,
  parts: readonly number[],
): readonly boolean[] {
  const fed = new Set<number>();
  for (const [index, { state }] of situations.entries()) {
    if (hasAction(state) || state.kind === "loop") fed.add(parts[index] ?? -1);
  }
  return parts.map((part) => fed.has(part));
}
