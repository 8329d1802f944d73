/** Owns what agents have spent, and what happens when a limit of it is reached. */

import {
  addSpend,
  type AgentReport,
  type Budget,
  type BudgetKind,
  type ChildEnd,
  formatUsed,
  type Frame,
  limitOf,
  newlyNear,
  NO_SPEND,
  own,
  type PromptSettings,
  roundCost,
  type Spent,
  spentOf,
  type Usage,
  usedUp,
} from "../model/mod.ts";
import type { Decision } from "./decision.ts";
import {
  endOfTimeout,
  loopTimeMs,
  stateTimeMs,
  type TimePool,
  timePoolsOf,
} from "./time.ts";
import type { Turn } from "./turn.ts";

/** One limit that a call counts against: of a state, or of a loop with all that it runs. */
interface Pool {
  readonly frame: string;
  readonly of: "state" | "loop";
  readonly loop: string;
  readonly state: string;
  readonly budget: Budget;
  readonly spend: Spent;
}

/** A limit of which nothing is left. */
interface UsedUp {
  readonly pool: Pool;
  readonly kind: BudgetKind;
}

/** Returns what follows where nothing is left for another call of an agent; `null` where it may be called. */
export function refuseCall(turn: Turn, id: string): Decision | null {
  return findUsedUp(turn, id) === null ? null : leaveByBudget(turn, id);
}

/** Returns what follows where nothing is left of the time that a state or its loops have; `null` where it may go on. */
export function refuseByTime(turn: Turn, id: string): Decision | null {
  const isUp = ({ limitMs, spentMs }: TimePool) => spentMs >= limitMs;
  return timePoolsOf(turn, id).some(isUp) ? leaveByTime(turn, id) : null;
}

/**
 * Takes back the step of a state that was not carried out, where its loop ends there: it is entered again when
 * the run goes on.
 */
export function withoutStep(
  turn: Turn,
  id: string,
  decision: Decision,
): Decision {
  if (decision.do !== "finish") return decision;
  turn.update(id, { steps: Math.max(0, turn.frame(id).steps - 1) });
  return decision;
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
      before: before[index]?.spend ?? pool.spend,
      after: pool.spend,
    };
    for (const kind of newlyNear(budget, spent)) {
      turn.emit(id, { event: "budget_warning", ...factsOf(pool, kind) });
    }
  });
}

/**
 * Leaves a state whose budget, or that of a loop that it is in, is used up. Only who has set a budget leads on
 * when it is: what it runs ends, for nothing in it can go on without agents. `stoppedAt` is what the agent was
 * stopped at, where it was.
 */
export function leaveByBudget(
  turn: Turn,
  id: string,
  stoppedAt: AgentReport["exceeded"] = null,
): Decision {
  const found = findUsedUp(turn, id);
  if (found !== null) return leaveUsedUp(turn, id, found);
  const owner = ownerOfLeast(turn, id, stoppedAt);
  return followOrFinish(turn, id, { error: "A budget is used up", owner });
}

/**
 * Leaves a state whose time is up: by the budget of time that is used up, or by the deadline of the loop. What was
 * ended by one has used it up, whatever the clock says to the millisecond.
 */
export function leaveByTime(turn: Turn, id: string): Decision {
  const { deadlineMs } = turn.frame(id);
  const [first] = timePoolsOf(turn, id).toSorted((a, b) =>
    a.limitMs - a.spentMs - (b.limitMs - b.spentMs)
  );
  const deadlineLeftMs = (deadlineMs ?? Infinity) - turn.nowMs;
  if (first === undefined || deadlineLeftMs < first.limitMs - first.spentMs) {
    return { do: "finish", end: endOfTimeout(turn, id) };
  }
  const pool = poolsOf(turn, id).find(({ frame, of }) =>
    frame === first.frame && of === first.of
  );
  return pool === undefined
    ? { do: "finish", end: endOfTimeout(turn, id) }
    : leaveUsedUp(turn, id, { pool, kind: "time" });
}

function leaveUsedUp(turn: Turn, id: string, { pool, kind }: UsedUp): Decision {
  const target = wayOf(turn, pool.frame);
  turn.emit(id, {
    event: "budget_exceeded",
    ...factsOf(pool, kind),
    ...(target === undefined ? {} : { next: target }),
  });
  const { timeMs } = pool.budget;
  // What comes after has no agents any more, but time: else nothing could be done there.
  if (
    kind === "time" && pool.of === "loop" && target !== undefined &&
    timeMs !== undefined
  ) turn.update(pool.frame, { timeUpMs: timeMs });
  return followOrFinish(turn, id, {
    error: describe({ pool, kind }),
    owner: pool.frame,
  });
}

/**
 * Returns what follows from a sub-loop that a used-up budget has ended; `null` where that budget was its own, or one
 * below: to the loop above it has failed.
 */
export function leaveChildByBudget(
  turn: Turn,
  id: string,
  { error, budgetOf }: ChildEnd,
): Decision | null {
  const owner = budgetOf ?? findUsedUp(turn, id)?.pool.frame;
  if (owner === undefined || !isAtOrAbove(owner, id)) return null;
  return followOrFinish(turn, id, {
    error: error ?? "A budget is used up",
    owner,
  });
}

function followOrFinish(
  turn: Turn,
  id: string,
  { error, owner }: { readonly error: string; readonly owner: string },
): Decision {
  const target = owner === id ? wayOf(turn, id) : undefined;
  return target === undefined
    ? { do: "finish", end: { by: "budget_exceeded", error, budgetOf: owner } }
    : { do: "follow", target, by: "on_budget_exceeded" };
}

/** Where a frame goes on when a budget that it has set is used up. */
function wayOf(turn: Turn, id: string): string | undefined {
  return turn.state(id).onBudgetExceeded ??
    turn.loop(turn.frame(id).loop).onBudgetExceeded;
}

/** Whose budget an agent was stopped at that has not used all of it, by what was counted after. */
function ownerOfLeast(
  turn: Turn,
  id: string,
  kind: AgentReport["exceeded"],
): string {
  if (kind !== "cost" && kind !== "tokens") return id;
  const lefts = poolsOf(turn, id).flatMap(({ frame, budget, spend }) => {
    const limit = limitOf(budget, kind);
    return limit === null
      ? []
      : [{ frame, left: limit - spentOf(spend, kind) }];
  });
  const [least] = lefts.toSorted((a, b) => a.left - b.left);
  return least?.frame ?? id;
}

function isAtOrAbove(frame: string, id: string): boolean {
  return id === frame || id.startsWith(`${frame}.`);
}

/** Returns why no agent may be called, to complete "since …"; `null` where one may. */
export function whyNoCall(turn: Turn, id: string): string | null {
  const found = findUsedUp(turn, id);
  if (found === null) return null;
  const { owner, used } = wordsOf(found);
  return `the budget of ${owner} is used up: ${used}`;
}

function findUsedUp(turn: Turn, id: string): UsedUp | null {
  for (const pool of poolsOf(turn, id)) {
    const kind = usedUp(pool.budget, pool.spend);
    if (kind !== null) return { pool, kind };
  }
  return null;
}

/** The frame's own limits first, those above it after. */
function poolsOf(turn: Turn, id: string): readonly Pool[] {
  const pools: Pool[] = [];
  const { nowMs } = turn;
  for (let at: Frame | undefined = turn.frame(id); at !== undefined;) {
    const loop = turn.loop(at.loop);
    const state = turn.state(at.id);
    const place = { frame: at.id, loop: loop.name, state: state.name };
    if (state.budget !== undefined) {
      const spend = {
        ...(own(at.spend?.states ?? {}, state.name) ?? NO_SPEND),
        timeMs: stateTimeMs(at, state.name, nowMs),
      };
      pools.push({ ...place, of: "state", budget: state.budget, spend });
    }
    if (loop.budget !== undefined) {
      const spend = {
        ...(at.spend?.total ?? NO_SPEND),
        timeMs: loopTimeMs(at, nowMs),
      };
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

function describe(found: UsedUp): string {
  const { owner, used } = wordsOf(found);
  return `Used up the budget of ${owner}: ${used}`;
}

function wordsOf({ pool, kind }: UsedUp) {
  const { loop, state, of, spent, limit } = factsOf(pool, kind);
  return {
    owner: of === "state" ? `state "${state}"` : `loop "${loop}"`,
    used: formatUsed(kind, { spent, limit }),
  };
}
