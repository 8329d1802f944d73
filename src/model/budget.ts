/** Owns budgets: what a state, a loop and its run may spend, and what they have spent. */

import { formatSpan } from "./duration_text.ts";
import { addUsage, countedTokens, NO_USAGE, type Usage } from "./usage.ts";

/** What may be spent; a limit that is absent is none. */
export interface Budget {
  /** US dollars. */
  readonly costUsd?: number;
  /** Tokens that were sent, written or cached, not those that were read from a cache. */
  readonly tokens?: number;
  /** Calls of an agent, to act or to judge. */
  readonly calls?: number;
  /** Time that passes in a loop or a state, whatever is done in it, pauses of the run aside; in ms. */
  readonly timeMs?: number;
  /** Part of a limit from which on is warned. @default {0.8} */
  readonly warnAt?: number;
  /** Whether nobody has set it: the limit that built-in loops get. */
  readonly isDefault?: true;
}

/** What has a limit in a budget. */
export const BUDGET_KINDS = ["cost", "tokens", "calls", "time"] as const;

/** One of {@linkcode BUDGET_KINDS}. */
export type BudgetKind = typeof BUDGET_KINDS[number];

/** What was spent. */
export interface Spend extends Usage {
  readonly calls: number;
}

/** What was spent, and the time that it took. */
export interface Spent extends Spend {
  readonly timeMs: number;
}

/** Nothing was spent. */
export const NO_SPEND: Spend = { ...NO_USAGE, costUsd: null, calls: 0 };

/** From this part of a limit on is warned. */
export const WARN_AT = 0.8;

/** The options that set each limit of a run. */
export const BUDGET_OPTIONS: { readonly [kind in BudgetKind]: string } = {
  cost: "--max-cost",
  tokens: "--max-tokens",
  calls: "--max-calls",
  time: "--max-time",
};

/** Returns what is spent after one more call. */
export function addSpend(spend: Spend, usage: Usage): Spend {
  return { ...addUsage(spend, usage), calls: spend.calls + 1 };
}

/** Returns what both have spent. */
export function joinSpend(a: Spend, b: Spend): Spend {
  return { ...addUsage(a, b), calls: a.calls + b.calls };
}

/** Returns the limit of one kind; `null` for none. */
export function limitOf(budget: Budget, kind: BudgetKind): number | null {
  switch (kind) {
    case "cost":
      return budget.costUsd ?? null;
    case "tokens":
      return budget.tokens ?? null;
    case "calls":
      return budget.calls ?? null;
    case "time":
      return budget.timeMs ?? null;
  }
}

/** Returns what was spent of one kind. */
export function spentOf(spend: Spent, kind: BudgetKind): number {
  switch (kind) {
    case "cost":
      return spend.costUsd ?? 0;
    case "tokens":
      return countedTokens(spend);
    case "calls":
      return spend.calls;
    case "time":
      return spend.timeMs;
  }
}

/** Returns the first kind of which nothing is left for another call; `null` when all is well. */
export function usedUp(budget: Budget, spend: Spent): BudgetKind | null {
  return BUDGET_KINDS.find((kind) => {
    const limit = limitOf(budget, kind);
    return limit !== null && spentOf(spend, kind) >= limit;
  }) ?? null;
}

/** Returns the kinds whose warning threshold lies between two sums. */
export function newlyNear(
  budget: Budget,
  spent: { readonly before: Spent; readonly after: Spent },
): readonly BudgetKind[] {
  const part = budget.warnAt ?? WARN_AT;
  return BUDGET_KINDS.filter((kind) => {
    const limit = limitOf(budget, kind);
    if (limit === null) return false;
    return spentOf(spent.before, kind) < limit * part &&
      spentOf(spent.after, kind) >= limit * part;
  });
}

/** Returns whether a budget limits anything. */
export function hasLimits(budget: Budget | undefined): boolean {
  return budget !== undefined &&
    BUDGET_KINDS.some((kind) => limitOf(budget, kind) !== null);
}

/** Returns whether a budget limits what agents spend, which one of time alone does not. */
export function limitsSpend(budget: Budget | undefined): boolean {
  return budget !== undefined &&
    BUDGET_KINDS.some((kind) =>
      kind !== "time" && limitOf(budget, kind) !== null
    );
}

/**
 * Returns an amount as people write it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatAmount("cost", 0.5), "$0.50");
 * assertEquals(formatAmount("tokens", 12500), "12.5k tokens");
 * assertEquals(formatAmount("calls", 1), "1 call");
 * assertEquals(formatAmount("time", 90_000), "1m 30s");
 * ```
 */
export function formatAmount(kind: BudgetKind, amount: number): string {
  switch (kind) {
    case "cost":
      return formatCost(amount);
    case "tokens":
      return `${formatTokens(amount)} ${amount === 1 ? "token" : "tokens"}`;
    case "calls":
      return `${amount} ${amount === 1 ? "call" : "calls"}`;
    case "time":
      return formatSpan(amount < 60_000 ? amount : amount - amount % 1000);
  }
}

/**
 * Returns how much of a limit is used, the one form in which that is told. Nobody is told how long it took to
 * notice that a time is up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatUsed("cost", { spent: 1.05, limit: 1 }), "$1.05 of $1.00");
 * assertEquals(formatUsed("tokens", { spent: 800, limit: 1000 }), "800 of 1k tokens");
 * assertEquals(formatUsed("calls", { spent: 3, limit: 3 }), "3 of 3 calls");
 * assertEquals(formatUsed("time", { spent: 10_004, limit: 10_000 }), "10s of 10s");
 * ```
 */
export function formatUsed(
  kind: BudgetKind,
  { spent, limit }: { readonly spent: number; readonly limit: number },
): string {
  const all = formatAmount(kind, limit);
  switch (kind) {
    case "cost":
      return `${formatCost(spent)} of ${all}`;
    case "tokens":
      return `${formatTokens(spent)} of ${all}`;
    case "calls":
      return `${spent} of ${all}`;
    case "time":
      return `${formatAmount(kind, Math.min(spent, limit))} of ${all}`;
  }
}

/** Returns US dollars; small sums with more digits. */
export function formatCost(costUsd: number): string {
  const digits = costUsd !== 0 && Math.abs(costUsd) < 0.1 ? 4 : 2;
  return `$${costUsd.toFixed(digits)}`;
}

/** Returns a number of tokens in at most four digits. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 1_000_000) return `${trim(tokens / 1000)}k`;
  return `${trim(tokens / 1_000_000)}M`;
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(".0", "");
}
