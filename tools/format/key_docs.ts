// deno-lint-ignore-file camelcase -- the names are the keys of the files
/**
 * Owns what each key of a loop file is for, and its default: what editors show, and the page on the
 * format. Only the tool that writes both loads it. The shapes are those of `schema.ts`; a test holds
 * the two together.
 */

/** What is told of one key. */
export interface KeyDoc {
  /** What it is for: sentences in Markdown, without the last period. */
  readonly about: string;
  /** What holds without it, as it would be written; absent where nothing does. */
  readonly fallback?: string;
  /** The only words that mean something. */
  readonly words?: readonly string[];
  /** It is read and has no effect in this version. */
  readonly isInert?: true;
}

type Docs = { readonly [key: string]: KeyDoc };

const BUDGET_KEYS: Docs = {
  max_cost: { about: "US dollars at most" },
  max_tokens: { about: "Tokens at most, without those read from a cache" },
  max_calls: { about: "Calls of an agent at most" },
  max_time: {
    about:
      "Seconds at most, whatever is done meanwhile, pauses of the run aside",
  },
  warn_at: { about: "The part of each at which it is told", fallback: "0.8" },
};

/** Keys at the top of a file. */
export const LOOP_DOCS: Docs = {
  name: { about: "Name of the loop", fallback: "the name of the file" },
  description: { about: "One line on what it does" },
  initial: {
    about: "The state to begin with",
    fallback: "the first one that is no end",
  },
  states: { about: "The states by name, in any order" },
  unbounded: {
    about:
      "Cycles that nothing ends are meant: `validate` says nothing of them",
    fallback: "false",
  },
  scope: {
    about:
      "Paths that no other loop may change meanwhile; `${context.NAME}` in " +
      "them is replaced",
    fallback: "the whole project",
  },
  context: {
    about: "Values for `${context.NAME}`; a run may be given others",
    fallback: "{}",
  },
  input_key: {
    about: "The key of the context that gets the INPUT of a run",
    fallback: "input",
  },
  required_inputs: {
    about: "Keys of the context without which it does not start",
    fallback: "[]",
  },
  parameters: {
    about: "What loops that run this one may or must bind below `with`",
    fallback: "{}",
  },
  max_steps: { about: "States that a run enters at most", fallback: "50" },
  max_iterations: {
    about:
      "With `max_steps`: passes of a loop that is kept up. Alone: the older name of `max_steps`",
  },
  on_max_steps: {
    about: "A state that is entered once when `max_steps` is reached",
  },
  on_max_iterations: { about: "The same for the passes" },
  max_edge_revisits: {
    about:
      "How often one way from a state to another is taken before the run ends as a circle",
    fallback: "100",
  },
  timeout: { about: "Seconds for the whole run" },
  default_timeout: {
    about: "Seconds for the action of a state without a `timeout`",
    fallback: "3600",
  },
  default_idle_timeout: {
    about: "Seconds of silence after which an action is ended; 0 is no limit",
    fallback: "0",
  },
  backoff: { about: "Seconds between two states", fallback: "0" },
  maintain: {
    about: "Start again after each end, until a limit",
    fallback: "false",
  },
  circuit: { about: "Ends or diverts a run that repeats itself" },
  singleton: {
    about: "Only one run of this loop at a time, whatever its scope",
    fallback: "false",
  },
  on_handoff: {
    about: "What an action that prints `CONTEXT_HANDOFF:` does to the run",
    fallback: "pause",
    words: ["pause", "spawn", "terminate"],
  },
  output_signals: {
    about: "Where such marks count in a line of output",
    fallback: "anywhere",
    words: ["anywhere", "line-start", "off"],
  },
  secrets: {
    about:
      "Keys of the context and variables whose values are neither shown nor stored",
    fallback: "[]",
  },
  env: {
    about:
      "Variables for the programs that its states start, sub-loops aside; references in them are replaced",
    fallback: "{}",
  },
  env_allow: {
    about:
      "Variables that they inherit from where the run was started: names, and `PREFIX_*`. `PATH`, `HOME`, " +
      "`LANG`, `TERM`, `TMPDIR`, `IS_SANDBOX` and `LL_*` always are",
    fallback: "all of them",
  },
  llm: { about: "The model that judges where a state says nothing else" },
  config: { about: "Settings of the project for this loop alone" },
  category: {
    about: "A group in lists; `harness` switches on two more checks",
    fallback: "no group",
  },
  labels: { about: "Words to find it by in lists", fallback: "[]" },
  visibility: {
    about: "Who it is listed for",
    fallback: "public",
    words: ["public", "internal", "example"],
  },
  commands: { about: "Examples that `show` prints", fallback: "[]" },
  from: {
    about: "A loop that this one is laid over, key by key; lists are replaced",
  },
  import: { about: "Files with fragments for its states", fallback: "[]" },
  fragments: {
    about: "Partial states by name, for `fragment`",
    fallback: "{}",
  },
  flow: {
    about:
      "The states as a list of steps, `NAME` or `NAME?YES:NO`, in the place of `states`",
  },
  state_defs: {
    about: "What the states of a `flow` do, by name",
    fallback: "{}",
  },
  targets: {
    about: "Files and states that other tools may improve",
    fallback: "[]",
    isInert: true,
  },
  host_guard: {
    about: "What a prompt does while the machine has little memory left",
  },
  prompt_size_guard: { about: "Warns of prompts that are very long" },
  pruning_profile: {
    about: "What is left out of an agent's prompt",
    isInert: true,
  },
  tamper_guard: {
    about: "What to do about tests that an agent has changed",
    words: ["revert", "fail", "allow"],
  },
  prepatch_check: {
    about: "What to do before an agent's patch",
    words: ["fail", "warn", "allow"],
    isInert: true,
  },
  host: {
    about: "The agent that carries prompts out",
    fallback: "what is configured, else what is on PATH",
  },
  budget: { about: "What the loop may spend, its sub-loops included" },
  on_budget_exceeded: {
    about: "Where a state leads that has used up a budget",
    fallback: "the loop ends with an error",
  },
  session_mode: {
    about: "Whether prompts go on in one conversation",
    fallback: "fresh",
    words: ["fresh", "continue"],
  },
  artifact_versioning: {
    about: "Says that the loop keeps each version of what it makes",
    fallback: "false",
  },
};

/** Keys of a state. */
export const STATE_DOCS: Docs = {
  description: { about: "For people; it has no effect" },
  run: { about: "Short for `action` with `action_type: shell`" },
  prompt: { about: "Short for `action` with `action_type: prompt`" },
  action: {
    about:
      "The command, the prompt, or `SERVER/TOOL`; references in it are replaced",
  },
  action_type: {
    about: "What the action is",
    fallback: "`prompt` where it begins with `/`, else `shell`",
    words: ["shell", "prompt", "slash_command", "mcp_tool", "contract"],
  },
  params: { about: "Arguments of an MCP tool", fallback: "{}" },
  stdin: {
    about: "Text on the standard input of a shell action",
    fallback: "nothing",
  },
  loop: { about: "A loop that this state runs, in the place of an action" },
  with: {
    about:
      "Values for the context of that loop, or for the parameters of a fragment",
    fallback: "{}",
  },
  context_passthrough: {
    about: "Give that loop the whole context and all captures",
    fallback: "false",
  },
  worktree: { about: "Branch to work on in a copy of the repository" },
  fragment: { about: "A partial state that this one is laid over" },
  evaluate: {
    about: "How the result becomes a verdict",
    fallback: "by the kind of action",
  },
  next: {
    about: "Where it leads whatever the verdict; nothing is judged then",
  },
  route: { about: "Verdicts and where they lead; `_` is every other one" },
  on_yes: { about: "Where `yes` leads" },
  on_success: { about: "Another name of `on_yes`" },
  on_no: { about: "Where `no` leads", fallback: "`on_error`" },
  on_failure: { about: "Another name of `on_no`" },
  on_error: {
    about: "Where `error` leads, and an action that fails before it is judged",
  },
  on_partial: { about: "Where `partial` leads" },
  on_blocked: { about: "Where `blocked` leads" },
  terminal: { about: "The run ends here; nothing is run", fallback: "false" },
  failure: {
    about: "This end means that the loop failed",
    fallback: "true for `failed`, `error`, `aborted` and `finalize_aborted`",
  },
  capture: {
    about: "Name under which the result is kept: `${captured.NAME.output}`",
  },
  append_to_messages: { about: "What is added to `${messages}` afterwards" },
  timeout: { about: "Seconds for the action", fallback: "`default_timeout`" },
  idle_timeout: {
    about: "Seconds of silence",
    fallback: "`default_idle_timeout`",
  },
  detach: { about: "What it starts outlives the run", fallback: "false" },
  unbounded: {
    about:
      "A cycle through it is meant to go on: `validate` says nothing of it",
    fallback: "false",
  },
  on_resume: {
    about:
      "What `resume` does when the action may have run: `rerun`, `ask`, `fail`, or " +
      "`check:` with a command that exits with 0 when it has",
    fallback: "rerun",
  },
  max_retries: { about: "How often it may be entered again in a row" },
  on_retry_exhausted: { about: "Where it leads then" },
  retryable_exit_codes: {
    about:
      "Exit codes that are tried again; others lead to `on_retry_exhausted`",
  },
  on_maintain: {
    about: "Where a loop that is kept up starts again",
    fallback: "`initial`",
  },
  throttle: { about: "Limits on how often it may be entered in a row" },
  on_throttle_hard: {
    about: "Where it leads at the last of them",
    fallback: "`on_error`",
  },
  agent: { about: "The agent that a prompt is for" },
  tools: { about: "Tools that a prompt may use" },
  model: {
    about: "The model of a prompt and of its judge",
    fallback: "`llm.model`",
  },
  effort: { about: "How hard the model thinks", fallback: "`llm.effort`" },
  request_path: {
    about: "How prompts are sent",
    fallback: "cli",
    words: ["cli", "sdk", "batch"],
    isInert: true,
  },
  type: { about: "`learning` is the only one that means something" },
  learning: { about: "What a learning state proves" },
  cost_ceiling: { about: "What its prompts may cost in US dollars" },
  env: {
    about: "Variables for its programs, over those of the loop",
    fallback: "{}",
  },
  env_allow: {
    about: "As at the top, in its place",
    fallback: "as at the top",
  },
  host: { about: "The agent that carries its prompts out" },
  budget: { about: "What its prompts may spend, all of its entries together" },
  on_budget_exceeded: {
    about: "Where it leads when a budget is used up",
    fallback: "as at the top",
  },
  pruning_profile: { about: "As at the top", isInert: true },
  tamper_guard: {
    about: "As at the top",
    words: ["revert", "fail", "allow"],
  },
  prepatch_check: {
    about: "As at the top",
    words: ["fail", "warn", "allow"],
    isInert: true,
  },
  session_mode: {
    about: "As at the top",
    words: ["fresh", "continue"],
  },
  max_rate_limit_retries: {
    about: "How many short waits there are at a rate limit",
    fallback: "3",
  },
  on_rate_limit_exhausted: {
    about: "Where it leads when all waits are over",
    fallback: "an error",
  },
  rate_limit_backoff_base_seconds: {
    about: "The first of the short waits, in seconds; each is twice the last",
    fallback: "30",
  },
  rate_limit_max_wait_seconds: {
    about: "Seconds of all waits together",
    fallback: "21600",
  },
  rate_limit_long_wait_ladder: {
    about: "The long waits after them, in seconds",
    fallback: "[300, 900, 1800, 3600]",
  },
};

/** Keys below `evaluate`. */
export const EVALUATE_DOCS: Docs = {
  type: { about: "The evaluator" },
  source: { about: "The text to judge", fallback: "the output of the action" },
  operator: {
    about: "How the value is compared with `target`",
    words: ["eq", "ne", "lt", "le", "gt", "ge"],
  },
  target: { about: "What it is compared with" },
  key: {
    about: "Reads the last `KEY=NUMBER` of the output",
    fallback: "the whole output",
  },
  path: {
    about: "Dotted path of the value in a JSON output; `.` is all of it",
  },
  pattern: { about: "Regular expression that the output is searched for" },
  negate: { about: "`yes` when it is not found", fallback: "false" },
  error_patterns: { about: "Texts that make it `error`", fallback: "[]" },
  tolerance: { about: "How near to the target is near enough", fallback: "0" },
  previous: { about: "The value before", fallback: "that of the last look" },
  direction: {
    about: "Where better is",
    fallback: "minimize",
    words: ["minimize", "maximize"],
  },
  scope: { about: "Paths whose changes count", fallback: "all" },
  max_stall: {
    about: "Looks without a change until it is `no`",
    fallback: "1",
  },
  history_file: {
    about: "File with the values",
    fallback: "one in the folder of the run",
  },
  epsilon: { about: "A change that is smaller is none", fallback: "0.5" },
  track: { about: "What has to repeat itself", fallback: "[action]" },
  max_repeat: { about: "Repetitions until it is `no`", fallback: "2" },
  prompt: {
    about: "What the judge is asked",
    fallback: "whether the action succeeded",
  },
  schema: { about: "JSON schema of its answer" },
  min_confidence: {
    about: "Below it a verdict does not count",
    fallback: "0.5",
  },
  uncertain_suffix: {
    about: "Such verdicts get `_uncertain` at their end",
    fallback: "false",
  },
  line: {
    about:
      "Which line of the output is the verdict: `last`, `first`, or its number",
    fallback: "last",
  },
  baseline_path: { about: "Folder with what is compared" },
  auto_promote: {
    about: "The better one becomes the next baseline",
    fallback: "false",
  },
  min_pairs: { about: "Comparisons that it takes", fallback: "1" },
  pairs: {
    about: "Files of producers and consumers, and what they have agreed on",
  },
};

/** Keys of the mappings below those, by the path of the mapping; `*` is any name or index. */
export const NESTED_DOCS: { readonly [path: string]: Docs } = {
  llm: {
    enabled: { about: "Whether models are asked at all", fallback: "true" },
    model: { about: "The model", fallback: "sonnet" },
    max_tokens: { about: "Length of its answer", fallback: "256" },
    timeout: { about: "Seconds for it", fallback: "1800" },
    effort: { about: "How hard it thinks" },
  },
  config: {
    handoff_threshold: {
      about: "Percent of its context after which an agent hands over, 1 to 100",
    },
    commands: { about: "Thresholds of commands", isInert: true },
    automation: {
      about: "How often an agent goes on by itself",
      isInert: true,
    },
    continuation: { about: "Another name of `automation`", isInert: true },
  },
  "config.commands": {
    confidence_gate: { about: "How sure an agent has to be", isInert: true },
  },
  "config.commands.confidence_gate": {
    readiness_threshold: { about: "Before it begins, 1 to 100", isInert: true },
    outcome_threshold: { about: "Of the outcome, 1 to 100", isInert: true },
  },
  "config.automation": {
    max_continuations: { about: "At least 1", isInert: true },
  },
  "config.continuation": {
    max_continuations: { about: "At least 1", isInert: true },
  },
  "parameters.*": {
    type: {
      about: "What may be bound",
      words: ["string", "integer", "number", "boolean", "enum", "path"],
    },
    required: { about: "It has to be bound", fallback: "false" },
    default: { about: "What holds when it is not" },
    description: { about: "What it is for" },
    values: { about: "The values of an `enum`" },
  },
  "commands.*": {
    cmd: { about: "The command" },
    comment: { about: "What it does" },
  },
  "targets.*": {
    file: { about: "A loop file, ending in `.yaml`", isInert: true },
    glob: { about: "Files", isInert: true },
    states: { about: "States of it", isInert: true },
  },
  "targets.*.states.*": {
    name: { about: "The state", isInert: true },
    examples_file: { about: "File with examples", isInert: true },
    eval: { about: "How they are judged", isInert: true },
  },
  budget: BUDGET_KEYS,
  circuit: {
    repeated_failure: {
      about: "The same state, exit code and verdict again and again",
    },
  },
  "circuit.repeated_failure": {
    window: { about: "How often in a row", fallback: "3" },
    on_repeated_failure: {
      about: "`abort`, or the state to go to",
      fallback: "abort",
    },
    progress_paths: {
      about: "Files whose changes are progress",
      fallback: "[]",
    },
    exclude_paths: {
      about: "Files of those whose changes are none",
      fallback: "[]",
    },
    recurrent_window: { about: "How often in all" },
    failures_only: { about: "Successes do not count", fallback: "false" },
  },
  host_guard: {
    enabled: { about: "Whether it looks", fallback: "true" },
    cooldown_ms: {
      about: "How long a prompt waits from `warn_pct` on, in milliseconds",
      fallback: "500",
    },
    warn_pct: {
      about: "Percent of the memory in use from which on a prompt waits",
      fallback: "75",
    },
    critical_pct: {
      about: "Percent from which on `on_pressure` holds",
      fallback: "85",
    },
    on_pressure: {
      about: "What is done then: wait, lead to `pressure_state`, or not go on",
      fallback: "cool_down",
      words: ["cool_down", "route", "abort"],
    },
    pressure_state: { about: "Where `route` leads" },
    on_abort_route: { about: "Where `abort` leads; without it the run ends" },
    max_cumulative_subproc_mb: {
      about: "Memory of all actions; 0 is no limit",
      fallback: "0",
      isInert: true,
    },
    on_budget_exceeded: {
      about: "What it does beyond that",
      fallback: "route",
      words: ["route", "abort"],
      isInert: true,
    },
    budget_state: { about: "Where that `route` leads", isInert: true },
  },
  prompt_size_guard: {
    enabled: { about: "Whether it looks", fallback: "true" },
    warn_chars: {
      about: "Characters of a prompt that are told; 0 is never",
      fallback: "50000",
    },
  },
  pruning_profile: {
    enabled: { about: "Whether it counts", fallback: "true", isInert: true },
    name: { about: "Its name", fallback: "default", isInert: true },
    suppress_catalog: {
      about: "Leave out the list of skills",
      fallback: "false",
      isInert: true,
    },
    suppress_claude_md: {
      about: "Leave out the project's notes",
      fallback: "false",
      isInert: true,
    },
  },
  "states.*.learning": {
    targets: { about: "What is to be proved", fallback: "[]" },
    targets_csv: { about: "The same, with commas between; it wins" },
    max_retries: { about: "Tries for each", fallback: "2" },
    max_retries_expr: { about: "The same as a template; it wins" },
  },
  "states.*.throttle": {
    normal_max: { about: "Entries in a row that are normal", fallback: "3" },
    warn_max: { about: "Up to here they are told", fallback: "8" },
    hard_max: { about: "Beyond it the state is left", fallback: "12" },
  },
  "states.*.cost_ceiling": {
    cost_ceiling_per_state: { about: "The most" },
    cost_warn_at: { about: "From here on it is told" },
  },
  "states.*.budget": BUDGET_KEYS,
  "states.*.pruning_profile": {
    enabled: { about: "Whether it counts", fallback: "true", isInert: true },
    name: { about: "Its name", fallback: "default", isInert: true },
    suppress_catalog: {
      about: "Leave out the list of skills",
      fallback: "false",
      isInert: true,
    },
    suppress_claude_md: {
      about: "Leave out the project's notes",
      fallback: "false",
      isInert: true,
    },
  },
  "states.*.on_resume": {
    check: { about: "A command that exits with 0 when the action has run" },
  },
  "states.*.evaluate.pairs.*": {
    producer: { about: "File of the producer" },
    consumer: { about: "File of the consumer" },
    contract: { about: "What they have agreed on" },
    producer_pattern: { about: "What to look at in the first" },
    consumer_pattern: { about: "What to look at in the second" },
  },
};
