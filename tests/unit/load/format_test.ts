/**
 * The whole format, field by field: what each is without being said, what it becomes when it is
 * said, and what a value of another type is told. Keys that load and do nothing are told as that.
 */

import { assert, assertEquals } from "@std/assert";
import { checkDefinitions } from "../../../src/check/mod.ts";
import { EVALUATE_KEYS, LOOP_KEYS, STATE_KEYS } from "../../../src/load/mod.ts";
import { DEFAULT_HOST_GUARD, type Json } from "../../../src/model/mod.ts";
import { loadText } from "./memory_sources.ts";

/** A field: how it is written, where it is in the model, what it is without and with it. */
interface Field {
  readonly key: string;
  /** As it is written; more keys may go with it. */
  readonly yaml: string;
  /** Dotted path below the loop, or below the state `s`; `null` for one that has no effect yet. */
  readonly at: string | null;
  readonly fallback?: Json;
  readonly value?: Json;
  /** Where the value is of the wrong type, what is wanted instead; absent where any value will do. */
  readonly wants?: string;
}

function field(
  key: string,
  yaml: string,
  at: string | null,
  more: Partial<Field> = {},
): Field {
  return { key, yaml, at, ...more };
}

const LOOP_FIELDS: readonly Field[] = [
  field("name", "name: b", "name", {
    fallback: "a",
    value: "b",
    wants: "text",
  }),
  field("description", "description: Tests", "description", {
    fallback: "",
    value: "Tests",
    wants: "text",
  }),
  field("initial", "initial: t", "initial", {
    fallback: "s",
    value: "t",
    wants: "the name of a state",
  }),
  field("scope", "scope: [src/]", "scope", {
    fallback: [],
    value: ["src/"],
    wants: "a list of paths",
  }),
  field("context", "context: { k: 1 }", "context", {
    fallback: {},
    value: { k: 1 },
    wants: "a mapping",
  }),
  field("input_key", "input_key: goal", "inputKey", {
    fallback: "input",
    value: "goal",
    wants: "text",
  }),
  field("required_inputs", "required_inputs: [goal]", "requiredInputs", {
    fallback: [],
    value: ["goal"],
    wants: "a list of texts",
  }),
  field(
    "parameters",
    "parameters: { p: { type: integer, default: 3 } }",
    "parameters.p",
    {
      value: {
        type: "integer",
        required: false,
        default: 3,
        description: "",
        values: [],
      },
      wants: "a mapping of parameters",
    },
  ),
  field("max_steps", "max_steps: 7", "maxSteps", {
    fallback: 50,
    value: 7,
    wants: "a whole number",
  }),
  field("max_iterations", "max_iterations: 7", "maxSteps", {
    fallback: 50,
    value: 7,
    wants: "a whole number",
  }),
  field("max_iterations", "max_steps: 9\nmax_iterations: 7", "maxIterations", {
    fallback: null,
    value: 7,
  }),
  field("on_max_steps", "on_max_steps: t", "onMaxSteps", {
    fallback: null,
    value: "t",
    wants: "the name of a state",
  }),
  field("on_max_iterations", "on_max_iterations: t", "onMaxIterations", {
    fallback: null,
    value: "t",
  }),
  field("max_edge_revisits", "max_edge_revisits: 3", "maxEdgeRevisits", {
    fallback: 100,
    value: 3,
    wants: "a whole number",
  }),
  field("timeout", "timeout: 1.5", "timeoutMs", {
    fallback: null,
    value: 1500,
    wants: "a number of seconds",
  }),
  field("default_timeout", "default_timeout: 5", "defaultTimeoutMs", {
    fallback: null,
    value: 5000,
    wants: "a number of seconds",
  }),
  field(
    "default_idle_timeout",
    "default_idle_timeout: 5",
    "defaultIdleTimeoutMs",
    { fallback: null, value: 5000 },
  ),
  field("backoff", "backoff: 0.5", "backoffMs", {
    fallback: 0,
    value: 500,
    wants: "a number of seconds",
  }),
  field("maintain", "maintain: on", "maintain", {
    fallback: false,
    value: true,
    wants: "true or false",
  }),
  field("singleton", 'singleton: "yes"', "singleton", {
    fallback: false,
    value: true,
    wants: "true or false",
  }),
  field("on_handoff", "on_handoff: terminate", "onHandoff", {
    fallback: "pause",
    value: "terminate",
    wants: "text",
  }),
  field("output_signals", "output_signals: off", "outputSignals", {
    fallback: "anywhere",
    value: "off",
  }),
  field("env", "env: { A: x, N: 1, F: false }", "env", {
    value: { A: "x", N: "1", F: "false" },
    wants: "a mapping from variables to texts",
  }),
  field("env_allow", "env_allow: [A, B_*]", "envAllow", {
    value: ["A", "B_*"],
    wants: "a list of texts",
  }),
  field("secrets", "secrets: [k]", "secrets", {
    fallback: [],
    value: ["k"],
    wants: "a list of texts",
  }),
  field("category", "category: x", "category", {
    fallback: "",
    value: "x",
    wants: "text",
  }),
  field("labels", "labels: [a, 2]", "labels", {
    fallback: [],
    value: ["a", "2"],
    wants: "a list of texts",
  }),
  field("visibility", "visibility: internal", "visibility", {
    fallback: "public",
    value: "internal",
    wants: "text",
  }),
  field(
    "llm",
    "llm: { enabled: no, model: m, max_tokens: 9, timeout: 2, effort: high }",
    "llm",
    {
      fallback: {
        enabled: true,
        model: "sonnet",
        maxTokens: 256,
        timeoutMs: 1_800_000,
        effort: null,
      },
      value: {
        enabled: false,
        model: "m",
        maxTokens: 9,
        timeoutMs: 2000,
        effort: "high",
      },
      wants: "a mapping",
    },
  ),
  field("config", "config: { handoff_threshold: 70 }", "handoffThreshold", {
    fallback: null,
    value: 70,
    wants: "a mapping",
  }),
  field("circuit", "circuit: { repeated_failure: {} }", "circuit", {
    fallback: null,
    value: {
      window: 3,
      onRepeatedFailure: "abort",
      progressPaths: [],
      recurrentWindow: null,
      failuresOnly: false,
    },
  }),
  field(
    "circuit",
    "circuit: { repeated_failure: { window: 4, on_repeated_failure: t, progress_paths: [a, b], exclude_paths: [b], recurrent_window: 5, failures_only: yes } }",
    "circuit",
    {
      value: {
        window: 4,
        onRepeatedFailure: "t",
        progressPaths: ["a"],
        recurrentWindow: 5,
        failuresOnly: true,
      },
      wants: "a mapping",
    },
  ),
  field(
    "prompt_size_guard",
    "prompt_size_guard: { enabled: off, warn_chars: 9 }",
    "promptSizeGuard",
    {
      fallback: { enabled: true, warnChars: 50_000 },
      value: { enabled: false, warnChars: 9 },
      wants: "a mapping",
    },
  ),
  field(
    "host_guard",
    "host_guard: { warn_pct: 50, on_pressure: route, pressure_state: t }",
    "hostGuard",
    {
      value: {
        ...DEFAULT_HOST_GUARD,
        warnPct: 50,
        onPressure: "route",
        pressureState: "t",
      },
      wants: "a mapping",
    },
  ),
  field(
    "pruning_profile",
    "pruning_profile: { suppress_catalog: true }",
    null,
    { wants: "a mapping" },
  ),
  field("tamper_guard", "tamper_guard: revert", "tamperGuard", {
    value: "revert",
    wants: "text",
  }),
  field("host", "host: codex", "host", { value: "codex", wants: "text" }),
  field("budget", "budget: { max_calls: 2, max_time: 1.5 }", "budget", {
    value: { calls: 2, timeMs: 1500 },
    wants: "a mapping",
  }),
  field("on_budget_exceeded", "on_budget_exceeded: t", "onBudgetExceeded", {
    value: "t",
    wants: "the name of a state",
  }),
  field("prepatch_check", "prepatch_check: warn", null, { wants: "text" }),
  field("session_mode", "session_mode: continue", "sessionMode", {
    value: "continue",
    wants: "text",
  }),
  field(
    "targets",
    "targets: [{ file: a.yaml, states: [{ name: s, examples_file: e, eval: v }] }]",
    null,
  ),
  field("artifact_versioning", "artifact_versioning: true", ""),
  field("commands", "commands: [{ cmd: a, comment: b }]", "", {
    wants: "a list of commands",
  }),
];

const STATE_FIELDS: readonly Field[] = [
  field("action", "action: ls", "action", {
    fallback: null,
    value: "ls",
    wants: "text",
  }),
  field("run", "run: ls", "kind", {
    fallback: "none",
    value: "shell",
    wants: "text",
  }),
  field("prompt", "prompt: Go", "kind", {
    fallback: "none",
    value: "prompt",
    wants: "text",
  }),
  field("action_type", "action: a/b\naction_type: mcp_tool", "kind", {
    fallback: "none",
    value: "mcp",
    wants: "text",
  }),
  field("action_type", "action_type: contract", "kind", { value: "contract" }),
  field(
    "params",
    "action: a/b\naction_type: mcp_tool\nparams: { q: [1] }",
    "params",
    { fallback: {}, value: { q: [1] }, wants: "a mapping" },
  ),
  field("env", "env: { A: x, N: 1, F: false }", "env", {
    value: { A: "x", N: "1", F: "false" },
    wants: "a mapping from variables to texts",
  }),
  field("env_allow", "env_allow: [A, B_*]", "envAllow", {
    value: ["A", "B_*"],
    wants: "a list of texts",
  }),
  field("stdin", "action: cat\nstdin: x", "stdin", {
    fallback: null,
    value: "x",
    wants: "text",
  }),
  field("route", "route: { yes: t, _: done, _error: t, _odd: t }", "route", {
    fallback: null,
    value: { yes: "t", _: "done", _error: "t" },
    wants: "a mapping from verdicts to states",
  }),
  field("on_yes", "on_yes: t", "on", {
    value: { yes: "t" },
    wants: "the name of a state",
  }),
  field("on_success", "on_success: t", "on", { value: { yes: "t" } }),
  field("on_success", 'on_yes: ""\non_success: t', "on", {
    value: { yes: "t" },
  }),
  field("on_no", "on_no: t", "on", { value: { no: "t" } }),
  field("on_failure", "on_failure: t", "on", { value: { no: "t" } }),
  field("on_error", "on_error: t", "on", { value: { error: "t" } }),
  field("on_partial", "on_partial: t", "on", { value: { partial: "t" } }),
  field("on_blocked", "on_blocked: t", "on", { value: { blocked: "t" } }),
  field("on_tie", "on_tie: t", "on", { value: { tie: "t" } }),
  field("next", "next: t", "next", {
    fallback: null,
    value: "t",
    wants: "the name of a state",
  }),
  field("terminal", "terminal: yes", "terminal", {
    fallback: false,
    value: true,
    wants: "true or false",
  }),
  field("failure", "terminal: true\nfailure: true", "failure", {
    fallback: false,
    value: true,
    wants: "true or false",
  }),
  field("capture", "capture: c", "capture", {
    fallback: null,
    value: "c",
    wants: "text",
  }),
  field(
    "append_to_messages",
    "append_to_messages: '${prev.output}'",
    "appendToMessages",
    { fallback: null, value: "${prev.output}", wants: "text" },
  ),
  field("timeout", "timeout: 3", "timeoutMs", {
    fallback: null,
    value: 3000,
    wants: "a number of seconds",
  }),
  field("idle_timeout", "idle_timeout: 3", "idleTimeoutMs", {
    fallback: null,
    value: 3000,
    wants: "a number of seconds",
  }),
  field("on_maintain", "on_maintain: t", "onMaintain", {
    fallback: null,
    value: "t",
  }),
  field("max_retries", "max_retries: 2\non_retry_exhausted: t", "maxRetries", {
    fallback: null,
    value: 2,
    wants: "a whole number",
  }),
  field(
    "on_retry_exhausted",
    "max_retries: 2\non_retry_exhausted: t",
    "onRetryExhausted",
    { fallback: null, value: "t" },
  ),
  field(
    "retryable_exit_codes",
    "on_error: t\nretryable_exit_codes: [1, 7]",
    "retryableExitCodes",
    { fallback: null, value: [1, 7], wants: "a list of exit codes" },
  ),
  field("loop", "loop: b", "loop", {
    fallback: null,
    value: "b",
    wants: "text",
  }),
  field("with", "loop: b\nwith: { k: 1 }", "with", {
    fallback: {},
    value: { k: 1 },
    wants: "a mapping",
  }),
  field(
    "context_passthrough",
    "loop: b\ncontext_passthrough: 1",
    "contextPassthrough",
    { fallback: false, value: true, wants: "true or false" },
  ),
  field("worktree", "loop: b\nworktree: w", "worktree", {
    fallback: null,
    value: "w",
    wants: "text",
  }),
  field("fragment", "fragment: f\nwith: { k: 1 }", "bindings", {
    fallback: {},
    value: { k: 1 },
  }),
  field("fragment", "fragment: f", "action", { value: "from f" }),
  field("agent", "prompt: x\nagent: g", "agent", {
    fallback: null,
    value: "g",
    wants: "text",
  }),
  field("tools", "prompt: x\ntools: [a]", "tools", {
    fallback: null,
    value: ["a"],
    wants: "a list of texts",
  }),
  field("model", "prompt: x\nmodel: m", "model", {
    fallback: null,
    value: "m",
    wants: "text",
  }),
  field("effort", "prompt: x\neffort: low", "effort", {
    fallback: null,
    value: "low",
    wants: "text",
  }),
  field("type", "type: learning\nlearning: { targets: [a] }", "kind", {
    value: "learning",
    wants: "text",
  }),
  field("learning", "type: learning\nlearning: { targets_csv: a }", "kind", {
    value: "learning",
    wants: "a mapping",
  }),
  field("throttle", "throttle: { warn_max: 9, hard_max: 10 }", "throttle", {
    fallback: null,
    value: { normalMax: 3, warnMax: 9, hardMax: 10 },
    wants: "a mapping",
  }),
  field("on_throttle_hard", "on_throttle_hard: t", "onThrottleHard", {
    fallback: null,
    value: "t",
  }),
  field("detach", "detach: true", "detach", {
    fallback: false,
    value: true,
    wants: "true or false",
  }),
  field("on_resume", "on_resume: { check: test }", "onResume", {
    fallback: { policy: "rerun" },
    value: { policy: "check", command: "test" },
  }),
  field(
    "cost_ceiling",
    "cost_ceiling: { cost_ceiling_per_state: 2, cost_warn_at: 1 }",
    "budget",
    { value: { costUsd: 2, warnAt: 0.5 }, wants: "a mapping" },
  ),
  field("request_path", "request_path: sdk", null, { wants: "text" }),
  field(
    "max_rate_limit_retries",
    "max_rate_limit_retries: 2\non_rate_limit_exhausted: t",
    "rateLimits",
    { value: { retries: 2 }, wants: "a whole number" },
  ),
  field(
    "on_rate_limit_exhausted",
    "max_rate_limit_retries: 2\non_rate_limit_exhausted: t",
    "onRateLimitExhausted",
    { value: "t" },
  ),
  field(
    "rate_limit_backoff_base_seconds",
    "rate_limit_backoff_base_seconds: 2",
    "rateLimits",
    { value: { baseMs: 2000 }, wants: "a number of seconds" },
  ),
  field(
    "rate_limit_max_wait_seconds",
    "rate_limit_max_wait_seconds: 2",
    "rateLimits",
    { value: { maxWaitMs: 2000 }, wants: "a number of seconds" },
  ),
  field(
    "rate_limit_long_wait_ladder",
    "rate_limit_long_wait_ladder: [2]",
    "rateLimits",
    { value: { ladderMs: [2000] }, wants: "a list of seconds" },
  ),
  field("pruning_profile", "pruning_profile: { name: x }", null, {
    wants: "a mapping",
  }),
  field("tamper_guard", "tamper_guard: fail", "tamperGuard", {
    value: "fail",
    wants: "text",
  }),
  field("host", "host: codex", "host", { value: "codex", wants: "text" }),
  field("budget", "budget: { max_tokens: 9, warn_at: 0.5 }", "budget", {
    value: { tokens: 9, warnAt: 0.5 },
    wants: "a mapping",
  }),
  field("on_budget_exceeded", "on_budget_exceeded: t", "onBudgetExceeded", {
    value: "t",
    wants: "the name of a state",
  }),
  field("prepatch_check", "prepatch_check: fail", null, { wants: "text" }),
  field("session_mode", "session_mode: continue", "sessionMode", {
    value: "continue",
    wants: "text",
  }),
];

/** Keys below `evaluate`, with the evaluator that reads them. */
const EVALUATE_FIELDS: readonly (Field & { readonly type: string })[] = [
  ["exit_code", "type", "type: exit_code", "type", undefined, "exit_code"],
  [
    "output_numeric",
    "operator",
    "operator: ge",
    "operator",
    null,
    "ge",
    "text",
  ],
  ["output_numeric", "target", "target: 3", "target", null, 3],
  ["output_numeric", "key", "key: score", "key", null, "score", "text"],
  [
    "convergence",
    "tolerance",
    "tolerance: 0.5",
    "tolerance",
    null,
    0.5,
    "a number or a template",
  ],
  [
    "convergence",
    "previous",
    "previous: '${captured.a.output}'",
    "previous",
    null,
    "${captured.a.output}",
    "text",
  ],
  [
    "convergence",
    "direction",
    "direction: maximize",
    "direction",
    "minimize",
    "maximize",
    "text",
  ],
  ["output_contains", "pattern", "pattern: ok", "pattern", null, "ok", "text"],
  [
    "output_contains",
    "negate",
    "negate: yes",
    "negate",
    false,
    true,
    "true or false",
  ],
  [
    "output_contains",
    "error_patterns",
    "error_patterns: [a]",
    "errorPatterns",
    [],
    ["a"],
    "a list of texts",
  ],
  ["output_json", "path", "path: a.b", "path", null, "a.b", "text"],
  ["llm_structured", "prompt", "prompt: Well", "prompt", null, "Well", "text"],
  ["llm_structured", "schema", "schema: { type: object }", "schema", null, {
    type: "object",
  }, "a mapping"],
  [
    "llm_structured",
    "min_confidence",
    "min_confidence: 0.9",
    "minConfidence",
    0.5,
    0.9,
    "a number",
  ],
  [
    "llm_structured",
    "uncertain_suffix",
    "uncertain_suffix: true",
    "uncertainSuffix",
    false,
    true,
    "true or false",
  ],
  [
    "exit_code",
    "source",
    "source: '${prev.output}'",
    "source",
    null,
    "${prev.output}",
    "text",
  ],
  ["diff_stall", "scope", "scope: [a]", "scope", [], ["a"], "a list of texts"],
  [
    "diff_stall",
    "max_stall",
    "max_stall: 3",
    "maxStall",
    1,
    3,
    "a whole number",
  ],
  [
    "score_stall",
    "history_file",
    "history_file: h",
    "historyFile",
    null,
    "h",
    "text",
  ],
  ["score_stall", "epsilon", "epsilon: 0.1", "epsilon", 0.5, 0.1, "a number"],
  [
    "action_stall",
    "track",
    "track: [a]",
    "track",
    null,
    ["a"],
    "a list of texts",
  ],
  [
    "action_stall",
    "max_repeat",
    "max_repeat: 4",
    "maxRepeat",
    2,
    4,
    "a whole number",
  ],
  [
    "comparator",
    "baseline_path",
    "baseline_path: b",
    "baselinePath",
    null,
    "b",
    "text",
  ],
  [
    "comparator",
    "auto_promote",
    "auto_promote: true",
    "autoPromote",
    false,
    true,
    "true or false",
  ],
  [
    "comparator",
    "min_pairs",
    "min_pairs: 2",
    "minPairs",
    1,
    2,
    "a whole number",
  ],
  ["contract", "pairs", "pairs: [{ producer: a }]", "pairs", [], [{
    producer: "a",
  }], "a list of mappings"],
  [
    "classify",
    "line",
    "line: first",
    "line",
    "last",
    "first",
    '"last", "first" or a whole number',
  ],
  ["classify", "line", "line: -2", "line", "last", -2],
].map(([type, key, yaml, at, fallback, value, wants]) => ({
  type: String(type),
  key: String(key),
  yaml: String(yaml),
  at: String(at),
  ...(fallback === undefined ? {} : { fallback: fallback as Json }),
  value: value as Json,
  ...(wants === undefined ? {} : { wants: String(wants) }),
}));

const OTHERS = {
  "/p/.loops/b.yaml": "states: {x: {run: ls, on_yes: done, on_error: done}}\n",
};

function loopWith(top: string, state = "run: ls\non_yes: done"): string {
  const indented = state.split("\n").map((line) => `    ${line}`).join("\n");
  return `${top}\nfragments: { f: { action: from f } }\nstates:\n  s:\n${indented}\n  t: { terminal: true }\n`;
}

function loaded(text: string): {
  readonly loop: Record<string, unknown>;
  readonly rules: readonly string[];
  readonly messages: readonly string[];
} {
  const result = loadText(text, OTHERS);
  const draft = result.results.get(result.root)?.draft ?? null;
  assert(draft !== null, text);
  const findings = [...result.findings, ...checkDefinitions(result)];
  return {
    loop: draft as unknown as Record<string, unknown>,
    rules: findings.map(({ rule }) => rule),
    messages: findings.map(({ message }) => message),
  };
}

function valueAt(root: unknown, path: string): unknown {
  return path.split(".").reduce(
    (at, part) => (at as Record<string, unknown>)[part],
    root,
  );
}

/** Holds one field against its row. */
function hold(
  { key, at, fallback, value, wants }: Field,
  { base, written, wrong }: {
    readonly base: string;
    readonly written: string;
    readonly wrong: string;
  },
  prefix: string,
): void {
  const { loop, rules, messages } = loaded(written);
  assert(
    !rules.some((rule) => /^unknown-(?:\w+-)?key$/.test(rule)),
    `${key}: ${messages}`,
  );
  assert(!rules.includes("bad-value"), `${key}: ${messages}`);
  if (at === null) {
    const told = messages.some((message) =>
      message.includes("no effect in this version")
    );
    assert(told, `${key} loads, does nothing, and nothing is said`);
  } else if (at !== "") {
    const path = prefix + at;
    if (fallback !== undefined) {
      assertEquals(
        valueAt(loaded(base).loop, path),
        fallback,
        `${key} by default`,
      );
    }
    assertEquals(valueAt(loop, path), value, key);
  }
  if (wants === undefined) return;
  const told = loaded(wrong).messages.some((message) =>
    message.includes(`must be ${wants}, not `)
  );
  assert(told, `${key} wants ${wants}: ${loaded(wrong).messages.join("\n")}`);
}

/** A value that no field of that kind takes. */
function wrongValue(wants: string | undefined): string {
  return wants?.startsWith("a mapping") === true ? "[1]" : "{ a: 1 }";
}

Deno.test("every field of a loop loads with its type and default, or is told", () => {
  for (const row of LOOP_FIELDS) {
    hold(row, {
      base: loopWith("x-a: 1"),
      written: loopWith(row.yaml),
      wrong: loopWith(`${row.key}: ${wrongValue(row.wants)}`),
    }, "");
  }
});

Deno.test("every field of a state loads with its type and default, or is told", () => {
  for (const row of STATE_FIELDS) {
    hold(row, {
      base: loopWith("x-a: 1", "x-b: 1"),
      written: loopWith("x-a: 1", row.yaml),
      wrong: loopWith("x-a: 1", `${row.key}: ${wrongValue(row.wants)}`),
    }, "states.s.");
  }
});

Deno.test("every field of an evaluator loads with its type and default, or is told", () => {
  for (const { type, ...row } of EVALUATE_FIELDS) {
    const withKeys = (keys: string) =>
      loopWith(
        "x-a: 1",
        `run: ls\nevaluate:\n${
          keys.split("\n").map((line) => `  ${line}`).join("\n")
        }\non_yes: t`,
      );
    hold(row, {
      base: withKeys(`type: ${type}`),
      written: withKeys(
        row.key === "type" ? row.yaml : `type: ${type}\n${row.yaml}`,
      ),
      wrong: withKeys(`type: ${type}\n${row.key}: ${wrongValue(row.wants)}`),
    }, "states.s.evaluate.");
  }
});

Deno.test("no field is left out of these tables", () => {
  const names = (rows: readonly Field[]) => new Set(rows.map(({ key }) => key));
  const expanded = [
    "states",
    "from",
    "flow",
    "import",
    "fragments",
    "state_defs",
    // Only the model check reads it, out of the document.
    "unbounded",
  ];
  const inner = [
    "unbounded",
    "fragment_name",
    "fragment_bindings",
    "fragment_parameters",
    "evaluate",
  ];
  const left = (
    keys: readonly string[],
    rows: readonly Field[],
    others: readonly string[],
  ) => keys.filter((key) => !names(rows).has(key) && !others.includes(key));
  assertEquals(
    left(
      LOOP_KEYS.filter((key) => !key.endsWith("_ok")),
      LOOP_FIELDS,
      expanded,
    ),
    [],
  );
  assertEquals(left(STATE_KEYS, STATE_FIELDS, inner), []);
  assertEquals(left(EVALUATE_KEYS, EVALUATE_FIELDS, []), []);
});

Deno.test("every flag at the top loads in each spelling, and nothing else", () => {
  for (const key of LOOP_KEYS.filter((each) => each.endsWith("_ok"))) {
    for (const text of ["true", "yes", '"on"', "1"]) {
      const { rules } = loaded(loopWith(`${key}: ${text}`));
      assert(
        !rules.includes("bad-value") && !rules.includes("unknown-key"),
        key,
      );
    }
    assert(loaded(loopWith(`${key}: maybe`)).rules.includes("bad-value"), key);
  }
});

Deno.test("failure goes by the name of an end unless it is said", () => {
  for (
    const [name, more, failure] of [
      ["failed", "", true],
      ["error", "", true],
      ["aborted", "", true],
      ["finalize_aborted", "", true],
      ["failed", ", failure: no", false],
      ["end", "", false],
      ["end", ", failure: yes", true],
    ] as const
  ) {
    const { loop } = loaded(
      `states:\n  s: { run: ls, on_yes: ${name}, on_error: ${name} }\n  ${name}: { terminal: true${more} }\n`,
    );
    assertEquals(valueAt(loop, `states.${name}.failure`), failure, name + more);
  }
});
