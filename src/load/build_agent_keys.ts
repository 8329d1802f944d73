/** Owns the keys about agents and their environment that a loop and its states share. */

import {
  type Budget,
  type JsonObject,
  type Loop,
  type SessionMode,
  type State,
  TAMPER_POLICIES,
  type Variables,
} from "../model/mod.ts";
import {
  asScalarText,
  readNumber,
  readOptionalMap,
  readSeconds,
  readText,
  readTexts,
} from "./values.ts";

/** What both may have; a key that is absent is none of it. */
export type AgentKeys = Pick<
  Loop & State,
  | "host"
  | "sessionMode"
  | "budget"
  | "onBudgetExceeded"
  | "tamperGuard"
  | "env"
  | "envAllow"
>;

/** Values of `session_mode`. */
export const SESSION_MODES: readonly SessionMode[] = ["fresh", "continue"];

/** Returns the keys that `map` has. */
export function buildAgentKeys(map: JsonObject): AgentKeys {
  const host = readText(map, "host");
  const mode = readText(map, "session_mode");
  const sessionMode = SESSION_MODES.find((known) => known === mode);
  const budget = buildBudget(map);
  const onBudgetExceeded = readText(map, "on_budget_exceeded");
  const guard = readText(map, "tamper_guard");
  const env = buildVariables(map);
  const envAllow = readTexts(map, "env_allow");
  const tamperGuard = TAMPER_POLICIES.find((known) => known === guard);
  return {
    ...(tamperGuard === undefined ? {} : { tamperGuard }),
    ...(env === null ? {} : { env }),
    ...(envAllow === null ? {} : { envAllow }),
    ...(host === null ? {} : { host }),
    ...(sessionMode === undefined ? {} : { sessionMode }),
    ...(budget === null ? {} : { budget }),
    ...(onBudgetExceeded === null ? {} : { onBudgetExceeded }),
  };
}

function buildVariables(map: JsonObject): Variables | null {
  const given = readOptionalMap(map, "env");
  if (given === null) return null;
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const text = asScalarText(value);
    if (text !== null) variables[name] = text;
  }
  return variables;
}

/** `cost_ceiling` is the reference's name for the money of a state, which it never looks at. */
function buildBudget(map: JsonObject): Budget | null {
  const given = readOptionalMap(map, "budget");
  const ceiling = readOptionalMap(map, "cost_ceiling");
  const ceilingUsd = ceiling === null
    ? null
    : readNumber(ceiling, "cost_ceiling_per_state");
  if (given === null && ceilingUsd === null) return null;
  const read = (key: string) => given === null ? null : readNumber(given, key);
  const costUsd = read("max_cost") ?? ceilingUsd;
  const tokens = read("max_tokens");
  const calls = read("max_calls");
  const timeMs = given === null ? null : readSeconds(given, "max_time");
  const warnUsd = ceiling === null ? null : readNumber(ceiling, "cost_warn_at");
  const warnAt = read("warn_at") ??
    (warnUsd !== null && ceilingUsd ? warnUsd / ceilingUsd : null);
  return {
    ...(costUsd === null ? {} : { costUsd }),
    ...(tokens === null ? {} : { tokens }),
    ...(calls === null ? {} : { calls }),
    ...(timeMs === null ? {} : { timeMs }),
    ...(warnAt === null ? {} : { warnAt }),
  };
}
