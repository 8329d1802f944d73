/** Owns the options of `run`: those that work, and those of the reference that are refused by name. */

import { DURABILITIES, HOST_NAMES } from "../model/mod.ts";
import type { OptionSpec, Refusal } from "./command_spec.ts";
import {
  BUILTIN_OPTION,
  CONTEXT_OPTION,
  COUNT_MAX,
  DURATION_MS_MAX,
  GRACE_OPTION,
  JSON_OPTION,
  NO_LOCK_OPTION,
  SECONDS_MAX,
  VERBOSE_OPTION,
} from "./common_options.ts";

function readyOptions(): readonly OptionSpec[] {
  return [
    {
      name: "max-steps",
      short: "n",
      value: { kind: "integer", placeholder: "N", min: 1, max: COUNT_MAX },
      summary: "Stop after N state executions",
      category: "Limits",
    },
    {
      name: "max-iterations",
      value: { kind: "integer", placeholder: "N", min: 1, max: COUNT_MAX },
      summary: "Stop after N full iterations of a maintaining loop",
      details:
        "Older releases of the reference mean --max-steps by this name. Only a loop with `maintain: true` comes to a second iteration.",
      category: "Limits",
    },
    {
      name: "delay",
      value: {
        kind: "seconds",
        placeholder: "SECONDS",
        min: 0,
        max: SECONDS_MAX,
      },
      summary: "Pause after each transition",
      category: "Limits",
    },
    {
      name: "checkpoint-after",
      value: {
        kind: "duration",
        placeholder: "DURATION",
        minMs: 1000,
        maxMs: DURATION_MS_MAX,
      },
      summary: "Pause the run after that time, with status 3",
      details:
        "For jobs with a time limit: the running action is ended as by a signal, gets its grace, and runs again when the run is resumed. Waiting for the scope counts.",
      category: "Limits",
    },
    {
      name: "max-cost",
      value: {
        kind: "amount",
        placeholder: "USD",
        unit: "US dollars",
        min: 0.0001,
        max: 1_000_000,
      },
      summary: "Stop when agents have cost that much",
      category: "Limits",
    },
    {
      name: "max-tokens",
      value: {
        kind: "integer",
        placeholder: "N",
        min: 1,
        max: 1_000_000_000_000,
      },
      summary: "Stop when agents have used N tokens",
      details:
        "Those that were sent, written or put into a cache count, those that were read from one do not.",
      category: "Limits",
    },
    {
      name: "max-calls",
      value: { kind: "integer", placeholder: "N", min: 1, max: COUNT_MAX },
      summary: "Call agents N times at most, to act or to judge",
      category: "Limits",
    },
    {
      name: "max-time",
      value: {
        kind: "duration",
        placeholder: "DURATION",
        minMs: 100,
        maxMs: DURATION_MS_MAX,
      },
      summary: "Stop when the run takes longer, over all its segments",
      details:
        "A budget like the others: it warns at 80 % and leads where on_budget_exceeded says.",
      category: "Limits",
    },
    {
      name: "host",
      value: { kind: "choice", placeholder: "HOST", choices: HOST_NAMES },
      summary: "Agent host of prompts whose loop names none",
      details:
        "Otherwise LL_HOST_CLI, then host in the configuration, then the first that is on PATH.",
      category: "Agents",
    },
    {
      name: "model",
      value: { kind: "text", placeholder: "MODEL" },
      summary: "Model of prompts whose state names none",
      category: "Agents",
    },
    {
      name: "effort",
      value: { kind: "text", placeholder: "LEVEL" },
      summary: "Effort of prompts whose state names none",
      details:
        "claude takes low, medium, high, xhigh and max; codex leaves it to its model.",
      category: "Agents",
    },
    {
      name: "allow-test-edits",
      value: { kind: "flag" },
      summary: "Let actions change test files, whatever tamper_guard says",
      category: "Agents",
    },
    CONTEXT_OPTION,
    {
      name: "handoff-threshold",
      value: { kind: "integer", placeholder: "PERCENT", min: 1, max: 100 },
      summary: "Given to actions as LL_HANDOFF_THRESHOLD",
      category: "Values",
    },
    {
      name: "context-limit",
      value: {
        kind: "integer",
        placeholder: "TOKENS",
        min: 1,
        max: 1_000_000_000,
      },
      summary: "Given to actions as LL_CONTEXT_LIMIT",
      category: "Values",
    },
    BUILTIN_OPTION,
    {
      name: "no-llm",
      value: { kind: "flag" },
      summary: "Do not ask a model for verdicts: they become error",
      category: "Definition",
    },
    {
      name: "llm-model",
      value: { kind: "text", placeholder: "MODEL" },
      summary: "Model for verdicts",
      yieldsTo: "no-llm",
      category: "Definition",
    },
    {
      name: "no-prompt-size-guard",
      value: { kind: "flag" },
      summary: "Do not warn about large prompts",
      category: "Definition",
    },
    {
      name: "prompt-size-warn-chars",
      value: {
        kind: "integer",
        placeholder: "N",
        min: 0,
        max: 1_000_000_000,
      },
      summary: "Warn about prompts above N characters; 0 never warns",
      yieldsTo: "no-prompt-size-guard",
      category: "Definition",
    },
    {
      name: "dry-run",
      value: { kind: "flag" },
      summary: "Show the whole plan; run and write nothing",
      category: "Running",
    },
    {
      name: "background",
      short: "b",
      value: { kind: "flag" },
      summary: "Return once it runs; its log tells the rest",
      details:
        "It outlives the terminal. What keeps it from starting is told here, with the same exit status as without.",
      category: "Running",
    },
    {
      name: "queue",
      value: { kind: "flag" },
      summary: "Wait for runs that hold the same scope",
      yieldsTo: "no-lock",
      category: "Running",
    },
    {
      name: "queue-timeout",
      value: {
        kind: "seconds",
        placeholder: "SECONDS",
        min: 0,
        max: SECONDS_MAX,
      },
      summary: "With --queue: wait that long at most",
      worksWith: "queue",
      category: "Running",
    },
    NO_LOCK_OPTION,
    {
      name: "durability",
      value: {
        kind: "choice",
        placeholder: "LEVEL",
        choices: DURABILITIES,
      },
      summary: "What a recorded step survives",
      details:
        "full, the default, survives power loss; fast survives the end of ll-loop only, and saves one disk sync for each action.",
      category: "Running",
    },
    GRACE_OPTION,
    {
      name: "on-end",
      value: { kind: "text", placeholder: "COMMAND" },
      summary: "Run a shell command at every end of the run",
      details:
        "It is told how the run ended by LL_END_STATUS, LL_END_REASON, LL_END_RUN_ID and others, and has a minute; what it does changes nothing about that end.",
      category: "Running",
    },
    {
      name: "no-host-guard",
      value: { kind: "flag" },
      summary: "Call agents however much of the memory is in use",
      details:
        "Otherwise a prompt waits a little from 75 % on, and what else a loop wants under pressure is done: host_guard.",
      category: "Agents",
    },
    {
      name: "quiet",
      short: "q",
      aliases: ["qt"],
      value: { kind: "flag" },
      summary: "Print errors only; wins over --verbose",
      details:
        "Newer releases of the reference mean --queue by -q; here -q keeps its first meaning.",
      category: "Output",
    },
    { ...VERBOSE_OPTION, yieldsTo: "quiet" },
    {
      name: "follow",
      short: "f",
      value: { kind: "flag" },
      summary: "Print every event as a line, also with --quiet",
      category: "Output",
    },
    {
      name: "clear",
      value: { kind: "flag" },
      summary: "Clear the screen before each state; on a terminal only",
      category: "Output",
    },
    {
      ...JSON_OPTION,
      summary: "Print the summary as one JSON object on stdout",
    },
  ];
}

const NO_DIAGRAM: Refusal = {
  reason: "Diagrams are not drawn during a run",
  instead:
    "`ll-loop show NAME` draws the machine; each step is a line of the run",
};

const NO_COMPARISON: Refusal = {
  reason: "Comparing a loop with an ungated baseline is not supported",
  instead: "Run both loops and compare their run folders",
};

const NO_WORKTREE: Refusal = {
  reason: "Running in a worktree of its own is not part of this version",
  instead: "`git worktree add ../trial` and run the loop there",
};

/** What a refused option takes, as the reference has it. */
function refusedOptions(): readonly (readonly [
  name: string,
  value: "flag" | "text" | "optional-text",
  refusal: Refusal,
  short?: string,
])[] {
  return [
    ["foreground-internal", "flag", {
      reason: "It marks a background child of the reference",
      instead: "Leave it out; --background starts a run in the background",
    }],
    ["instance-id", "text", {
      reason: "Run ids are made by ll-loop, one for each run",
      instead: "Leave it out; the header and `--json` tell the run id",
    }],
    ["show-diagrams", "optional-text", NO_DIAGRAM],
    ["diagram-edge-labels", "text", NO_DIAGRAM],
    ["diagram-state-detail", "text", NO_DIAGRAM],
    ["diagram-scope", "text", NO_DIAGRAM],
    ["worktree", "flag", NO_WORKTREE],
    ["program-md", "text", {
      reason: "Steering files are not read",
      instead: "Give each value with `--context KEY=VALUE`",
    }],
    ["host-guard-budget-mb", "text", {
      reason: "The memory of actions is not counted",
      instead: "Limit the memory with `ulimit -v` or `systemd-run`",
    }],
    ["baseline", "flag", NO_COMPARISON],
    ["baseline-skill", "text", NO_COMPARISON],
    ["items", "text", NO_COMPARISON],
    ["cross-host", "text", NO_COMPARISON],
    ["cost-output-json", "text", {
      reason: "Costs are a part of what --json prints",
      instead: "`--json` prints tokens and cost by state, under spend",
    }],
  ];
}

/** Every option of `run`. */
export function allRunOptions(): readonly OptionSpec[] {
  return [
    ...readyOptions(),
    ...refusedOptions().map(([name, kind, refusal, short]): OptionSpec => ({
      name,
      ...(short === undefined ? {} : { short }),
      value: kind === "flag" ? { kind } : { kind, placeholder: "VALUE" },
      summary: refusal.reason,
      category: "Running",
      refusal,
    })),
  ];
}

/** Returns the working options of `run` with these names, for commands that run something, too. */
export function runOptions(names: readonly string[]): readonly OptionSpec[] {
  return readyOptions().filter(({ name }) => names.includes(name));
}
