/** Owns what agents have spent, and what happens when a limit of it is reached. */

import {
  addSpend,
  type Budget,
  type BudgetKind,
  formatAmount,
  type Frame,
  limitOf,
  newlyNear,
  NO_SPEND,
  own,
  type PromptSettings,
  roundCost,
  type Spend,
  spentOf,
  type Usage,
  usedUp,
} from "../model/mod.ts";
import type { Decision } from "./decision.ts";
import type { Turn } from "./turn.ts";

/** One limit that a call counts against: of a state, or of a loop with all that it runs. */
interface Pool {
  readonly frame: string;
  readonly of: "state" | "loop";
  readonly loop: string;
  readonly state: string;
  readonly budget: Budget;
  readonly spend: Spend;
}

/** Returns what follows where nothing is left for another call of an agent; `null` where it may be called. */
export function refuseCall(turn: Turn, id: string): Decision | null {
  return findUsedUp(turn, id) === null ? null : leaveByBudget(turn, id);
}

/** Returns how much of each kind a call may use. */
export function leftFor(turn: Turn, id: string): PromptSettings["left"] {
  const least = (kind: BudgetKind): number | null => {
    const left = poolsOf(turn, id).flatMap(({ budget, spend }) => {
      const limit = limitOf(budget, kind);
      return limit === null
        ? []
        : [roundCost(Math.max(0, limit - spentOf(spend, kind)))];
    });
    return left.length === 0 ? null : Math.min(...left);
  };
  return { costUsd: least("cost"), tokens: least("tokens") };
}

/** Counts a call of an agent on behalf of the frame's state, and warns of limits that come near. */
export function charge(turn: Turn, id: string, usage: Usage): void {
  const before = poolsOf(turn, id);
  const { depth, loop, state } = turn.frame(id);
  const label = depth === 0 ? state : `${turn.loop(loop).name}/${state}`;
  const { spend = {} } = turn.snapshot;
  const spent = addSpend(own(spend, label) ?? NO_SPEND, usage);
  turn.patch({ spend: { ...spend, [label]: spent } });
  for (let at: Frame | undefined = turn.frame(id); at !== undefined;) {
    const { total = NO_SPEND, states = {} } = at.spend ?? {};
    const ofState = addSpend(own(states, at.state) ?? NO_SPEND, usage);
    turn.update(at.id, {
      spend: {
        total: addSpend(total, usage),
        states: { ...states, [at.state]: ofState },
      },
    });
    at = at.parent === null ? undefined : turn.frame(at.parent);
  }
  poolsOf(turn, id).forEach((pool, index) => {
    const { budget } = pool;
    const spent = {
      before: before[index]?.spend ?? NO_SPEND,
      after: pool.spend,
    };
    for (const kind of newlyNear(budget, spent)) {
      turn.emit(id, { event: "budget_warning", ...factsOf(pool, kind) });
    }
  });
}

/** Leaves a state whose budget, or that of a loop that it is in, is used up. */
export function leaveByBudget(turn: Turn, id: string): Decision {
  const state = turn.state(id);
  const loop = turn.loop(turn.frame(id).loop);
  const target = state.onBudgetExceeded ?? loop.onBudgetExceeded;
  const found = findUsedUp(turn, id);
  if (found !== null) {
    turn.emit(id, {
      event: "budget_exceeded",
      ...factsOf(found.pool, found.kind),
      ...(target === undefined ? {} : { next: target }),
    });
  }
  if (target !== undefined) {
    return { do: "follow", target, by: "on_budget_exceeded" };
  }
  const error = found === null
    ? "A budget is used up"
    : describe(found.pool, found.kind);
  return { do: "finish", end: { by: "budget_exceeded", error } };
}

/** Returns whether the budget of a frame, or of one above it, is used up. */
export function isUsedUp(turn: Turn, id: string): boolean {
  return findUsedUp(turn, id) !== null;
}

function findUsedUp(
  turn: Turn,
  id: string,
): { readonly pool: Pool; readonly kind: BudgetKind } | null {
  for (const pool of poolsOf(turn, id)) {
    const kind = usedUp(pool.budget, pool.spend);
    if (kind !== null) return { pool, kind };
  }
  return null;
}

/** The frame's own limits first, those above it after. */
function poolsOf(turn: Turn, id: string): readonly Pool[] {
  const pools: Pool[] = [];
  for (let at: Frame | undefined = turn.frame(id); at !== undefined;) {
    const loop = turn.loop(at.loop);
    const state = turn.state(at.id);
    const place = { frame: at.id, loop: loop.name, state: state.name };
    if (state.budget !== undefined) {
      const spend = own(at.spend?.states ?? {}, state.name) ?? NO_SPEND;
      pools.push({ ...place, of: "state", budget: state.budget, spend });
    }
    if (loop.budget !== undefined) {
      const spend = at.spend?.total ?? NO_SPEND;
      pools.push({ ...place, of: "loop", budget: loop.budget, spend });
    }
    at = at.parent === null ? undefined : turn.frame(at.parent);
  }
  return pools;
}

function factsOf(pool: Pool, kind: BudgetKind) {
  return {
    state: pool.state,
    loop: pool.loop,
    of: pool.of,
    kind,
    spent: spentOf(pool.spend, kind),
    limit: limitOf(pool.budget, kind) ?? 0,
  };
}

function describe(pool: Pool, kind: BudgetKind): string {
  const limit = formatAmount(kind, limitOf(pool.budget, kind) ?? 0);
  const spent = spentOf(pool.spend, kind);
  const of = pool.of === "state"
    ? `state "${pool.state}"`
    : `loop "${pool.loop}"`;
  const isOver = spent > (limitOf(pool.budget, kind) ?? 0);
  const used = isOver ? ` (${formatAmount(kind, spent)} spent)` : "";
  return `Used up the budget of ${of}: ${limit}${used}`;
}
