// deno-lint-ignore-file camelcase -- the names are the keys of the files
/**
 * Owns the shape of a loop file: which keys there are and what type each has. Unknown
 * keys pass; ranges and references between keys belong to `check`. The message of each
 * schema is what it expects, in words: `shape.ts` makes the sentence.
 */

import * as z from "zod/mini";

const text = z.string({ error: "text" });
const number = z.number({ error: "a number" });
const whole = z.number({ error: "a whole number" }).check(
  z.refine((value) => Number.isInteger(value), { error: "a whole number" }),
);
const seconds = z.number({ error: "a number of seconds" });
const any = z.optional(z.unknown());

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

const flag = z.union([
  z.boolean(),
  z.enum(Object.keys(BOOLEAN_TEXTS)),
  z.literal([0, 1]),
], { error: "true or false" });

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: "text",
});
const target = z.union([z.string(), z.number(), z.boolean()], {
  error: "the name of a state",
});
const numberOrTemplate = z.union([z.number(), z.string()], {
  error: "a number or a template",
});
const map = z.record(z.string(), any, { error: "a mapping" });

const MAYBE_SCHEMAS = new Map<z.ZodMiniType, z.ZodMiniType>();

// One for each schema instead of one for each key: making them is a part of every start.
function maybe<T extends z.ZodMiniType>(
  schema: T,
): z.ZodMiniOptional<z.ZodMiniNullable<T>> {
  let made = MAYBE_SCHEMAS.get(schema);
  if (made === undefined) {
    made = z.optional(z.nullable(schema));
    MAYBE_SCHEMAS.set(schema, made);
  }
  return made as z.ZodMiniOptional<z.ZodMiniNullable<T>>;
}

function listOf<T extends z.ZodMiniType>(
  schema: T,
  what: string,
): z.ZodMiniArray<T> {
  return z.array(schema, { error: `a list of ${what}` });
}

const texts = listOf(scalar, "texts");

const PARAMETER = z.looseObject({
  type: z.string({ error: "the name of a type" }),
  required: maybe(flag),
  default: any,
  description: maybe(scalar),
  values: maybe(listOf(any, "values")),
}, { error: "a mapping" });

const parameters = z.record(z.string(), PARAMETER, {
  error: "a mapping of parameters",
});

const EVALUATE_SHAPE = {
  type: z.string({ error: "the name of an evaluator" }),
  operator: maybe(scalar),
  target: any,
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
    z.looseObject({
      producer: maybe(scalar),
      consumer: maybe(scalar),
      contract: maybe(scalar),
      producer_pattern: maybe(scalar),
      consumer_pattern: maybe(scalar),
    }, { error: "a mapping" }),
    "mappings",
  )),
  line: maybe(z.union([z.string(), z.number()], {
    error: '"last", "first" or a whole number',
  })),
  error_patterns: maybe(texts),
  key: maybe(scalar),
};

const PRUNING_PROFILE = z.looseObject({
  enabled: maybe(flag),
  name: maybe(scalar),
  suppress_catalog: maybe(flag),
  suppress_claude_md: maybe(flag),
}, { error: "a mapping" });

const CONTINUATION = z.looseObject({
  max_continuations: maybe(number),
}, { error: "a mapping" });

const BUDGET = z.looseObject({
  max_cost: maybe(number),
  max_tokens: maybe(whole),
  max_calls: maybe(whole),
  max_time: maybe(seconds),
  warn_at: maybe(number),
}, { error: "a mapping" });

const VARIABLES = z.record(z.string(), scalar, {
  error: "a mapping from variables to texts",
});

const ON_RESUME = ["rerun", "ask", "fail"] as const;

const STATE_SHAPE = {
  action: maybe(text),
  action_type: maybe(text),
  // Only as they stand in a file: loading spells them out.
  run: maybe(text),
  prompt: maybe(text),
  params: maybe(map),
  stdin: maybe(text),
  evaluate: z.optional(z.looseObject(EVALUATE_SHAPE, { error: "a mapping" })),
  route: z.optional(z.record(z.string(), target, {
    error: "a mapping from verdicts to states",
  })),
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
  retryable_exit_codes: maybe(listOf(any, "exit codes")),
  max_rate_limit_retries: maybe(whole),
  on_rate_limit_exhausted: maybe(target),
  rate_limit_backoff_base_seconds: maybe(seconds),
  rate_limit_max_wait_seconds: maybe(seconds),
  rate_limit_long_wait_ladder: maybe(listOf(any, "seconds")),
  loop: maybe(text),
  context_passthrough: maybe(flag),
  with: maybe(map),
  worktree: maybe(text),
  fragment: any,
  agent: maybe(text),
  tools: maybe(texts),
  model: maybe(text),
  effort: maybe(scalar),
  request_path: maybe(scalar),
  type: maybe(text),
  learning: z.optional(z.looseObject({
    targets: maybe(texts),
    targets_csv: maybe(text),
    max_retries: maybe(whole),
    max_retries_expr: maybe(scalar),
  }, { error: "a mapping" })),
  throttle: z.optional(z.looseObject({
    normal_max: maybe(whole),
    warn_max: maybe(whole),
    hard_max: maybe(whole),
  }, { error: "a mapping" })),
  cost_ceiling: z.optional(z.looseObject({
    cost_ceiling_per_state: maybe(number),
    cost_warn_at: maybe(number),
  }, { error: "a mapping" })),
  on_throttle_hard: maybe(target),
  pruning_profile: z.optional(PRUNING_PROFILE),
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
  on_resume: maybe(z.union([
    z.enum(ON_RESUME),
    z.looseObject({ check: z.string() }),
  ], { error: '"rerun", "ask", "fail" or a mapping "check: COMMAND"' })),
  fragment_name: maybe(scalar),
  fragment_bindings: maybe(map),
  fragment_parameters: z.optional(parameters),
};

const LOOP_SHAPE = {
  name: maybe(scalar),
  initial: maybe(target),
  states: z.optional(
    z.record(
      z.string(),
      z.looseObject(STATE_SHAPE, { error: "a mapping" }),
      { error: "a mapping of states" },
    ),
  ),
  description: maybe(scalar),
  context: z.optional(map),
  scope: maybe(
    z.union([z.array(z.unknown()), z.string()], { error: "a list of paths" }),
  ),
  max_iterations: maybe(whole),
  backoff: maybe(seconds),
  timeout: maybe(seconds),
  default_timeout: maybe(seconds),
  maintain: maybe(flag),
  llm: z.optional(z.looseObject({
    enabled: maybe(flag),
    model: maybe(text),
    max_tokens: maybe(whole),
    timeout: maybe(seconds),
    effort: maybe(scalar),
  }, { error: "a mapping" })),
  on_handoff: maybe(text),
  input_key: maybe(scalar),
  max_steps: maybe(whole),
  on_max_steps: maybe(target),
  on_max_iterations: maybe(target),
  max_edge_revisits: maybe(whole),
  default_idle_timeout: maybe(seconds),
  singleton: maybe(flag),
  parameters: z.optional(parameters),
  required_inputs: maybe(texts),
  config: z.optional(z.looseObject({
    handoff_threshold: maybe(
      whole.check(
        z.refine((value) => value >= 1 && value <= 100, {
          error: "a whole number from 1 to 100",
        }),
      ),
    ),
    commands: maybe(z.looseObject({
      confidence_gate: maybe(z.looseObject({
        readiness_threshold: maybe(number),
        outcome_threshold: maybe(number),
      }, { error: "a mapping" })),
    }, { error: "a mapping" })),
    automation: maybe(CONTINUATION),
    continuation: maybe(CONTINUATION),
  }, { error: "a mapping" })),
  category: maybe(scalar),
  labels: maybe(texts),
  visibility: maybe(scalar),
  commands: z.optional(listOf(
    z.strictObject({ cmd: scalar, comment: scalar }, {
      error: 'a mapping with "cmd" and "comment"',
    }),
    "commands",
  )),
  targets: maybe(listOf(
    z.looseObject({
      file: maybe(scalar),
      glob: maybe(scalar),
      states: maybe(listOf(
        z.looseObject({
          name: scalar,
          examples_file: scalar,
          eval: scalar,
        }, { error: 'a mapping with "name", "examples_file" and "eval"' }),
        "mappings",
      )),
    }, { error: "a mapping" }),
    "mappings",
  )),
  circuit: maybe(z.looseObject({
    repeated_failure: maybe(z.looseObject({
      window: maybe(whole),
      on_repeated_failure: maybe(target),
      progress_paths: maybe(texts),
      exclude_paths: maybe(texts),
      recurrent_window: maybe(whole),
      failures_only: maybe(flag),
    }, { error: "a mapping" })),
  }, { error: "a mapping" })),
  host_guard: maybe(z.looseObject({
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
  }, { error: "a mapping" })),
  prompt_size_guard: maybe(z.looseObject({
    enabled: maybe(flag),
    warn_chars: maybe(number),
  }, { error: "a mapping" })),
  pruning_profile: maybe(PRUNING_PROFILE),
  tamper_guard: maybe(scalar),
  prepatch_check: maybe(scalar),
  session_mode: maybe(scalar),
  host: maybe(text),
  budget: maybe(BUDGET),
  on_budget_exceeded: maybe(target),
  import: any,
  fragments: any,
  from: any,
  flow: any,
  state_defs: any,
  secrets: maybe(texts),
  env: maybe(VARIABLES),
  env_allow: maybe(texts),
  output_signals: maybe(z.enum(["anywhere", "line-start", "off"], {
    error: '"anywhere", "line-start" or "off"',
  })),
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
export const LOOP_SCHEMA = z.looseObject({
  ...LOOP_SHAPE,
  ...Object.fromEntries(SUPPRESSION_FLAGS.map((name) => [name, maybe(flag)])),
}, { error: "a mapping" });

/** Every key that means something at the top of a loop file. */
export const LOOP_KEYS: readonly string[] = [
  ...Object.keys(LOOP_SHAPE),
  ...SUPPRESSION_FLAGS,
];
/** Every key that means something in a state, beside `on_<verdict>`. */
export const STATE_KEYS: readonly string[] = Object.keys(STATE_SHAPE);
/** Every key that means something in an `evaluate` mapping. */
export const EVALUATE_KEYS: readonly string[] = Object.keys(EVALUATE_SHAPE);

/** A loop file as it may be written, once `from`, `flow` and fragments are expanded. */
export type LoopDocument = z.infer<typeof LOOP_SCHEMA>;

/** Schemas whose meaning a JSON schema has words for. */
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
/** Every key whose value is a boolean, in any of its spellings. */
export const FLAG_KEYS: ReadonlySet<string> = new Set([
  ...[LOOP_SHAPE, STATE_SHAPE, EVALUATE_SHAPE].flatMap((shape) =>
    Object.entries(shape).filter(([, schema]) => schema === maybe(flag))
      .map(([key]) => key)
  ),
  ...SUPPRESSION_FLAGS,
  "enabled",
  "failures_only",
  "required",
]);
