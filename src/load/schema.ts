// deno-lint-ignore-file camelcase -- the names are the keys of the files
/**
 * Owns the shape of a loop file: which keys there are and what type each has. Unknown
 * keys pass; ranges and references between keys belong to `check`. `fits.ts` and the zod schema
 * of `zod_schema.ts` read it.
 */

import {
  anything,
  type Keys,
  listOf,
  mapping,
  maybe,
  optional,
  record,
  type Shape,
  union,
} from "./shapes.ts";

// Without words of their own: they stand in unions, which have them.
const string: Shape = { kind: "string" };
const boolean: Shape = { kind: "boolean" };
const aNumber: Shape = { kind: "number" };
const text: Shape = { kind: "string", error: "text" };
const number: Shape = { kind: "number", error: "a number" };
const whole: Shape = { kind: "whole", error: "a whole number" };
const seconds: Shape = { kind: "number", error: "a number of seconds" };

/** Texts that stand for a boolean, quoted or not. */
export const BOOLEAN_TEXTS: { readonly [text: string]: boolean } = {
  ...spellings(["true", "yes", "on"], { to: true }),
  ...spellings(["false", "no", "off"], { to: false }),
};

function spellings(
  words: readonly string[],
  { to }: { to: boolean },
): Record<string, boolean> {
  return Object.fromEntries(
    words.flatMap((word) => [
      [word, to],
      [word.toUpperCase(), to],
      [word.slice(0, 1).toUpperCase() + word.slice(1), to],
    ]),
  );
}

const flag = union([
  boolean,
  { kind: "words", words: Object.keys(BOOLEAN_TEXTS) },
  { kind: "words", words: [0, 1] },
], "true or false");

const scalar = union([string, aNumber, boolean], "text");
const target = union([string, aNumber, boolean], "the name of a state");
const numberOrTemplate = union([aNumber, string], "a number or a template");
const map = record(anything, "a mapping");

const texts = listOf(scalar, "texts");

const PARAMETER = mapping({
  type: { kind: "string", error: "the name of a type" },
  required: maybe(flag),
  default: anything,
  description: maybe(scalar),
  values: maybe(listOf(anything, "values")),
});

const parameters = record(PARAMETER, "a mapping of parameters");

const EVALUATE_SHAPES: Keys = {
  type: { kind: "string", error: "the name of an evaluator" },
  operator: maybe(scalar),
  target: anything,
  tolerance: maybe(numberOrTemplate),
  pattern: maybe(scalar),
  negate: maybe(flag),
  path: maybe(scalar),
  prompt: maybe(text),
  schema: maybe(map),
  min_confidence: maybe(number),
  uncertain_suffix: maybe(flag),
  source: maybe(scalar),
  previous: maybe(scalar),
  direction: maybe(scalar),
  scope: maybe(texts),
  max_stall: maybe(whole),
  history_file: maybe(text),
  epsilon: maybe(number),
  track: maybe(texts),
  max_repeat: maybe(whole),
  baseline_path: maybe(text),
  auto_promote: maybe(flag),
  min_pairs: maybe(whole),
  pairs: maybe(listOf(
    mapping({
      producer: maybe(scalar),
      consumer: maybe(scalar),
      contract: maybe(scalar),
      producer_pattern: maybe(scalar),
      consumer_pattern: maybe(scalar),
    }),
    "mappings",
  )),
  line: maybe(union([string, aNumber], '"last", "first" or a whole number')),
  error_patterns: maybe(texts),
  key: maybe(scalar),
};

const PRUNING_PROFILE = mapping({
  enabled: maybe(flag),
  name: maybe(scalar),
  suppress_catalog: maybe(flag),
  suppress_claude_md: maybe(flag),
});

const CONTINUATION = mapping({
  max_continuations: maybe(number),
});

const BUDGET = mapping({
  max_cost: maybe(number),
  max_tokens: maybe(whole),
  max_calls: maybe(whole),
  max_time: maybe(seconds),
  warn_at: maybe(number),
});

const VARIABLES = record(scalar, "a mapping from variables to texts");

const ON_RESUME = ["rerun", "ask", "fail"] as const;

const STATE_SHAPES: Keys = {
  action: maybe(text),
  action_type: maybe(text),
  // Only as they stand in a file: loading spells them out.
  run: maybe(text),
  prompt: maybe(text),
  params: maybe(map),
  stdin: maybe(text),
  evaluate: optional(mapping(EVALUATE_SHAPES)),
  route: optional(record(target, "a mapping from verdicts to states")),
  on_yes: maybe(target),
  on_success: maybe(target),
  on_no: maybe(target),
  on_failure: maybe(target),
  on_error: maybe(target),
  on_partial: maybe(target),
  on_blocked: maybe(target),
  next: maybe(target),
  terminal: maybe(flag),
  failure: maybe(flag),
  capture: maybe(scalar),
  append_to_messages: maybe(text),
  timeout: maybe(seconds),
  idle_timeout: maybe(seconds),
  on_maintain: maybe(target),
  max_retries: maybe(whole),
  on_retry_exhausted: maybe(target),
  retryable_exit_codes: maybe(listOf(anything, "exit codes")),
  max_rate_limit_retries: maybe(whole),
  on_rate_limit_exhausted: maybe(target),
  rate_limit_backoff_base_seconds: maybe(seconds),
  rate_limit_max_wait_seconds: maybe(seconds),
  rate_limit_long_wait_ladder: maybe(listOf(anything, "seconds")),
  loop: maybe(text),
  context_passthrough: maybe(flag),
  with: maybe(map),
  worktree: maybe(text),
  fragment: anything,
  agent: maybe(text),
  tools: maybe(texts),
  model: maybe(text),
  effort: maybe(scalar),
  request_path: maybe(scalar),
  type: maybe(text),
  learning: optional(mapping({
    targets: maybe(texts),
    targets_csv: maybe(text),
    max_retries: maybe(whole),
    max_retries_expr: maybe(scalar),
  })),
  throttle: optional(mapping({
    normal_max: maybe(whole),
    warn_max: maybe(whole),
    hard_max: maybe(whole),
  })),
  cost_ceiling: optional(mapping({
    cost_ceiling_per_state: maybe(number),
    cost_warn_at: maybe(number),
  })),
  on_throttle_hard: maybe(target),
  pruning_profile: optional(PRUNING_PROFILE),
  tamper_guard: maybe(scalar),
  prepatch_check: maybe(scalar),
  session_mode: maybe(scalar),
  host: maybe(text),
  budget: maybe(BUDGET),
  on_budget_exceeded: maybe(target),
  env: maybe(VARIABLES),
  env_allow: maybe(texts),
  detach: maybe(flag),
  unbounded: maybe(flag),
  on_resume: maybe(union([
    { kind: "words", words: ON_RESUME },
    { kind: "mapping", keys: { check: string }, isClosed: false },
  ], '"rerun", "ask", "fail" or a mapping "check: COMMAND"')),
  fragment_name: maybe(scalar),
  fragment_bindings: maybe(map),
  fragment_parameters: optional(parameters),
};

const LOOP_SHAPES: Keys = {
  name: maybe(scalar),
  initial: maybe(target),
  states: optional(record(mapping(STATE_SHAPES), "a mapping of states")),
  description: maybe(scalar),
  context: optional(map),
  scope: maybe(
    union(
      [{ kind: "list", each: { kind: "anything" } }, string],
      "a list of paths",
    ),
  ),
  max_iterations: maybe(whole),
  backoff: maybe(seconds),
  timeout: maybe(seconds),
  default_timeout: maybe(seconds),
  maintain: maybe(flag),
  llm: optional(mapping({
    enabled: maybe(flag),
    model: maybe(text),
    max_tokens: maybe(whole),
    timeout: maybe(seconds),
    effort: maybe(scalar),
  })),
  on_handoff: maybe(text),
  input_key: maybe(scalar),
  max_steps: maybe(whole),
  on_max_steps: maybe(target),
  on_max_iterations: maybe(target),
  max_edge_revisits: maybe(whole),
  default_idle_timeout: maybe(seconds),
  singleton: maybe(flag),
  parameters: optional(parameters),
  required_inputs: maybe(texts),
  config: optional(mapping({
    handoff_threshold: maybe({
      kind: "whole",
      error: "a whole number",
      range: { min: 1, max: 100, error: "a whole number from 1 to 100" },
    }),
    commands: maybe(mapping({
      confidence_gate: maybe(mapping({
        readiness_threshold: maybe(number),
        outcome_threshold: maybe(number),
      })),
    })),
    automation: maybe(CONTINUATION),
    continuation: maybe(CONTINUATION),
  })),
  category: maybe(scalar),
  labels: maybe(texts),
  visibility: maybe(scalar),
  commands: optional(listOf(
    {
      kind: "mapping",
      keys: { cmd: scalar, comment: scalar },
      isClosed: true,
      error: 'a mapping with "cmd" and "comment"',
    },
    "commands",
  )),
  targets: maybe(listOf(
    mapping({
      file: maybe(scalar),
      glob: maybe(scalar),
      states: maybe(listOf(
        mapping({
          name: scalar,
          examples_file: scalar,
          eval: scalar,
        }, 'a mapping with "name", "examples_file" and "eval"'),
        "mappings",
      )),
    }),
    "mappings",
  )),
  circuit: maybe(mapping({
    repeated_failure: maybe(mapping({
      window: maybe(whole),
      on_repeated_failure: maybe(target),
      progress_paths: maybe(texts),
      exclude_paths: maybe(texts),
      recurrent_window: maybe(whole),
      failures_only: maybe(flag),
    })),
  })),
  host_guard: maybe(mapping({
    enabled: maybe(flag),
    cooldown_ms: maybe(number),
    warn_pct: maybe(number),
    critical_pct: maybe(number),
    on_pressure: maybe(scalar),
    pressure_state: maybe(target),
    on_abort_route: maybe(target),
    max_cumulative_subproc_mb: maybe(number),
    on_budget_exceeded: maybe(scalar),
    budget_state: maybe(target),
  })),
  prompt_size_guard: maybe(mapping({
    enabled: maybe(flag),
    warn_chars: maybe(number),
  })),
  pruning_profile: maybe(PRUNING_PROFILE),
  tamper_guard: maybe(scalar),
  prepatch_check: maybe(scalar),
  session_mode: maybe(scalar),
  host: maybe(text),
  budget: maybe(BUDGET),
  on_budget_exceeded: maybe(target),
  import: anything,
  fragments: anything,
  from: anything,
  flow: anything,
  state_defs: anything,
  secrets: maybe(texts),
  env: maybe(VARIABLES),
  env_allow: maybe(texts),
  output_signals: maybe({
    kind: "words",
    words: ["anywhere", "line-start", "off"],
    error: '"anywhere", "line-start" or "off"',
  }),
  artifact_versioning: maybe(flag),
  unbounded: maybe(flag),
};

/** Keys that silence one check each (FORMAT 2.5). */
const SUPPRESSION_FLAGS = [
  "abandonment_verdict_ok",
  "artifact_versioning_ok",
  "bash_default_ok",
  "capture_reachability_ok",
  "evaluate_unknown_keys_ok",
  "evidence_contract_ok",
  "generator_fix_ok",
  "haiku_generator_ok",
  "meta_self_eval_ok",
  "parse_swallow_ok",
  "partial_route_ok",
  "policy_dims_scored_ok",
  "prepatch_check_ok",
  "pruning_profile_ok",
  "session_mode_ok",
  "shared_state_ok",
  "shell_pid_ok",
  "tamper_guard_ok",
  "terminal_action_ok",
  "unsafe_context_interpolation_ok",
] as const;

/** The shape of a loop file after `from`, `flow` and fragments were expanded. */
export const LOOP_SHAPE: Shape = mapping({
  ...LOOP_SHAPES,
  ...Object.fromEntries(SUPPRESSION_FLAGS.map((name) => [name, maybe(flag)])),
});

/** Every key that means something at the top of a loop file. */
export const LOOP_KEYS: readonly string[] = [
  ...Object.keys(LOOP_SHAPES),
  ...SUPPRESSION_FLAGS,
];
/** Every key that means something in a state, beside `on_<verdict>`. */
export const STATE_KEYS: readonly string[] = Object.keys(STATE_SHAPES);
/** Every key that means something in an `evaluate` mapping. */
export const EVALUATE_KEYS: readonly string[] = Object.keys(EVALUATE_SHAPES);

/** Shapes whose meaning a JSON schema has words for. */
export const TERMS = { flag, target, whole, scalar } as const;

/** Keys at the top of a loop file that the reference does not know. */
export const OWN_LOOP_KEYS: readonly string[] = [
  "budget",
  "env",
  "env_allow",
  "host",
  "on_budget_exceeded",
  "output_signals",
  "secrets",
  "unbounded",
];
/** Keys of a state that the reference does not know, beside `run` and `prompt`. */
export const OWN_STATE_KEYS: readonly string[] = [
  "budget",
  "detach",
  "env",
  "env_allow",
  "host",
  "on_budget_exceeded",
  "on_resume",
  "stdin",
  "unbounded",
];
let knownFlagKeys: ReadonlySet<string> | null = null;

/** Returns every key whose value is a boolean, in any of its spellings. */
export function flagKeys(): ReadonlySet<string> {
  return knownFlagKeys ??= new Set([
    ...[LOOP_SHAPES, STATE_SHAPES, EVALUATE_SHAPES].flatMap((shapes) =>
      Object.keys(shapes).filter((key) => shapes[key] === maybe(flag))
    ),
    ...SUPPRESSION_FLAGS,
    "enabled",
    "failures_only",
    "required",
  ]);
}
