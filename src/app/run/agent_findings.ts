/**
 * Owns what is said before a run about its agents: no limit of what they may spend, a money limit that
 * nobody can keep to, keys that the chosen host has nothing for.
 */

import { lackedOptions } from "../../check/mod.ts";
import {
  type Budget,
  type Finding,
  HOST_FACTS,
  limitsSpend,
  LIST_PRICES,
  type Loop,
  type LoopOrigin,
  priceOf,
  wrongEffort,
} from "../../model/mod.ts";
import type { ChosenHost, HostWorld } from "../hosts/mod.ts";
import { type AgentState, agentStates } from "./agent_states.ts";
import { hostChoice } from "./agent_settings.ts";
import type { Prepared } from "./prepare.ts";
import { tryChoose } from "./try_choose.ts";

/** What loops of ours may spend when nobody says. */
export const DEFAULT_BUDGET: Budget = {
  costUsd: 5,
  tokens: 2_000_000,
  isDefault: true,
};

/** Returns the loop with a default budget where it is ours, calls an agent and has no limit. */
export function withDefaultBudget(
  loop: Loop,
  given: {
    readonly origin: LoopOrigin;
    readonly definitions: Prepared["definitions"];
  },
): Loop {
  const isOurs = given.origin === "built-in" || given.origin === "command";
  if (!isOurs || hasAnyLimit(given.definitions)) return loop;
  if (agentStates(given).length === 0) return loop;
  return { ...loop, budget: { ...loop.budget, ...DEFAULT_BUDGET } };
}

/** Returns the warnings about the agents of a run. */
export function agentFindings(
  world: HostWorld,
  prepared: Pick<Prepared, "definitions" | "request" | "project" | "loop">,
): readonly Finding[] {
  const states = agentStates(prepared);
  const [first] = states;
  if (first === undefined) return [];
  const { loop, definitions } = prepared;
  const findings: Finding[] = [];
  if (!hasAnyLimit(definitions)) {
    findings.push({
      rule: "no-budget",
      severity: "warning",
      message:
        `Nothing limits what the agents of loop "${loop.name}" may spend`,
      at: first.state.at,
      onKey: true,
      hint:
        "Add --max-cost USD or --max-tokens N, or to the file: budget: { max_cost: 5 }",
    });
  }
  const choice = hostChoice(prepared);
  for (const each of states) {
    const host = tryChoose(world, choice, each);
    if (host === null) continue;
    findings.push(...optionFindings(each, host));
    findings.push(...effortFindings(each, host));
    const price = priceFinding(each, host, prepared);
    const isNew = price !== null &&
      findings.every(({ message }) => message !== price.message);
    if (isNew) findings.push(price);
  }
  return findings;
}

function hasAnyLimit({ loops }: Prepared["definitions"]): boolean {
  return Object.values(loops).some((loop) =>
    limitsSpend(loop.budget) ||
    Object.values(loop.states).some((state) => limitsSpend(state.budget))
  );
}

/** What the file itself names is told by a rule. */
function optionFindings(
  { state, loop, named }: AgentState,
  host: ChosenHost,
): Finding[] {
  if (named !== null) return [];
  return lackedOptions(state, loop, host.name).map((option) => ({
    rule: "host-lacks-option",
    severity: "warning",
    message:
      `"${option}" has no effect: host "${host.name}" has no such option`,
    at: { file: state.at.file, path: [...state.at.path, option] },
    onKey: true,
  }));
}

/** Where the file names no host, its rule knows what hosts take, not what this one does. */
function effortFindings(
  { state, named }: AgentState,
  host: ChosenHost,
): Finding[] {
  const { effort } = state;
  if (named !== null || effort === null) return [];
  const wrong = wrongEffort(effort, host.name);
  if (wrong === null || wrongEffort(effort, null) !== null) return [];
  return [{
    rule: "unknown-effort",
    severity: "warning",
    message: `"effort" is "${effort}", and ${wrong.reason}`,
    at: { file: state.at.file, path: [...state.at.path, "effort"] },
    ...(wrong.near === null ? {} : { hint: `Did you mean "${wrong.near}"?` }),
  }];
}

/** A cost that nobody can tell is no limit. */
function priceFinding(
  { state, loop }: AgentState,
  host: ChosenHost,
  { request, project, definitions }: Pick<
    Prepared,
    "definitions" | "request" | "project"
  >,
): Finding | null {
  const budgets = [
    state.budget,
    loop.budget,
    definitions.loops[definitions.root]?.budget,
  ].filter((budget) => budget !== undefined);
  const isMoney = budgets.some(({ costUsd }) => costUsd !== undefined);
  const isTokens = budgets.some(({ tokens }) => tokens !== undefined);
  if (!isMoney || isTokens || HOST_FACTS[host.name].tellsCost) return null;
  const model = state.model ?? request.model;
  const prices = { ...LIST_PRICES, ...project.config.prices };
  if (priceOf(model, prices) !== null) return null;
  const what = model === null
    ? `host "${host.name}" does not tell what a call costs, and no model is named`
    : `the price of model "${model}" is not known`;
  return {
    rule: "unknown-price",
    severity: "warning",
    message: `The limit of cost may not hold: ${what}`,
    at: state.at,
    onKey: true,
    hint:
      "Add a limit of tokens (--max-tokens N), or the price to prices in .loops/config.yaml",
  };
}
