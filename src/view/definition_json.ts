/** Owns a definition written back under its YAML keys, as `show --json` prints it: defaults left out, times in seconds. */

import {
  DEFAULT_EVALUATE,
  DEFAULT_HOST_GUARD,
  type Evaluate,
  FAILURE_NAMES,
  hideReferences,
  type Json,
  type JsonObject,
  type LlmSettings,
  type Loop,
  type Parameter,
  type State,
  type StateKind,
  type Variables,
} from "../model/mod.ts";

// `null`: the kind shows in another key.
const ACTION_TYPE_OF: { readonly [kind in StateKind]: string | null } = {
  none: null,
  shell: "shell",
  prompt: "prompt",
  mcp: "mcp_tool",
  contract: "contract",
  learning: null,
  loop: null,
};

// A default that no value equals: the key is always written.
const ALWAYS = "\u0000";

type Entries = readonly (readonly [key: string, value: Json, rest?: Json])[];

/** Stands for a secret wherever values are shown. */
export const SECRET_MARK = "***";

/** Returns `loop` as its YAML would stand with every alias, parent and fragment resolved; secret values are marks. */
export function definitionJson(loop: Loop): JsonObject {
  const states: Record<string, Json> = {};
  for (const state of Object.values(loop.states)) {
    states[state.name] = stateJson(state, loop.secrets);
  }
  return pick([
    ["name", loop.name, ALWAYS],
    ["description", loop.description, ""],
    ["initial", loop.initial, ALWAYS],
    ["max_steps", loop.maxSteps, ALWAYS],
    ["max_iterations", loop.maxIterations, null],
    ["on_max_steps", loop.onMaxSteps, null],
    ["on_max_iterations", loop.onMaxIterations, null],
    ["max_edge_revisits", loop.maxEdgeRevisits, 100],
    ["timeout", seconds(loop.timeoutMs), null],
    ["default_timeout", seconds(loop.defaultTimeoutMs), null],
    ["default_idle_timeout", seconds(loop.defaultIdleTimeoutMs), null],
    ["backoff", seconds(loop.backoffMs), 0],
    ["maintain", loop.maintain, false],
    ["on_handoff", loop.onHandoff, "pause"],
    ["output_signals", loop.outputSignals, "anywhere"],
    ["category", loop.category, ""],
    ["labels", loop.labels, []],
    ["visibility", loop.visibility, "public"],
    ["context", maskSecrets(loop), {}],
    ["input_key", loop.inputKey, "input"],
    ["required_inputs", loop.requiredInputs, []],
    ["parameters", parametersJson(loop.parameters), {}],
    ["scope", loop.scope, []],
    ["singleton", loop.singleton, false],
    ["secrets", loop.secrets, []],
    ["llm", llmJson(loop.llm), {}],
    ["circuit", circuitJson(loop), null],
    ["host_guard", hostGuardJson(loop), null],
    ["prompt_size_guard", promptSizeGuardJson(loop), {}],
    ["config", configJson(loop), null],
    ...agentKeys(loop, loop.secrets),
    ["states", states, ALWAYS],
  ]);
}

function pick(entries: Entries): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value, rest] of entries) {
    if (JSON.stringify(value) !== JSON.stringify(rest)) kept[key] = value;
  }
  return kept;
}

function maskSecrets(loop: Loop): JsonObject {
  const masked: Record<string, Json> = {};
  for (const [key, value] of Object.entries(loop.context)) {
    masked[key] = loop.secrets.includes(key) ? SECRET_MARK : value;
  }
  return masked;
}

function seconds(durationMs: number | null): number | null {
  return durationMs === null ? null : durationMs / 1000;
}

/** Returns variables as they may be shown, those that `secrets` lists as marks. */
export function shownVariables(
  variables: Variables,
  secrets: readonly string[],
): Variables {
  return Object.fromEntries(
    Object.entries(variables).map(([name, text]) => [
      name,
      secrets.includes(name) ? SECRET_MARK : hideReferences(text),
    ]),
  );
}

/** Returns a state under its YAML keys, defaults left out; variables that `secrets` lists are marks. */
export function stateJson(
  state: State,
  secrets: readonly string[] = [],
): JsonObject {
  const routes: Record<string, Json> = {};
  for (const [verdict, target] of Object.entries(state.on)) {
    routes[`on_${verdict}`] = target;
  }
  const isPromptByText = state.action?.startsWith("/") === true;
  const plainKind = isPromptByText ? "prompt" : "shell";
  const actionType = state.kind === plainKind
    ? null
    : ACTION_TYPE_OF[state.kind];
  return pick([
    ["loop", state.loop, null],
    ["type", state.kind === "learning" ? "learning" : null, null],
    ["action", state.action, null],
    ["action_type", actionType, null],
    ["params", state.params, {}],
    ["stdin", state.stdin, null],
    [
      "evaluate",
      state.evaluate === null ? null : evaluateJson(state.evaluate),
      null,
    ],
    ...Object.entries(routes).map(([key, target]) => [key, target] as const),
    ["next", state.next, null],
    ["route", state.route, null],
    ["terminal", state.terminal, false],
    [
      "failure",
      state.failure,
      state.terminal && FAILURE_NAMES.has(state.name),
    ],
    ["capture", state.capture, null],
    ["append_to_messages", state.appendToMessages, null],
    ["timeout", seconds(state.timeoutMs), null],
    ["idle_timeout", seconds(state.idleTimeoutMs), null],
    ["on_maintain", state.onMaintain, null],
    ["max_retries", state.maxRetries, null],
    ["on_retry_exhausted", state.onRetryExhausted, null],
    ["retryable_exit_codes", state.retryableExitCodes, null],
    ["context_passthrough", state.contextPassthrough, false],
    ["with", state.with, {}],
    ["worktree", state.worktree, null],
    ["fragment_bindings", state.bindings, {}],
    ["throttle", throttleJson(state), null],
    ["on_throttle_hard", state.onThrottleHard, null],
    ...agentKeys(state, secrets),
    ["max_rate_limit_retries", state.rateLimits?.retries ?? null, null],
    [
      "rate_limit_backoff_base_seconds",
      seconds(state.rateLimits?.baseMs ?? null),
      null,
    ],
    [
      "rate_limit_long_wait_ladder",
      state.rateLimits?.ladderMs?.map((ms) => ms / 1000) ?? null,
      null,
    ],
    [
      "rate_limit_max_wait_seconds",
      seconds(state.rateLimits?.maxWaitMs ?? null),
      null,
    ],
    ["on_rate_limit_exhausted", state.onRateLimitExhausted ?? null, null],
    ["detach", state.detach, false],
    ["on_resume", onResumeJson(state), "rerun"],
    ["agent", state.agent, null],
    ["tools", state.tools, null],
    ["model", state.model, null],
    ["effort", state.effort, null],
  ]);
}

/** Returns the keys about agents that loops and states share. */
function agentKeys(
  of: Pick<
    Loop & State,
    | "host"
    | "sessionMode"
    | "budget"
    | "onBudgetExceeded"
    | "tamperGuard"
    | "env"
    | "envAllow"
  >,
  secrets: readonly string[],
): Entries {
  const { budget } = of;
  return [
    ["host", of.host ?? null, null],
    ["session_mode", of.sessionMode ?? null, null],
    [
      "env",
      of.env === undefined ? null : shownVariables(of.env, secrets),
      null,
    ],
    ["env_allow", of.envAllow ?? null, null],
    ["tamper_guard", of.tamperGuard ?? null, null],
    [
      "budget",
      budget === undefined ? null : pick([
        ["max_cost", budget.costUsd ?? null, null],
        ["max_tokens", budget.tokens ?? null, null],
        ["max_calls", budget.calls ?? null, null],
        [
          "max_time",
          budget.timeMs === undefined ? null : budget.timeMs / 1000,
          null,
        ],
        ["warn_at", budget.warnAt ?? null, null],
      ]),
      null,
    ],
    ["on_budget_exceeded", of.onBudgetExceeded ?? null, null],
  ];
}

/** Returns an evaluator under its YAML keys, defaults left out. */
export function evaluateJson(evaluate: Evaluate): JsonObject {
  return pick([
    ["type", evaluate.type, ALWAYS],
    ["operator", evaluate.operator, null],
    ["target", evaluate.target, null],
    ["tolerance", evaluate.tolerance, null],
    ["pattern", evaluate.pattern, null],
    ["negate", evaluate.negate, DEFAULT_EVALUATE.negate],
    ["path", evaluate.path, null],
    ["prompt", evaluate.prompt, null],
    ["schema", evaluate.schema, null],
    ["min_confidence", evaluate.minConfidence, DEFAULT_EVALUATE.minConfidence],
    [
      "uncertain_suffix",
      evaluate.uncertainSuffix,
      DEFAULT_EVALUATE.uncertainSuffix,
    ],
    ["source", evaluate.source, null],
    ["previous", evaluate.previous, null],
    ["direction", evaluate.direction, DEFAULT_EVALUATE.direction],
    ["scope", evaluate.scope, DEFAULT_EVALUATE.scope],
    ["max_stall", evaluate.maxStall, DEFAULT_EVALUATE.maxStall],
    ["history_file", evaluate.historyFile, null],
    ["epsilon", evaluate.epsilon, DEFAULT_EVALUATE.epsilon],
    ["track", evaluate.track, null],
    ["max_repeat", evaluate.maxRepeat, DEFAULT_EVALUATE.maxRepeat],
    ["baseline_path", evaluate.baselinePath, null],
    ["auto_promote", evaluate.autoPromote, DEFAULT_EVALUATE.autoPromote],
    ["min_pairs", evaluate.minPairs, DEFAULT_EVALUATE.minPairs],
    ["pairs", evaluate.pairs, DEFAULT_EVALUATE.pairs],
    ["line", evaluate.line, DEFAULT_EVALUATE.line],
    ["error_patterns", evaluate.errorPatterns, DEFAULT_EVALUATE.errorPatterns],
    ["key", evaluate.key, null],
  ]);
}

function parametersJson(
  parameters: { readonly [name: string]: Parameter },
): JsonObject {
  const found: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    found[name] = pick([
      ["type", parameter.type, ALWAYS],
      ["required", parameter.required, false],
      ["default", parameter.default, null],
      ["description", parameter.description, ""],
      ["values", parameter.values, []],
    ]);
  }
  return found;
}

function llmJson(llm: LlmSettings): JsonObject {
  return pick([
    ["enabled", llm.enabled, true],
    ["model", llm.model, "sonnet"],
    ["max_tokens", llm.maxTokens, 256],
    ["timeout", seconds(llm.timeoutMs), 1800],
    ["effort", llm.effort, null],
  ]);
}

function circuitJson(loop: Loop): Json {
  const { circuit } = loop;
  if (circuit === null) return null;
  return {
    repeated_failure: pick([
      ["window", circuit.window, ALWAYS],
      ["on_repeated_failure", circuit.onRepeatedFailure, ALWAYS],
      ["progress_paths", circuit.progressPaths, []],
      ["recurrent_window", circuit.recurrentWindow, null],
      ["failures_only", circuit.failuresOnly, false],
    ]),
  };
}

function hostGuardJson({ hostGuard }: Loop): Json {
  if (hostGuard === undefined) return null;
  const defaults = DEFAULT_HOST_GUARD;
  return pick([
    ["enabled", hostGuard.enabled, defaults.enabled],
    ["cooldown_ms", hostGuard.cooldownMs, defaults.cooldownMs],
    ["warn_pct", hostGuard.warnPct, defaults.warnPct],
    ["critical_pct", hostGuard.criticalPct, defaults.criticalPct],
    ["on_pressure", hostGuard.onPressure, defaults.onPressure],
    ["pressure_state", hostGuard.pressureState ?? null, null],
    ["on_abort_route", hostGuard.onAbortRoute ?? null, null],
  ]);
}

function promptSizeGuardJson(loop: Loop): JsonObject {
  return pick([
    ["enabled", loop.promptSizeGuard.enabled, true],
    ["warn_chars", loop.promptSizeGuard.warnChars, 50_000],
  ]);
}

function configJson(loop: Loop): Json {
  return loop.handoffThreshold === null
    ? null
    : { handoff_threshold: loop.handoffThreshold };
}

function throttleJson(state: State): Json {
  const { throttle } = state;
  return throttle === null ? null : {
    normal_max: throttle.normalMax,
    warn_max: throttle.warnMax,
    hard_max: throttle.hardMax,
  };
}

function onResumeJson(state: State): Json {
  return state.onResume.policy === "check"
    ? { check: state.onResume.command }
    : state.onResume.policy;
}
