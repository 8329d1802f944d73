/** Owns the options with which a run goes on that has used up the budget of its loop. */

import {
  type Budget,
  BUDGET_KINDS,
  BUDGET_OPTIONS,
  type BudgetKind,
  formatSpan,
  limitOf,
  NO_SPEND,
  ROOT_FRAME,
  roundCost,
  type Snapshot,
  spentOf,
  unreachable,
} from "../../model/mod.ts";
import { loopTimeMs } from "../../engine/mod.ts";

/**
 * Returns the options and their values, twice of what there was: `--max-cost`, `2`. All kinds of which nothing is
 * left are among them: with one alone the run would stop again at once. `null` where the run has not used up the
 * `budget` of its loop; that of a sub-loop or a state has no option.
 */
export function raiseBudget(
  { frames, atMs }: Pick<Snapshot, "frames" | "atMs">,
  budget: Budget | null,
): readonly string[] | null {
  if (budget === null) return null;
  const root = frames[ROOT_FRAME];
  const total = {
    ...(root?.spend?.total ?? NO_SPEND),
    timeMs: root === undefined ? 0 : loopTimeMs(root, atMs),
  };
  const words = BUDGET_KINDS.flatMap((kind) => {
    const limit = limitOf(budget, kind);
    const spent = spentOf(total, kind);
    if (limit === null || spent < limit) return [];
    return [BUDGET_OPTIONS[kind], valueOf(kind, { limit, spent })];
  });
  return words.length === 0 ? null : words;
}

function valueOf(
  kind: BudgetKind,
  { limit, spent }: { readonly limit: number; readonly spent: number },
): string {
  const more = Math.max(limit, spent) * 2;
  switch (kind) {
    case "cost":
      return String(roundCost(more));
    case "time":
      return formatSpan(limit * 2).replaceAll(" ", "");
    case "tokens":
    case "calls":
      return String(more);
    default:
      return unreachable(kind);
  }
}
