/** Owns the option with which a run goes on that has used up the budget of its loop. */

import {
  type Budget,
  BUDGET_OPTIONS,
  formatSpan,
  limitOf,
  NO_SPEND,
  ROOT_FRAME,
  roundCost,
  type Snapshot,
  spentOf,
  usedUp,
} from "../../model/mod.ts";
import { loopTimeMs } from "../../engine/mod.ts";

/**
 * Returns the option and its value, twice of what there was: `--max-cost`, `2`. `null` where the run has not used
 * up the `budget` of its loop; that of a sub-loop or a state has no option.
 */
export function raiseBudget(
  { frames, atMs }: Pick<Snapshot, "frames" | "atMs">,
  budget: Budget | null,
): readonly [string, string] | null {
  const root = frames[ROOT_FRAME];
  const total = {
    ...(root?.spend?.total ?? NO_SPEND),
    timeMs: root === undefined ? 0 : loopTimeMs(root, atMs),
  };
  const kind = budget === null ? null : usedUp(budget, total);
  if (budget === null || kind === null) return null;
  const limit = limitOf(budget, kind) ?? 0;
  const more = Math.max(limit, spentOf(total, kind)) * 2;
  const value = kind === "cost"
    ? String(roundCost(more))
    : kind === "time"
    ? formatSpan(limit * 2).replaceAll(" ", "")
    : String(more);
  return [BUDGET_OPTIONS[kind], value];
}
