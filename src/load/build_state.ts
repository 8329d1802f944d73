/** Owns the model of a state: aliases, custom verdicts, the kind of its action. */

import {
  FAILURE_NAMES,
  isJsonObject,
  type Json,
  type JsonObject,
  type OnResume,
  type Origin,
  type Parameter,
  type RateLimits,
  type State,
  type StateKind,
  type Throttle,
} from "../model/mod.ts";
import { buildAgentKeys } from "./build_agent_keys.ts";
import { buildEvaluate } from "./build_evaluate.ts";
import { quote, quoteAll, suggest } from "./describe.ts";
import {
  asScalarText,
  entry,
  readFlag,
  readLimit,
  readMap,
  readNumber,
  readOptionalMap,
  readSeconds,
  readText,
  readTexts,
} from "./values.ts";
import type { Problem } from "./problem.ts";

/** Keys beginning with `on_` that never stand for a verdict of their own. */
export const RESERVED_ON_KEYS: readonly string[] = [
  "on_yes",
  "on_success",
  "on_no",
  "on_failure",
  "on_error",
  "on_partial",
  "on_blocked",
  "on_maintain",
  "on_retry_exhausted",
  "on_rate_limit_exhausted",
  "on_throttle_hard",
  "on_budget_exceeded",
  "on_resume",
];

/** Action types that mean something. */
export const ACTION_TYPES: readonly string[] = [
  "contract",
  "mcp_tool",
  "prompt",
  "shell",
  "slash_command",
];

const THROTTLE_DEFAULTS = { normalMax: 3, warnMax: 8, hardMax: 12 };

/** What building a state needs. */
export interface StateSource {
  readonly name: string;
  readonly map: JsonObject;
  /** Where keys below the state were written. */
  originOf(...below: readonly string[]): Origin;
  isExecutable(path: string): boolean;
  report(problem: Problem, below: readonly string[]): void;
}

/** Returns the state that `source` describes; odd action types are reported. */
export function buildState(source: StateSource): State {
  const { name, map } = source;
  const terminal = readFlag(map, "terminal");
  const evaluate = readOptionalMap(map, "evaluate");
  return {
    name,
    at: source.originOf(),
    kind: kindOf(source),
    action: readText(map, "action"),
    params: readMap(map, "params"),
    stdin: readText(map, "stdin"),
    evaluate: evaluate === null
      ? null
      : buildEvaluate(evaluate, source.originOf("evaluate")),
    route: readRoute(readOptionalMap(map, "route")),
    on: readVerdicts(map),
    next: readText(map, "next"),
    terminal,
    failure: readFlag(map, "failure", {
      fallback: terminal && FAILURE_NAMES.has(name),
    }),
    capture: readText(map, "capture"),
    appendToMessages: readText(map, "append_to_messages"),
    timeoutMs: readLimit(map, "timeout"),
    idleTimeoutMs: readLimit(map, "idle_timeout"),
    onMaintain: readText(map, "on_maintain"),
    maxRetries: readNumber(map, "max_retries"),
    onRetryExhausted: readText(map, "on_retry_exhausted"),
    retryableExitCodes: readNumbers(entry(map, "retryable_exit_codes")),
    loop: readText(map, "loop"),
    contextPassthrough: readFlag(map, "context_passthrough"),
    with: readMap(map, "with"),
    worktree: readText(map, "worktree"),
    bindings: readMap(map, "fragment_bindings"),
    bindingParameters: buildParameters(readMap(map, "fragment_parameters")),
    throttle: readThrottle(readOptionalMap(map, "throttle")),
    onThrottleHard: readText(map, "on_throttle_hard"),
    detach: readFlag(map, "detach"),
    onResume: readOnResume(entry(map, "on_resume")),
    agent: readText(map, "agent"),
    tools: readTexts(map, "tools"),
    model: readText(map, "model"),
    effort: readText(map, "effort"),
    ...buildAgentKeys(map),
    ...buildRateLimits(map),
  };
}

/** Returns the parameters that `map` declares. */
export function buildParameters(
  map: JsonObject,
): { readonly [name: string]: Parameter } {
  const parameters: Record<string, Parameter> = {};
  for (const [name, value] of Object.entries(map)) {
    if (!isJsonObject(value)) continue;
    const values = entry(value, "values");
    parameters[name] = {
      type: readText(value, "type") ?? "",
      required: readFlag(value, "required"),
      default: entry(value, "default") ?? null,
      description: readText(value, "description") ?? "",
      values: Array.isArray(values) ? values : [],
    };
  }
  return parameters;
}

/** First match wins (FORMAT 3.2). */
function kindOf(source: StateSource): StateKind {
  const { map } = source;
  if (readText(map, "loop") !== null) return "loop";
  const isLearning = entry(map, "type") === "learning" &&
    readOptionalMap(map, "learning") !== null;
  if (isLearning) return "learning";
  const type = readText(map, "action_type");
  if (type === "contract") return "contract";
  const action = readText(map, "action");
  if (action === null) return "none";
  switch (type) {
    case "mcp_tool":
      return "mcp";
    case "prompt":
    case "slash_command":
      return "prompt";
    case "shell":
      return "shell";
  }
  const isSlash = action.startsWith("/");
  const word = /^\/\S*/.exec(action)?.[0] ?? "";
  const isProgram = isSlash && source.isExecutable(word);
  if (type !== null) {
    source.report({
      rule: "unknown-action-type",
      severity: "warning",
      message: `Action type ${quote(type)} is unknown: the action runs ${
        isSlash && !isProgram ? "as a slash command" : "in the shell"
      }`,
      hint: `Known types: ${quoteAll(ACTION_TYPES)}`,
      ...suggest(type, ACTION_TYPES, { max: 1 }),
    }, ["action_type"]);
  } else if (isProgram) {
    source.report({
      rule: "absolute-path-action",
      severity: "warning",
      message: `The action begins with the program ${
        quote(word)
      }, so it runs in the shell and not as a slash command`,
      hint: "Add: action_type: shell",
      excerpt: word,
      edit: { kind: "insert", key: "action_type", value: "shell" },
    }, ["action"]);
  }
  return isSlash && !isProgram ? "prompt" : "shell";
}

function readRoute(
  map: JsonObject | null,
): { readonly [verdict: string]: string } | null {
  if (map === null) return null;
  const route: Record<string, string> = {};
  for (const [verdict, value] of Object.entries(map)) {
    const isDropped = verdict.startsWith("_") && verdict !== "_" &&
      verdict !== "_error";
    const target = asScalarText(value);
    if (!isDropped && target !== null) route[verdict] = target;
  }
  return route;
}

function readVerdicts(
  map: JsonObject,
): { readonly [verdict: string]: string } {
  const on: Record<string, string> = {};
  const add = (verdict: string, target: string | null) => {
    if (target !== null) on[verdict] = target;
  };
  add("yes", readText(map, "on_yes") ?? readText(map, "on_success"));
  add("no", readText(map, "on_no") ?? readText(map, "on_failure"));
  add("error", readText(map, "on_error"));
  add("partial", readText(map, "on_partial"));
  add("blocked", readText(map, "on_blocked"));
  for (const key of Object.keys(map)) {
    if (key.startsWith("on_") && !RESERVED_ON_KEYS.includes(key)) {
      add(key.slice("on_".length), readText(map, key));
    }
  }
  return on;
}

function readThrottle(map: JsonObject | null): Throttle | null {
  if (map === null) return null;
  return {
    normalMax: readNumber(map, "normal_max") ?? THROTTLE_DEFAULTS.normalMax,
    warnMax: readNumber(map, "warn_max") ?? THROTTLE_DEFAULTS.warnMax,
    hardMax: readNumber(map, "hard_max") ?? THROTTLE_DEFAULTS.hardMax,
  };
}

function readOnResume(value: Json | undefined): OnResume {
  if (value === "ask" || value === "fail") return { policy: value };
  if (isJsonObject(value)) {
    const command = readText(value, "check");
    if (command !== null) return { policy: "check", command };
  }
  return { policy: "rerun" };
}

/** Keys that are absent are left to the defaults. */
function buildRateLimits(
  map: JsonObject,
): Pick<State, "rateLimits" | "onRateLimitExhausted"> {
  const retries = readNumber(map, "max_rate_limit_retries");
  const baseMs = readSeconds(map, "rate_limit_backoff_base_seconds");
  const maxWaitMs = readSeconds(map, "rate_limit_max_wait_seconds");
  const ladder = readNumbers(entry(map, "rate_limit_long_wait_ladder"));
  const limits: Partial<RateLimits> = {
    ...(retries === null ? {} : { retries }),
    ...(baseMs === null ? {} : { baseMs }),
    ...(maxWaitMs === null ? {} : { maxWaitMs }),
    ...(ladder === null
      ? {}
      : { ladderMs: ladder.map((seconds) => seconds * 1000) }),
  };
  const target = readText(map, "on_rate_limit_exhausted");
  return {
    ...(Object.keys(limits).length === 0 ? {} : { rateLimits: limits }),
    ...(target === null ? {} : { onRateLimitExhausted: target }),
  };
}

function readNumbers(value: Json | undefined): readonly number[] | null {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === "number")
    : null;
}
