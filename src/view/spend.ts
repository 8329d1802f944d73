/** Owns how spending is told: in a line, by state, and as JSON. */

import {
  type Budget,
  BUDGET_KINDS,
  BUDGET_OPTIONS,
  type BudgetKind,
  countedTokens,
  formatAmount,
  formatCost,
  formatTokens,
  isJsonObject,
  joinSpend,
  type Json,
  type JsonObject,
  limitOf,
  NO_SPEND,
  type Spend,
} from "../model/mod.ts";
import { count } from "./count.ts";

/** What the agents of a run have spent, and may spend. */
export interface SpendSummary {
  readonly states: { readonly [state: string]: Spend };
  /** Of the started loop; `null` without one. */
  readonly budget: Budget | null;
  /** The option that lets the run go on, with a value; where one does. */
  readonly raise?: readonly string[];
}

/** States that the line of an end names one by one. */
const NAMED_STATES_MAX = 4;

/** Returns the sum over states. */
export function totalSpend(states: SpendSummary["states"]): Spend {
  return Object.values(states).reduce(joinSpend, NO_SPEND);
}

/**
 * Returns what was spent: the sum, and by state where there are several.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { NO_SPEND } from "../model/mod.ts";
 * const fix = { ...NO_SPEND, calls: 2, inputTokens: 1500, costUsd: 0.5 };
 * assertEquals(formatSpent({ states: { fix }, budget: null }),
 *   "$0.50, 1.5k tokens, 2 calls of an agent");
 * ```
 */
export function formatSpent({ states }: SpendSummary): string {
  const total = formatOne(totalSpend(states));
  const calls = count(totalSpend(states).calls, "call");
  const names = Object.keys(states);
  const each = names.length < 2
    ? ""
    : ` (${
      names.slice(0, NAMED_STATES_MAX).map((name) =>
        `${name} ${formatMain(states[name] ?? NO_SPEND)}`
      ).join(", ")
    }${names.length > NAMED_STATES_MAX ? ", …" : ""})`;
  return `${total}, ${calls} of an agent${each}`;
}

/** Returns the limits of a budget, and how to raise those that nobody has set; empty without any. */
export function formatBudget({ budget }: Pick<SpendSummary, "budget">): string {
  if (budget === null) return "";
  const kinds = BUDGET_KINDS.filter((kind) => limitOf(budget, kind) !== null);
  if (kinds.length === 0) return "";
  const limitsOf = (some: readonly BudgetKind[]) =>
    some.map((kind) => formatAmount(kind, limitOf(budget, kind) ?? 0))
      .join(", ");
  if (budget.isDefault !== true) return `at most ${limitsOf(kinds)}`;
  // Nobody is given a limit of time that did not ask for it.
  const given = kinds.filter((kind) => kind !== "time");
  const options = given.map((kind) => BUDGET_OPTIONS[kind]).join(" and ");
  const isTimed = given.length < kinds.length;
  return `${isTimed ? `at most ${limitsOf(["time"])}; ` : ""}${
    limitsOf(given)
  } by default; ${options} set${given.length === 1 ? "s" : ""} other limits`;
}

/** Returns spending by state and in all, as JSON. */
export function spendJson(states: SpendSummary["states"]): JsonObject {
  return {
    ...oneJson(totalSpend(states)),
    states: Object.fromEntries(
      Object.entries(states).map(([name, spend]) => [name, oneJson(spend)]),
    ),
  };
}

function oneJson(spend: Spend): JsonObject {
  return {
    calls: spend.calls,
    input_tokens: spend.inputTokens,
    output_tokens: spend.outputTokens,
    cache_read_tokens: spend.cacheReadTokens,
    cache_creation_tokens: spend.cacheWriteTokens,
    cost_usd: spend.costUsd,
  };
}

function formatOne(spend: Spend): string {
  const cost = spend.costUsd === null
    ? "cost unknown"
    : formatCost(spend.costUsd);
  return `${cost}, ${formatAmount("tokens", countedTokens(spend))}`;
}

function formatMain(spend: Spend): string {
  return spend.costUsd === null
    ? formatAmount("tokens", countedTokens(spend))
    : formatCost(spend.costUsd);
}

/** Returns the lines of what {@linkcode spendJson} has made of it: the sum, then each state; none of other JSON. */
export function spendLines(spend: Json | undefined): readonly string[] {
  if (spend === undefined || !isJsonObject(spend)) return [];
  const states = spend["states"] ?? null;
  const rows = isJsonObject(states) ? Object.entries(states) : [];
  const each = rows.flatMap(([name, one]) =>
    isJsonObject(one) ? [`${name}: ${formatJson(one)}`] : []
  );
  return rows.length === 1 ? each : [formatJson(spend), ...each];
}

function formatJson(spend: JsonObject): string {
  const number = (key: string) => {
    const value = spend[key];
    return typeof value === "number" ? value : 0;
  };
  const cost = typeof spend["cost_usd"] === "number"
    ? formatCost(spend["cost_usd"])
    : "cost unknown";
  const sent = number("input_tokens") + number("cache_creation_tokens");
  return `${cost}, ${count(number("calls"), "call")}, ${
    formatAmount("tokens", sent)
  } in, ${formatTokens(number("output_tokens"))} out, ${
    formatTokens(number("cache_read_tokens"))
  } from a cache`;
}
