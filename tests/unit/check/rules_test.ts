import { assert, assertEquals } from "@std/assert";
import {
  checkDefinitions,
  checkLoop,
  DEFINITION_RULES,
  PROOF_RULES,
  RULES,
} from "../../../src/check/mod.ts";
import { type Case, loop, S } from "./case.ts";
import { MACHINE_CASES } from "./machine_cases.ts";
import { checkLines, linesOf, loadText } from "../load/memory_sources.ts";

const CASES: readonly Case[] = [
  {
    rule: "missing-description",
    silent: loop(S),
    noisy: loop(S).replace("description: d", 'description: ""'),
    lines: ["1:1 warning The loop has no description"],
  },
  {
    rule: "unknown-key",
    silent: loop(S, "x-team: me\nlabels: [a]\nevidence_contract_ok: true"),
    noisy: loop(S, "discription: d\nzebra: 1"),
    lines: [
      '3:1 warning Key "discription" is unknown and has no effect',
      '4:1 warning Key "zebra" is unknown and has no effect',
    ],
  },
  {
    rule: "unknown-visibility",
    silent: loop(S, "visibility: internal"),
    noisy: loop(S, "visibility: privat"),
    lines: [
      '3:13 warning "visibility" should be "public", "internal", "example", not "privat": read as "public"',
    ],
  },
  {
    rule: "unknown-state-key",
    silent: loop(
      "  s: {action: ls, description: d, x-y: 1, on_weird: done, evaluate: {type: classify}, on_sucess: done}\n",
    ),
    noisy: loop(
      "  s: {action: ls, descripton: d, on_sucess: done, on_target: done, on_yes: done}\n",
    ),
    lines: [
      '7:19 warning Key "descripton" of state "s" is unknown and has no effect',
    ],
  },
  {
    rule: "unknown-evaluate-key",
    silent: loop(
      "  s: {action: ls, on_yes: done, evaluate: {type: output_contains, pattern: a, negate: true}}\n",
    ),
    noisy: loop(
      "  s: {action: ls, on_yes: done, evaluate: {type: output_contains, pattern: a, negat: true}}\n",
    ),
    lines: [
      '7:79 warning Key "negat" has no effect on the evaluator "output_contains"',
    ],
  },
  {
    rule: "bad-target-file",
    silent: loop(S, "x-a: 1"),
    noisy: loop(S, "targets: [{file: a.yaml}, {file: b.yml}]"),
    lines: ['3:34 error "file" must end in ".yaml", not "b.yml"'],
  },
  {
    rule: "inert-key",
    silent: loop(S, "host_guard: {warn_pct: 50}\nprepatch_check: allow"),
    noisy: loop(
      "  s: {action: ls, on_error: done, max_rate_limit_retries: 1, on_rate_limit_exhausted: done}\n",
      "prepatch_check: fail\nconfig: {commands: {a: 1}}\nhost_guard: {max_cumulative_subproc_mb: 9, on_budget_exceeded: abort}",
    ),
    lines: [
      '3:1 warning "prepatch_check" has no effect in this version',
      '4:10 warning "config.commands" has no effect in this version',
      '5:14 warning "host_guard.max_cumulative_subproc_mb" has no effect in this version',
    ],
  },
  {
    rule: "unknown-host",
    silent: loop(
      "  s: {prompt: x, host: claude-code, next: done}\n",
      "host: codex",
    ),
    noisy: loop("  s: {prompt: x, host: claud, next: done}\n", "host: qwen"),
    lines: [
      '3:7 error Host "qwen" is unknown',
      '7:24 error Host "claud" is unknown',
    ],
  },
  {
    rule: "unknown-session-mode",
    silent: loop(
      "  s: {prompt: x, session_mode: continue, next: done}\n",
      "session_mode: fresh",
    ),
    noisy: loop("  s: {prompt: x, session_mode: contine, next: done}\n"),
    lines: [
      '7:32 warning "session_mode" should be "fresh" or "continue", not "contine": read as "fresh"',
    ],
  },
  {
    rule: "host-lacks-option",
    silent: loop(
      "  s: {prompt: x, host: codex, model: m, effort: high, next: done}\n",
    ),
    noisy: loop(
      "  s: {prompt: x, tools: [a], agent: b, next: done}\n",
      "host: codex",
    ),
    lines: [
      '7:18 warning "tools" has no effect: host "codex" has no such option',
      '7:30 warning "agent" has no effect: host "codex" has no such option',
    ],
  },
  {
    rule: "unknown-effort",
    silent: loop(
      "  s: {prompt: x, host: command, effort: hgih, next: t}\n" +
        "  t: {prompt: x, host: codex, effort: deep, next: u}\n  u: {prompt: x, effort: HIGH, next: done}\n",
      "llm: {effort: low}",
    ),
    noisy: loop(
      "  s: {prompt: x, effort: hgih, next: t}\n  t: {prompt: x, host: claude, effort: minimal, next: done}\n",
      "llm: {effort: medum}",
    ),
    lines: [
      '3:15 warning "effort" is "medum", and hosts take none, minimal, low, medium, high, xhigh, max or ultra',
      '7:26 warning "effort" is "hgih", and hosts take none, minimal, low, medium, high, xhigh, max or ultra',
      '8:40 warning "effort" is "minimal", and host "claude" takes low, medium, high, xhigh or max',
    ],
  },
  {
    rule: "bad-budget",
    silent: loop(
      "  s: {prompt: x, budget: {max_cost: 0.5, warn_at: 0.5}, next: done}\n",
    ),
    noisy: loop(
      "  s: {prompt: x, budget: {max_cost: 0, warn_at: 80}, next: done}\n",
      "budget: {max_calls: -1}",
    ),
    lines: [
      '3:21 error "max_calls" must be above 0, not -1',
      '7:37 error "max_cost" must be above 0, not 0',
      '7:49 error "warn_at" must be a part from 0 to 1, such as 0.8, not 80',
    ],
  },
  {
    rule: "idle-budget",
    silent: loop("  s: {prompt: x, budget: {max_calls: 1}, next: done}\n"),
    noisy: loop("  s: {action: ls, budget: {max_calls: 1}, next: done}\n"),
    lines: ['7:19 warning State "s" calls no agent: its budget has no effect'],
  },
  {
    rule: "bad-variable",
    silent: loop(
      "  s: {action: x, env: {_b2: y}, env_allow: [], next: done}\n",
      "env: {A: 1}\nenv_allow: [HOME, AWS_*, '*']",
    ),
    noisy: loop(
      "  s: {action: x, env: {2B: y}, env_allow: ['*_KEY'], next: done}\n",
      "env: {'A=B': 1}",
    ),
    lines: [
      '3:7 error "A=B" is no name of a variable',
      '7:24 error "2B" is no name of a variable',
      '7:43 error "*_KEY" is no name of a variable',
    ],
  },
  {
    rule: "reserved-variable",
    silent: loop(S, "env: {LLX: 1}\nenv_allow: [LL_HOST_CLI]"),
    noisy: loop(
      "  s: {action: x, env: {LL_CONTEXT_X: y}, next: done}\n",
      "env: {LL_RUN_ID: 1}",
    ),
    lines: [
      '3:7 error "LL_RUN_ID" is set by ll-loop itself, as all that begins with "LL_"',
      '7:24 error "LL_CONTEXT_X" is set by ll-loop itself, as all that begins with "LL_"',
    ],
  },
  {
    rule: "ignored-env",
    silent: loop(
      "  s: {action: x, env: {A: y}, next: t}\n" +
        "  t: {evaluate: {type: llm_structured, source: x}, env: {A: y}, on_yes: done}\n",
    ),
    noisy: loop(
      "  s: {loop: x, env: {A: y}, next: t}\n  t: {env_allow: [], next: done}\n",
    ),
    lines: [
      '7:16 warning "env" has no effect: state "s" starts no program itself',
      '8:7 warning "env_allow" has no effect: state "t" starts no program itself',
    ],
  },
  {
    rule: "bad-parameter",
    silent: loop(
      S,
      "parameters: {a: {type: enum, values: [x]}, b: {type: string, required: true}, c: {type: path, default: x}}",
    ),
    noisy: loop(
      S,
      "parameters: {a: {type: enum}, b: {type: strin}, c: {type: path, default: x, required: yes}}",
    ),
    lines: [
      '3:14 error Parameter "a" is an enum and needs at least one entry in "values"',
      '3:41 error Parameter "b" has the unknown type "strin": expected one of "boolean", "enum", "integer", "number", "path", "string"',
      '3:65 error Parameter "c" cannot be required and have a default',
    ],
  },
  {
    rule: "misfit-default",
    silent: loop(
      "  s: {fragment: f, with: {p: 5}, on_yes: done}\n",
      "parameters: {a: {type: enum, values: [x, 1], default: 1}, b: {type: string}, c: {type: number, default: 1.5}}\n" +
        "fragments: {f: {action: ls, parameters: {p: {type: integer, default: 3}}}}",
    ),
    noisy: loop(
      "  s: {fragment: f, on_yes: done}\n",
      "parameters: {a: {type: enum, values: [low, high], default: hihg}, b: {type: boolean, default: 'true'}, c: {type: string, default: 3}, e: {type: path, default: [x]}}\n" +
        "fragments: {f: {action: ls, parameters: {p: {type: integer, default: abc}}}}",
    ),
    lines: [
      '3:60 warning The default of parameter "a": expected one of "low", "high", not the text "hihg"',
      '3:95 warning The default of parameter "b": expected true or false, not the text "true"',
      '3:131 warning The default of parameter "c": expected text, not the number 3',
      '3:160 warning The default of parameter "e": expected text, not a list',
      '4:70 warning The default of parameter "p": expected a whole number, not the text "abc"',
    ],
  },
  {
    rule: "bad-fragment-binding",
    silent: loop(
      "  s: {fragment: f, with: {p: 5, e: b, t: '${context.x}'}, on_yes: done}\n",
      "fragments: {f: {action: ls, parameters: {p: {type: integer, required: true}, e: {type: enum, values: [a, b]}, t: {type: boolean}, run_dir: {type: path, required: true}}}}",
    ),
    noisy: loop(
      "  s: {fragment: f, with: {pp: 5, e: c, t: 1}, on_yes: done}\n",
      "fragments: {f: {action: ls, parameters: {p: {type: integer, required: true}, e: {type: enum, values: [a, b]}, t: {type: boolean}}}}",
    ),
    lines: [
      '7:20 error The required parameter "p" of the fragment is not bound',
      '7:27 error "pp" is not a parameter of the fragment',
      '7:37 error Parameter "e" of the fragment: expected one of "a", "b", not the text "c"',
      '7:43 error Parameter "t" of the fragment: expected true or false, not the number 1',
    ],
  },
  {
    rule: "out-of-range",
    silent: loop(
      S,
      "timeout: 0.5\nbackoff: 0\nmax_steps: 2\nllm: {max_tokens: 1, timeout: 1}\nprompt_size_guard: {warn_chars: 0}\ncircuit: {repeated_failure: {window: 1, recurrent_window: 2}}",
    ),
    noisy: loop(
      S,
      "timeout: 0\nbackoff: -1\nmax_steps: 0\nllm: {max_tokens: 0, timeout: 0}\nprompt_size_guard: {warn_chars: -1}\ncircuit: {repeated_failure: {window: 0, recurrent_window: 1}}\nhost_guard: {warn_pct: 101, critical_pct: 80}\nmax_iterations: 0\nmax_edge_revisits: 0",
    ),
    lines: [
      '3:10 error "timeout" must be greater than 0, not 0',
      '4:10 error "backoff" must be from 0 to 1000000, not -1',
      '5:12 error "max_steps" must be greater than 0, not 0',
      '6:19 error "max_tokens" must be greater than 0, not 0',
      '6:31 error "timeout" must be greater than 0, not 0',
      '7:33 error "warn_chars" must be at least 0, not -1',
      '8:38 error "window" must be at least 1, not 0',
      '8:59 error "recurrent_window" must be at least 2, not 1',
      '9:24 error "warn_pct" must be from 0 to 100, not 101',
      '9:43 error "critical_pct" must be at least "warn_pct" (101), not 80',
      '10:17 error "max_iterations" must be greater than 0, not 0',
      '11:20 error "max_edge_revisits" must be greater than 0, not 0',
    ],
  },
  {
    rule: "unknown-guard-state",
    silent: loop(
      S,
      "on_max_steps: s\nmaintain: true\nmax_steps: 5\nmax_iterations: 5\non_max_iterations: done\ncircuit: {repeated_failure: {on_repeated_failure: abort}}",
    ),
    noisy: loop(
      S,
      "on_max_steps: x\non_max_iterations: dome\non_budget_exceeded: y\ncircuit: {repeated_failure: {on_repeated_failure: y}}\nhost_guard: {on_pressure: route, on_abort_route: z, max_cumulative_subproc_mb: 1, on_budget_exceeded: stop}",
    ),
    lines: [
      '3:15 error "on_max_steps" must be a state of this loop, not "x"',
      '4:20 error "on_max_iterations" must be a state of this loop, not "dome"',
      '5:21 error "on_budget_exceeded" must be a state of this loop, not "y"',
      '6:51 error "on_repeated_failure" must be "abort" or a state of this loop, not "y"',
      '7:1 error "on_pressure: route" requires "pressure_state"',
      '7:50 error "on_abort_route" must be a state of this loop, not "z"',
      '7:103 error "on_budget_exceeded" must be one of "abort", "route", not "stop"',
    ],
  },
  {
    rule: "unknown-initial-state",
    silent: loop(S),
    noisy: loop(S).replace("initial: s", "initial: constructor"),
    lines: ['4:10 error The initial state "constructor" does not exist'],
  },
  {
    rule: "no-terminal",
    silent: loop(S),
    noisy: loop(S).replace("{terminal: true}", "{next: s}"),
    lines: ["5:1 error No state is terminal: the loop cannot end"],
  },
  {
    rule: "unknown-target",
    silent: loop(
      "  s: {action: ls, route: {yes: done, _: $current}, on_maintain: s}\n",
      "maintain: true",
    ),
    noisy: loop(
      "  s:\n    action: ls\n    on_success: don\n    on_no: toString\n    on_maintain: x\n    on_target: y\n    next: $curent\n    route: {a: z, _error: w, _: '${context.t}'}\n",
    ),
    lines: [
      '9:17 error State "s" goes to the unknown state "don"',
      '10:12 error State "s" goes to the unknown state "toString"',
      '11:18 error State "s" goes to the unknown state "x"',
      '12:16 error State "s" goes to the unknown state "y"',
      '13:11 error State "s" goes to the unknown state "$curent"',
      '14:16 error State "s" goes to the unknown state "z"',
      '14:27 error State "s" goes to the unknown state "w"',
      '14:33 error State "s" goes to "${context.t}": a target must be the name of a state, not a template',
    ],
  },
  {
    rule: "unreachable-state",
    silent: loop(
      `${S}  cap: {next: done}\n  stall: {next: done}\n`,
      "on_max_steps: cap\ncircuit: {repeated_failure: {on_repeated_failure: stall}}",
    ),
    noisy: loop(`${S}  u: {next: v}\n  v: {next: u}\n`),
    lines: [
      '8:3 warning State "u" cannot be reached from "s"',
      '9:3 warning State "v" cannot be reached from "s"',
    ],
  },
  {
    rule: "no-transition",
    silent: loop("  s: {action: ls, on_error: done}\n"),
    noisy: loop("  s: {action: ls, on_maintain: done}\n"),
    lines: ['7:3 error State "s" leads nowhere'],
  },
  {
    rule: "route-hides-shorthand",
    silent: loop(
      "  s: {action: ls, route: {yes: t, _: done}, max_retries: 1, on_retry_exhausted: done}\n" +
        "  t: {action: ls, route: {_: s}, tamper_guard: fail, on_no: done}\n",
    ),
    noisy: loop(
      "  s: {action: ls, route: {yes: done}, on_no: done}\n  t: {action: ls, route: {_: s}, on_error: done}\n",
    ),
    lines: [
      '7:39 warning State "s" has a "route" table, so "on_no" is not used',
      '8:34 warning State "t" has a "route" table, so "on_error" is used only when the action cannot start',
    ],
  },
  {
    rule: "sub-loop-ignores-key",
    silent: loop("  s: {loop: c, on_yes: done, on_no: done}\n"),
    silentOthers: { "/p/.loops/c.yaml": loop(S) },
    noisy: loop(
      "  s: {loop: c, on_yes: done, next: done, evaluate: {type: exit_code}}\n",
    ),
    others: { "/p/.loops/c.yaml": loop(S) },
    lines: [
      '7:30 warning "next" has no effect on a state that runs a loop',
      '7:42 warning "evaluate" has no effect on a state that runs a loop',
    ],
  },
  {
    rule: "terminal-action",
    silent: loop(
      `${S}  cap: {terminal: true, action: ls}\n`,
      "on_max_steps: cap",
    ),
    noisy: loop("  s: {terminal: true, action: ls}\n").replace(
      "  done: {terminal: true}\n",
      "",
    ),
    lines: ['6:23 warning State "s" is terminal: its action never runs'],
  },
  {
    rule: "nul-in-action",
    silent: loop(S.replace("ls", "'a\\0b'")),
    noisy: loop(S.replace("ls", '"a\\0b"')),
    lines: [
      "7:15 error The action holds a NUL character, which no shell can run",
    ],
  },
  {
    rule: "empty-action",
    silent: loop(
      "  s: {run: ls, next: t}\n  t: {next: done}\n",
    ),
    noisy: loop(
      "  s: {run: '', next: t}\n  t: {prompt: ' ', on_yes: u, on_no: u}\n  u: {action: '', next: done}\n",
    ),
    lines: [
      "7:12 warning The action is empty: the state does nothing",
      "8:15 warning The action is empty: the state does nothing",
      "9:15 warning The action is empty: the state does nothing",
    ],
  },
  {
    rule: "plain-message",
    silent: loop(
      "  s: {action: ls, append_to_messages: '${prev.output}', next: done}\n",
    ),
    noisy: loop("  s: {action: ls, append_to_messages: hi, next: done}\n"),
    lines: [
      '7:39 error "append_to_messages" must hold a reference, not only "hi"',
    ],
  },
  ...(["model", "effort"] as const).map((key) => ({
    rule: `ignored-${key}`,
    silent: loop(
      `  s: {action: ls, action_type: shell, ${key}: m, evaluate: {type: llm_structured}, on_yes: done}\n`,
    ),
    noisy: loop(
      `  s: {action: ls, action_type: shell, ${key}: m, on_yes: done}\n`,
    ),
    lines: [`7:39 warning "${key}" has no effect on a shell action`],
  })),
  {
    rule: "ignored-stdin",
    silent: loop("  s: {action: cat, stdin: '${prev.output?}', next: done}\n"),
    noisy: loop(
      "  s: {action: Look, action_type: prompt, stdin: x, next: t}\n  t: {stdin: y, next: done}\n",
    ),
    lines: [
      '7:42 warning "stdin" is only for shell actions: it has no effect here',
      '8:7 warning "stdin" is only for shell actions: it has no effect here',
    ],
  },
  {
    rule: "mcp-action",
    silent: loop(
      "  s: {action: '${context.tool}', action_type: mcp_tool, next: t}\n" +
        "  t: {action: db/a/b, action_type: mcp_tool, next: done}\n",
    ),
    noisy: loop(
      "  s: {action: read, action_type: mcp_tool, next: t}\n" +
        "  t: {action: db/, action_type: mcp_tool, next: done}\n",
    ),
    lines: [
      '7:15 warning MCP action "read" names no tool',
      '8:15 warning MCP action "db/" names no tool',
    ],
  },
  {
    rule: "params-without-mcp",
    silent: loop(
      "  s: {action: a/b, action_type: mcp_tool, params: {x: 1}, next: done}\n",
    ),
    noisy: loop("  s: {action: ls, params: {x: 1}, next: done}\n"),
    lines: ['7:19 error "params" is only for "action_type: mcp_tool"'],
  },
  {
    rule: "loop-and-action",
    silent: loop("  s: {loop: c, on_yes: done}\n"),
    silentOthers: { "/p/.loops/c.yaml": loop(S) },
    noisy: loop("  s: {loop: c, action: ls, on_yes: done}\n"),
    others: { "/p/.loops/c.yaml": loop(S) },
    lines: [
      '7:3 error State "s" has both "loop" and "action": only one can run',
    ],
  },
  {
    rule: "needs-loop",
    silent: loop("  s: {loop: c, with: {a: 1}, worktree: b, on_yes: done}\n"),
    silentOthers: { "/p/.loops/c.yaml": loop(S, "context: {a: 0}") },
    noisy: loop("  s: {action: ls, with: {a: 1}, worktree: b, on_yes: done}\n"),
    lines: [
      '7:19 error "with" is only for states with "loop" or "fragment"',
      '7:33 error "worktree" is only for states with "loop"',
    ],
  },
  {
    rule: "with-and-passthrough",
    silent: loop("  s: {loop: c, context_passthrough: yes, on_yes: done}\n"),
    silentOthers: { "/p/.loops/c.yaml": loop(S) },
    noisy: loop(
      "  s: {loop: c, with: {a: 1}, context_passthrough: yes, on_yes: done}\n",
    ),
    others: { "/p/.loops/c.yaml": loop(S) },
    lines: ['7:16 error "with" and "context_passthrough" exclude each other'],
  },
  {
    rule: "bad-learning",
    silent: loop(
      "  s: {type: learning, learning: {targets_csv: a}, on_yes: done, on_blocked: done}\n",
    ),
    noisy: loop(
      "  s: {type: learning, learning: {max_retries: -1}, on_error: done}\n",
    ),
    lines: [
      '7:3 error A learning state needs "on_blocked" or "on_no"',
      '7:3 error A learning state needs "on_yes"',
      '7:23 error A learning state needs "targets" or "targets_csv"',
      '7:47 error "max_retries" must be at least 0, not -1',
    ],
  },
  {
    rule: "negative-timeout",
    silent: loop(
      "  s: {action: ls, timeout: 0, idle_timeout: 0.5, next: done}\n",
      "default_timeout: 0",
    ),
    noisy: loop("  s: {action: ls, timeout: -2, next: done}\n"),
    lines: [
      '7:28 warning "timeout" should be 0 or more seconds, not -2: it counts as absent',
    ],
  },
  {
    rule: "bad-retries",
    silent: loop(
      "  s: {action: ls, max_retries: 1, on_retry_exhausted: done, retryable_exit_codes: [1], on_error: done}\n",
    ),
    noisy: loop(
      "  s: {action: ls, max_retries: 0, retryable_exit_codes: [1, 0, x], next: done}\n  t: {action: ls, on_retry_exhausted: s, rate_limit_max_wait_seconds: 0, max_rate_limit_retries: 2, next: s}\n",
    ),
    lines: [
      '7:19 error "max_retries" requires "on_retry_exhausted"',
      '7:32 error "max_retries" must be at least 1, not 0',
      '7:35 error "retryable_exit_codes" requires "on_error"',
      '7:61 error Entry 2 of "retryable_exit_codes" must be a whole number from 1, not 0',
      '8:19 error "on_retry_exhausted" requires "max_retries"',
      '8:71 error "rate_limit_max_wait_seconds" must be at least 1, not 0',
      '8:74 error "max_rate_limit_retries" requires "on_rate_limit_exhausted"',
    ],
  },
  {
    rule: "bad-rate-limit",
    silent: loop(S),
    noisy: loop(
      "  s: {action: ls, rate_limit_long_wait_ladder: [], next: t}\n  t: {action: ls, rate_limit_long_wait_ladder: [5, 0], next: done}\n",
    ),
    lines: [
      '7:19 error "rate_limit_long_wait_ladder" must not be empty',
      '8:52 error Entry 2 of "rate_limit_long_wait_ladder" must be a whole number from 1, not 0',
    ],
  },
  {
    rule: "bad-throttle",
    silent: loop(
      "  s: {action: ls, throttle: {normal_max: 1, warn_max: 2, hard_max: 3}, next: done}\n",
    ),
    noisy: loop(
      "  s: {action: ls, throttle: {normal_max: 0, warn_max: 3, hard_max: 3}, next: done}\n",
    ),
    lines: [
      '7:42 error "normal_max" must be at least 1, not 0',
      '7:55 error "warn_max" must be less than "hard_max" (3), not 3',
    ],
  },
  {
    rule: "bad-cost-ceiling",
    silent: loop(S),
    noisy: loop(
      "  s: {action: ls, cost_ceiling: {cost_ceiling_per_state: -2, cost_warn_at: -1}, next: done}\n",
    ),
    lines: [
      '7:58 error "cost_ceiling_per_state" must be at least 0, not -2',
      '7:76 error "cost_warn_at" must be at least 0, not -1',
      '7:76 error "cost_warn_at" must not exceed "cost_ceiling_per_state" (-2), not -1',
    ],
  },
  {
    rule: "unknown-evaluator",
    silent: loop(
      "  s: {action: ls, evaluate: {type: mcp_result}, route: {success: done}}\n",
    ),
    noisy: loop(
      "  s: {action: ls, evaluate: {type: exit_cod, operator: x}, on_yes: done}\n",
    ),
    lines: [
      '7:36 error Evaluator "exit_cod" is unknown: expected one of "action_stall", "classify", "comparator", "contract", "convergence", "diff_stall", "exit_code", "harbor_scorer", "llm_structured", "mcp_result", "open_question_stall", "output_contains", "output_json", "output_numeric", "score_stall"',
    ],
  },
  {
    rule: "missing-evaluate-key",
    silent: loop(
      '  s: {action: ls, evaluate: {type: output_json, path: "", operator: eq, target: 0}, on_yes: done}\n',
    ),
    noisy: loop(
      "  s: {action: ls, evaluate: {type: output_json, path: null, operator: eq}, on_yes: done}\n",
    ),
    lines: [
      '7:19 error Evaluator "output_json" requires "path"',
      '7:19 error Evaluator "output_json" requires "target"',
    ],
  },
  {
    rule: "bad-evaluate-value",
    silent: loop(
      "  s: {action: ls, evaluate: {type: convergence, target: ' -1_0e2 ', tolerance: 0, direction: maximize}, on_target: t}\n  t: {action: ls, evaluate: {type: output_numeric, operator: lt, target: '${context.n}'}, on_yes: done}\n",
    ),
    noisy: loop(
      `  s: {action: ls, evaluate: {type: convergence, target: 1, tolerance: -1, direction: max, operator: "=="}, next: t}
  t: {action: ls, evaluate: {type: llm_structured, min_confidence: 2}, next: u}
  u: {action: ls, evaluate: {type: diff_stall, max_stall: 0}, next: v}
  v: {action: ls, evaluate: {type: open_question_stall, epsilon: -1}, next: w}
  w: {action: ls, evaluate: {type: action_stall, max_repeat: 0}, next: done}
`,
    ),
    lines: [
      '7:71 error "tolerance" must be at least 0, not -1',
      '7:86 error "direction" must be "maximize", "minimize", not "max"',
      '7:101 error "operator" must be one of "eq", "ne", "lt", "le", "gt", "ge", not "=="',
      '8:68 error "min_confidence" must be from 0 to 1, not 2',
      '9:59 error "max_stall" must be at least 1, not 0',
      '10:66 error "epsilon" must be at least 0, not -1',
      '11:62 error "max_repeat" must be at least 1, not 0',
    ],
  },
  {
    rule: "unnumeric-target",
    silent: loop(
      "  s: {action: ls, evaluate: {type: convergence, target: ' -1_0e2 '}, on_target: t}\n  t: {action: ls, evaluate: {type: output_numeric, operator: lt, target: '${context.n}'}, on_yes: done}\n",
    ),
    noisy: loop(
      "  s: {action: ls, evaluate: {type: output_numeric, operator: lt, target: 80%}, next: done}\n",
    ),
    lines: [
      '7:74 warning "target" must be a number, not the text "80%": the verdict would always be "error"',
    ],
  },
  {
    rule: "bad-pattern",
    silent: loop(
      "  s: {action: ls, evaluate: {type: output_contains, pattern: '(?i)a(?P<n>b)\\Z'}, on_yes: t}\n  t: {action: ls, evaluate: {type: output_contains, pattern: '(${context.x}'}, on_yes: done}\n",
    ),
    noisy: loop(
      "  s: {action: ls, evaluate: {type: output_contains, pattern: 'f(x'}, on_yes: done}\n",
    ),
    lines: [
      '7:62 warning "f(x" is not a regular expression: it is searched as plain text',
    ],
  },
  {
    rule: "malformed-reference",
    silent: loop(
      "  s: {action: 'echo $X $${Y} ${context.a} ${messages} ${} ${', on_yes: done, evaluate: {type: output_contains, pattern: '${a}'}}\n",
    ),
    noisy: loop(
      "  s:\n    action: |\n      echo ${X}\n      echo ${X} ${Y} ${context}\n    next: done\n",
      "circuit: {repeated_failure: {progress_paths: [a, '${X}']}}",
    ),
    lines: [
      '3:51 warning "${X}" is not a reference: expected namespace.path',
      '9:12 warning "${X}" is not a reference: expected namespace.path',
      '10:17 warning "${Y}" is not a reference: expected namespace.path',
      '10:22 warning "${context}" is not a reference: expected namespace.path',
    ],
  },
  {
    rule: "nameless-reference",
    silent: loop(
      "  s: {action: 'echo ${context.a} ${context.?} ${messages.} $${context.} ${env.A..B} ${foo.?}', on_yes: done, evaluate: {type: output_contains, pattern: '${env.}'}}\n",
    ),
    noisy: loop(
      "  s: {action: 'echo ${context.} ${env.:shell} ${prev..output} ${context.}', on_yes: done}\n",
    ),
    lines: [
      '7:21 warning "${context.}" lacks a name beside a dot',
      '7:33 warning "${env.:shell}" lacks a name beside a dot',
      '7:47 warning "${prev..output}" lacks a name beside a dot',
    ],
  },
  {
    rule: "unknown-namespace",
    silent: loop(
      "  s: {action: 'echo ${foo.bar?} ${foo.x:default=} ${env.X}', on_yes: done}\n",
    ),
    noisy: loop(
      "  s: {action: 'echo ${contxt.a} ${D/tmp/x.txt}', on_yes: done}\n",
      "circuit: {repeated_failure: {progress_paths: ['${foo.b}']}}",
    ),
    lines: [
      '3:48 warning "${foo.b}" names the unknown namespace "foo": expected one of "captured", "context", "env", "loop", "messages", "param", "prev", "result", "state"',
      '7:21 warning "${contxt.a}" names the unknown namespace "contxt": expected one of "captured", "context", "env", "loop", "messages", "param", "prev", "result", "state"',
      '7:33 warning "${D/tmp/x.txt}" names the unknown namespace "D/tmp/x": expected one of "captured", "context", "env", "loop", "messages", "param", "prev", "result", "state"',
    ],
  },
  {
    rule: "unresolved-scope",
    silent: loop(S, "scope: ['${context.a}/x', '$${b.c}', d]"),
    noisy: loop(S, "scope: [a, 'b/${env.HOME}', '${X}']"),
    lines: [
      '3:15 warning "${env.HOME}" stays as it is written: in a scope only references to the context are replaced',
      '3:30 warning "${X}" stays as it is written: in a scope only references to the context are replaced',
    ],
  },
  {
    rule: "unbound-parameter",
    silent: loop(
      "  s: {fragment: f, with: {p: 1}, on_yes: t}\n  t: {action: 'echo ${param.a?} ${param.b:default=}', on_yes: done}\n",
      "fragments: {f: {action: 'echo ${param.p} ${param.q.x}', parameters: {p: {type: number, required: true}, q: {type: string, default: d}}}}",
    ),
    noisy: loop(
      "  s: {action: 'echo ${param.p.x} ${param.p}', on_yes: done}\n",
    ),
    lines: [
      '7:21 warning "${param.p.x}" has no value: nothing is bound to "p"',
    ],
  },
  {
    rule: "never-captured",
    silent: loop(
      "  s: {action: 'echo ${captured.own.output?} ${captured.no.output?} $${captured.no.output}', capture: own, on_yes: done}\n",
    ),
    noisy: loop(
      "  s: {action: 'echo ${captured.outt.output}', capture: out, on_yes: t}\n  t: {evaluate: {type: classify, source: '${captured.b}'}, route: {_: done}}\n",
    ),
    lines: [
      '7:21 error "${captured.outt.output}" is never captured: no state has "capture: outt"',
      '8:43 error "${captured.b}" is never captured: no state has "capture: b"',
    ],
  },
  {
    rule: "bad-capture-field",
    silent: loop(
      "  s: {loop: c, capture: r, on_yes: t}\n  t: {action: 'echo ${captured.r.output} ${captured.r.exit_code} ${captured.s.x.output} ${captured.r}', next: done}\n",
    ),
    silentOthers: { "/p/.loops/c.yaml": loop(S) },
    noisy: loop(
      "  s: {loop: c, capture: r, on_yes: t}\n  t: {action: 'echo ${captured.r.stderr}', next: done}\n",
    ),
    others: { "/p/.loops/c.yaml": loop(S) },
    lines: [
      '8:21 error "${captured.r.stderr}": the capture of a sub-loop has only "output", "exit_code", "verdict"',
    ],
  },
  {
    rule: "capture-may-be-missing",
    silent: loop(
      "  s: {action: ls, capture: c, on_yes: t, on_no: t2}\n  t: {action: ls, next: u}\n  t2: {action: ls, capture: d, next: u}\n  u: {action: 'echo ${captured.c.output} ${captured.d.output?}', next: done}\n",
    ),
    noisy: loop(
      `  s: {action: ls, on_yes: t, on_no: u}
  t: {action: ls, capture: c, on_yes: u, on_no: sub}
  sub: {loop: c, on_yes: u, on_no: u}
  u: {action: 'echo \${captured.c.output} \${captured.sub.x} \${captured.deep.output}', next: done}
`,
    ),
    others: { "/p/.loops/c.yaml": loop(S) },
    lines: [
      '10:21 warning "${captured.c.output}" may be missing: "t" can be bypassed by s → u',
      '10:42 warning "${captured.sub.x}" may be missing: "sub" can be bypassed by s → u',
      '10:60 warning "${captured.deep.output}" is captured by no state of this loop',
    ],
  },
  {
    rule: "bad-loop-binding",
    silent: loop(
      "  s: {loop: c, with: {n: 3, t: '${context.x}'}, on_yes: done}\n",
    ),
    silentOthers: {
      "/p/.loops/c.yaml": loop(
        S,
        "parameters: {n: {type: integer}, t: {type: boolean, required: true}, run_dir: {type: path, required: true}}",
      ),
    },
    noisy: loop("  s: {loop: c, with: {m: 3, n: x}, on_yes: done}\n"),
    others: {
      "/p/.loops/c.yaml": loop(
        S,
        "parameters: {n: {type: integer}, t: {type: boolean, required: true}}",
      ),
    },
    lines: [
      '7:16 error The required parameter "t" of loop "c" is not bound',
      '7:23 error "m" is not a parameter of loop "c"',
      '7:32 error Parameter "n" of loop "c": expected a whole number, not the text "x"',
    ],
  },
  {
    rule: "runs-itself",
    silent: loop(
      `${S.replace("on_no: done", "on_no: t")}  t: {loop: a, on_yes: done}\n`,
    ),
    noisy: loop("  s: {next: t}\n  t: {loop: a, on_yes: done}\n"),
    lines: [
      '8:13 warning Loop "a" never ends: before it does anything else it goes in a circle, a -> a',
    ],
  },
  {
    rule: "unprintable-name",
    silent: loop(S, "context: {größe: 1, '🟢 a': 2}\nscope: [a b]").replace(
      "name: a",
      'name: "größe 🟢"',
    ),
    noisy: loop(
      `  "s\\nb": {action: ls, capture: "c\\e[1m", route: {"y\\r": done}, "on_\\e": done}\n`,
      'context: {"k\\t": 1}\nscope: ["x\\u202e"]',
    ).replace("name: a", 'name: "a\\e[31m"').replace(
      "initial: s",
      'initial: "s\\nb"',
    ),
    lines: [
      '1:7 error Loop name "a\\u001b[31m" holds a control character',
      '3:11 error Context key "k\\t" holds a control character',
      '4:8 error Scope "x\u202e" holds a control character',
      '8:3 error State "s\\nb" holds a control character',
      '8:33 error Capture "c\\u001b[1m" holds a control character',
      '8:51 error Verdict "y\\r" holds a control character',
      '8:74 error Verdict "\\u001b" holds a control character',
    ],
  },
  {
    rule: "secret-in-scope",
    silent: loop(
      S,
      "secrets: [key]\ncontext: {key: a, dir: b}\nscope: ['${context.dir}']",
    ),
    noisy: loop(
      "  s: {loop: c, on_yes: done}\n",
      "secrets: [key]\nscope: [src, '${context.key}/${context.dir}']",
    ),
    others: {
      "/p/.loops/c.yaml": loop(S, "secrets: [dir]"),
    },
    lines: [
      '4:8 error "dir" is secret: a scope cannot be made of it',
      '4:8 error "key" is secret: a scope cannot be made of it',
    ],
  },
  {
    rule: "child-lacks-context",
    silent: loop("  s: {loop: c, with: {x: 3}, on_yes: done}\n"),
    silentOthers: {
      "/p/.loops/c.yaml": loop(
        "  s: {action: 'echo ${context.x} ${context.run_dir} ${context.y?} ${context.z}', next: done}\n",
        "parameters: {x: {type: integer}, z: {type: string, default: z}}",
      ),
    },
    noisy: loop("  s: {loop: c, on_yes: done}\n"),
    others: {
      "/p/.loops/c.yaml": loop(
        "  s: {action: 'echo ${context.x:shell} ${context.z}', next: done}\n",
        "parameters: {z: {type: string, default: z}}",
      ),
    },
    lines: [
      '7:13 warning Loop "c" needs "${context.x:shell}" in its state "s", which nothing gives it',
      '7:13 warning Loop "c" needs "${context.z}" in its state "s": the default of its parameter "z" is only taken where a state has "with"',
    ],
  },
  {
    rule: "unknown-modifier",
    silent: loop(
      "  s: {action: 'echo ${context.dir:shell} ${context.dir:default=a:b} ${context.odd:key}', next: done}\n",
      "context: {dir: a, 'odd:key': b}",
    ),
    noisy: loop(
      "  s: {action: 'echo ${context.dir:shll} ${context.dri:=x}', next: done}\n",
      "context: {dir: a}",
    ),
    lines: [
      '7:21 warning "${context.dir:shll}" has the unknown modifier ":shll": expected one of ":shell", ":trim", ":default=TEXT", "?"',
      '7:41 warning "${context.dri:=x}" has the unknown modifier ":=x": expected one of ":shell", ":trim", ":default=TEXT", "?"',
    ],
  },
  {
    rule: "unknown-field",
    silent: loop(
      "  s: {action: ls, capture: x, next: t}\n  t: {action: 'echo ${loop.elapsed} ${state.name} ${prev.output} ${prev.new?} ${captured.x.verdict} ${captured.x}', next: done}\n",
    ),
    noisy: loop(
      "  s: {action: 'echo ${loop.elapsd} ${state.nme} ${prev.outptu} ${captured.x.outputt} ${result.verdct}', capture: x, next: done}\n",
    ),
    lines: [
      '7:21 warning "${loop.elapsd}": "loop" has only "name", "started_at", "elapsed_ms", "elapsed"',
      '7:36 warning "${state.nme}": "state" has only "name", "iteration"',
      '7:49 warning "${prev.outptu}": "prev" has only "output", "stderr", "exit_code", "state", "timeout_kind"',
      '7:64 warning "${captured.x.outputt}": a capture has only "output", "stderr", "exit_code", "verdict", "duration_ms", "failure_type", "timeout_kind"',
      '7:86 warning "${result.verdct}": "result" has only "verdict", "details"',
    ],
  },
  {
    rule: "unknown-context-key",
    silent: loop(
      "  s: {action: 'echo ${context.target} ${context.cfg.name} ${context.other} ${context.run_dir} ${context.targt?} ${context.target.x} ${context.file=1}', next: done}\n",
      "context: {target: x, cfg: {name: y}, file: z}",
    ),
    noisy: loop(
      "  s: {action: 'echo ${context.targt} ${context.cfg.nmae} ${context.targt}', next: done}\n",
      "context: {target: x, cfg: {name: y}}",
    ),
    lines: [
      '7:21 warning "${context.targt}" is no key of the context in this file',
      '7:38 warning "${context.cfg.nmae}" is no key of the context in this file',
    ],
  },
  {
    rule: "unknown-variable",
    silent: loop(
      "  s: {action: 'LL_CONTEXT_TARGE=1; echo $LL_CONTEXT_TARGET $LL_CONTEXT_TARGET_FILE $LL_CONTEXT_TARGE $LL_CONTEXT_ZEBRA $${LL_CONTEXT_TARGT:-} $LL_CAPTURED_OUT', capture: out, next: done}\n",
      "context: {target: x}",
    ),
    noisy: loop(
      "  s: {action: 'echo $LL_CONTEXT_TARGT $LL_CAPTURED_OUTT ${context.targt}', capture: out, next: done}\n",
      "context: {target: x}",
    ),
    lines: [
      '7:22 warning "LL_CONTEXT_TARGT" is never set: the file declares no such key of the context',
      '7:40 warning "LL_CAPTURED_OUTT" is never set: no state captures anything under this name',
    ],
  },
  {
    rule: "unknown-loop-binding",
    silent: loop(
      "  s: {loop: c, with: {command: a, own: b, seen: c, in_script: d, run_dir: e}, on_yes: done}\n",
    ),
    silentOthers: {
      "/p/.loops/c.yaml": loop(
        "  s: {action: 'echo ${context.seen?} $LL_CONTEXT_IN_SCRIPT', next: done}\n",
        "input_key: command\ncontext: {own: 1}",
      ),
    },
    noisy: loop(
      "  s: {loop: c, with: {comand: a, zebra: b}, on_yes: done}\n",
    ),
    others: {
      "/p/.loops/c.yaml": loop(S, "input_key: command\ncontext: {own: 1}"),
    },
    lines: [
      '7:23 warning Loop "c" has no use for "comand"',
      '7:34 warning Loop "c" has no use for "zebra"',
    ],
  },
  {
    rule: "child-lacks-input",
    silent: loop(
      "  s: {loop: c, with: {a: '${context.x?}'}, on_yes: t}\n  t: {loop: c, context_passthrough: true, on_yes: done}\n",
    ),
    silentOthers: {
      "/p/.loops/c.yaml": loop(
        S,
        "required_inputs: [a, b, run_dir]\ncontext: {b: 1}",
      ),
    },
    noisy: loop(
      "  s: {loop: c, on_yes: t}\n  t: {loop: c, with: {a: ''}, on_yes: done}\n",
    ),
    others: {
      "/p/.loops/c.yaml": loop(
        "  s: {action: 'echo ${context.a}', next: done}\n",
        "required_inputs: [a]\ncontext: {b: 1}",
      ),
    },
    lines: [
      '7:13 warning Loop "c" needs its input "a", which nothing gives it',
      '8:26 warning Loop "c" needs its input "a", which is empty here',
    ],
  },
  {
    rule: "newer-bash",
    silent: loop(
      `  s:
    action: |
      # declare -A in a comment
      declare -a list; local x; read -r line; wait; printf '%s %d' a 1
      echo "$\${x:-a,b}" '$\${x^^}' {1..9} "$\${x: -1}" "$\${list[0]}" 2>&1 | tee log &
      python3 - <<'PY'
      print("|& mapfile $\${x,,}")
      PY
    on_yes: done
    on_no: done
    on_error: done
`,
    ),
    noisy: loop(
      `  s:
    action: |
      declare -A seen; mapfile -t lines < f
      echo "$\${name^^}" |& tee log; make &>> log
      (wait -n) || echo "$(read -N 1 c; echo "it's $\${c@Q} $\${a[-1]}")"
      if [[ -v x ]]; then coproc cat; fi
    on_yes: done
    on_no: done
    on_error: done
`,
    ),
    lines: [
      '9:7 warning State "s" uses "declare -A", which came with bash 4.0: the bash of macOS is 3.2',
      '9:24 warning State "s" uses "mapfile", which came with bash 4.0: the bash of macOS is 3.2',
      '10:14 warning State "s" uses "${name^^}", which came with bash 4.0: the bash of macOS is 3.2',
      '10:25 warning State "s" uses "|&", which came with bash 4.0: the bash of macOS is 3.2',
      '10:42 warning State "s" uses "&>>", which came with bash 4.0: the bash of macOS is 3.2',
      '11:8 warning State "s" uses "wait -n", which came with bash 4.3: the bash of macOS is 3.2',
      '11:28 warning State "s" uses "read -N", which came with bash 4.1: the bash of macOS is 3.2',
      '11:53 warning State "s" uses "${c@Q}", which came with bash 4.4: the bash of macOS is 3.2',
      '11:61 warning State "s" uses "${a[-1]}", which came with bash 4.2: the bash of macOS is 3.2',
      '12:10 warning State "s" uses "[[ -v", which came with bash 4.2: the bash of macOS is 3.2',
      '12:27 warning State "s" uses "coproc", which came with bash 4.0: the bash of macOS is 3.2',
    ],
  },
];

const ALL_CASES = [...CASES, ...MACHINE_CASES];

function ofRule(lines: readonly string[], rule: string): string[] {
  return lines.filter((line) => line.includes(` ${rule}: `)).map((line) =>
    line.replace("a.yaml:", "").replace(` ${rule}: `, " ")
  );
}

/** The whole machine has tests of its own: examples need not route every verdict. */
function withoutProof(lines: readonly string[]): string[] {
  const names = PROOF_RULES.map(({ name }) => name);
  return lines.filter((line) =>
    !names.some((name) => line.includes(` ${name}: `))
  );
}

Deno.test("every rule is silent where it should be and exact where it is not", async (t) => {
  for (
    const { rule, silent, silentOthers, noisy, others, lines } of ALL_CASES
  ) {
    await t.step(rule, async () => {
      const only = RULES.find(({ name }) => name === rule)?.only;
      const options = {
        rule,
        ...(only === undefined ? {} : { conditions: [only] }),
      };
      assertEquals(await checkLines(silent, silentOthers, options), []);
      const found = await checkLines(noisy, others, options);
      assertEquals(ofRule(found, rule), lines);
      if (only === undefined) return;
      assertEquals(ofRule(await checkLines(noisy, others), rule), []);
    });
  }
});

Deno.test("a cap of steps was not told that the cap of ways always comes before", async () => {
  const poll = (caps: string, more = "") =>
    `name: a\ndescription: d\n${caps}states:\n` +
    `  poll: {action: "false", on_yes: done, on_no: poll, on_error: failed${more}}\n`;
  const found = async (text: string) =>
    ofRule(await checkLines(text), "unreachable-cap");
  assertEquals(await found(poll("max_steps: 10000\n")), [
    '3:1 warning "max_steps" is never reached: no way between states is taken more than 100 times, the default of "max_edge_revisits"',
  ]);
  assertEquals(
    await found(poll("max_steps: 10000\nmax_edge_revisits: 10000\n")),
    [],
  );
  // Who sets both knows which one comes first.
  assertEquals(
    await found(poll("max_steps: 10000\nmax_edge_revisits: 5\n")),
    [],
  );
  assertEquals(await found(poll("max_steps: 90\n")), []);
  assertEquals(await found(poll("")), []);
});

Deno.test("a circle of several loops was found only once it was 16 deep", async () => {
  const runs = (name: string, child: string, more = "") =>
    `name: ${name}\ndescription: d\ninitial: s\nstates:\n${more}` +
    `  s: {loop: ${child}, on_yes: done, on_no: done}\n  done: {terminal: true}\n`;
  const others = {
    "/p/.loops/ping.yaml": runs("ping", "pong"),
    "/p/.loops/pong.yaml": runs("pong", "ping"),
    // A verdict may lead out of these.
    "/p/.loops/asks.yaml": runs("asks", "asks").replace(
      "initial: s",
      "initial: t",
    ).replace(
      "states:\n",
      "states:\n  t: {evaluate: {type: exit_code, source: x}, on_yes: s, on_no: done}\n",
    ),
  };
  const found = async (text: string) =>
    ofRule(await checkLines(text, others), "runs-itself");
  assertEquals(await found(runs("a", "pong")), [
    '5:13 warning Loop "pong" never ends: before it does anything else it goes in a circle, pong -> ping -> pong',
  ]);
  // Also where something was done before.
  assertEquals(
    await found(
      runs("a", "ping", "  r: {action: ls, next: s}\n").replace(
        "initial: s",
        "initial: r",
      ),
    ),
    [
      '6:13 warning Loop "ping" never ends: before it does anything else it goes in a circle, ping -> pong -> ping',
    ],
  );
  assertEquals(await found(runs("a", "asks")), []);
});

Deno.test("every rule has a case, a kebab-case name and a description", () => {
  const covered = new Set(ALL_CASES.map(({ rule }) => rule));
  const rules = [...RULES, ...DEFINITION_RULES];
  for (const { name, description } of rules) {
    assert(covered.has(name), `No case for ${name}`);
    assert(/^[a-z]+(-[a-z]+)+$/.test(name), name);
    assert(/^["A-Z].*[^.]$/.test(description), description);
  }
  assertEquals(new Set(rules.map(({ name }) => name)).size, rules.length);
});

Deno.test("a capture that is read too early: by a state before it, or by the state that makes it", async () => {
  assertEquals(
    await checkLines(
      loop(
        "  s: {action: 'echo ${captured.c.output}', next: t}\n  t: {action: 'echo ${captured.c.output}', capture: c, on_yes: done, on_no: t, on_error: u}\n  u: {action: 'echo ${captured.c.output}', evaluate: {type: classify, source: '${captured.u.output}'}, capture: u, route: {_: done}}\n",
      ),
    ),
    [
      'a.yaml:7:21 warning capture-may-be-missing: "${captured.c.output}" is read before it is captured: no way leads from "t" to here',
      'a.yaml:8:21 warning capture-may-be-missing: "${captured.c.output}" is missing when state "t" is entered first: it captures it itself, afterwards',
    ],
  );
});

Deno.test("flags at the top silence the rules that name them", async () => {
  const text = CASES.find(({ rule }) => rule === "never-captured")?.noisy ?? "";
  const found = await checkLines(
    text.replace("x-none: 0", "capture_reachability_ok: yes"),
  );
  assertEquals(withoutProof(found), []);
});

Deno.test("a word from elsewhere had no hint, or that of one that it only looks like", () => {
  const { findings, results, root } = loadText(
    loop(
      "  s: {run: 'echo ${captured.c.stdout} ${prev.status}', capture: c, retries: 3, shell: x, on_yes: $curent, on_no: $self, on_error: done}\n",
      "extends: b\nsteps: []",
    ),
  );
  const result = results.get(root);
  assert(result !== undefined);
  const hints = [...findings, ...checkLoop(result)].filter(({ rule }) =>
    rule.startsWith("unknown-")
  )
    .map(({ hint, edit }) => `${hint}${edit === undefined ? "" : " (fix)"}`);
  assertEquals(hints, [
    'Did you mean "from"?',
    'Did you mean "states"?',
    'Did you mean "max_retries"?',
    'Did you mean "run"?',
    'Did you mean "$current"? (fix)',
    '"$current" is the state itself',
    'Did you mean "output"?',
    'Did you mean "exit_code"?',
  ]);
});

Deno.test("hints name the nearest that exists", () => {
  const { findings, results, root } = loadText(
    loop(
      "  s: {action: 'echo ${contxt.a} ${X}', on_sucess: done, on_no: doen, evaluate: {type: outputnumeric}}\n",
      "contxt: {}",
    ),
  );
  assertEquals(findings, []);
  const result = results.get(root);
  assert(result !== undefined);
  assertEquals(
    checkLoop(result).map(({ rule, hint }) => `${rule}: ${hint}`),
    [
      'unknown-key: Did you mean "context"?',
      'missing-scope: Add "scope:" with the paths that it changes, for example scope: [src/]; a loop that only other loops run says "visibility: internal"',
      'unknown-target: Did you mean "done"?',
      'unknown-evaluator: Did you mean "output_numeric"?',
      'malformed-reference: Did you mean "$${X}", for the shell?',
      "unknown-namespace: Did you mean ${context.a}?",
    ],
  );
});

Deno.test("a part of an evaluator's name, or the name in the place of the mapping, is enough to tell what is meant", () => {
  const evaluators: readonly (readonly [string, string | undefined])[] = [
    ["{type: numeric}", 'Did you mean "output_numeric"?'],
    ["{type: stall}", undefined],
    ["exit_code", "Write: evaluate: { type: exit_code }"],
    ["well", undefined],
  ];
  for (const [evaluate, hint] of evaluators) {
    const loaded = loadText(
      loop(`  s: {action: ls, evaluate: ${evaluate}, on_yes: done}\n`),
    );
    const [found] = [...loaded.findings, ...checkDefinitions(loaded)].filter(
      ({ severity }) => severity === "error",
    );
    assert(found !== undefined);
    assertEquals(found.hint, hint, evaluate);
  }
});

Deno.test("an agent that nobody limits is told with the time that it has", () => {
  const times: readonly (readonly [string, string, string | null])[] = [
    ["x-none: 0", ", timeout: 90", "90 s each: the loop itself has no limit"],
    ["default_timeout: 7", "", "7 s each: the loop itself has no limit"],
    [
      "default_idle_timeout: 7",
      "",
      "until it is silent each time: the loop itself has no limit",
    ],
    ["max_edge_revisits: 3", "", null],
  ];
  for (const [top, more, end] of times) {
    const loaded = loadText(loop(
      `  s: {action: x, action_type: prompt, next: t${more}}\n  t: {action: ls, on_yes: s, on_error: done}\n`,
      top,
    ));
    assertEquals(
      checkDefinitions(loaded).filter(({ rule }) => rule === "unlimited-agent")
        .map(({ message }) => message),
      end === null ? [] : [
        `The loop may come back to the agent of state "s" 50 times, ${end}`,
      ],
    );
  }
});

Deno.test("a mistyped on_… is changed, unless the right one is there", () => {
  const loaded = loadText(
    loop("  s: {action: ls, on_yes: done, on_eror: done, on_sucess: t}\n"),
  );
  assertEquals(
    checkDefinitions(loaded).filter(({ rule }) => rule === "impossible-verdict")
      .map(({ edit }) => edit),
    [{ kind: "replace", text: "on_error" }, undefined],
  );
});

Deno.test("a state of a parent that a child goes around is no mistake of either", () => {
  const parent = loop(
    "  s: {action: ls, next: t}\n  t: {action: ls, next: u}\n  u: {action: ls, next: done}\n",
    "scope: [a]",
  );
  const child =
    "from: p\ndescription: d\nstates: {s: {next: done}, v: {next: done}}\n";
  const loaded = loadText(child, { "/p/.loops/p.yaml": parent });
  assertEquals(
    checkDefinitions(loaded).map(({ message }) => message),
    ['State "v" cannot be reached from "s"'],
  );
});

Deno.test("an end within a flow leads on in the text alone", () => {
  const loaded = loadText(
    "description: d\nscope: [a]\nflow: [s, 't?done:broken', broken, done]\n" +
      "state_defs: {s: {run: ls}, t: {run: ls, on_error: done}, broken: {terminal: true, failure: true}}\n",
  );
  assertEquals(checkDefinitions(loaded).map(({ message }) => message), []);
});

Deno.test("an end that is mistyped is one mistake", async () => {
  assertEquals(
    await checkLines(
      "description: d\nstates: {a: {run: ls, on_yes: doen}}\n",
    ),
    ['a.yaml:2:31 error unknown-target: State "a" goes to the unknown state "doen"'],
  );
  assertEquals(
    await checkLines(
      "description: d\nstates: {a: {run: ls, on_yes: finished}}\n",
    ),
    ['a.yaml:2:31 error unknown-target: State "a" goes to the unknown state "finished"'],
  );
  assertEquals(
    await checkLines("description: d\nstates: {a: {run: ls}}\n"),
    ['a.yaml:2:10 error no-transition: State "a" leads nowhere'],
  );
});

Deno.test("what did not load is left alone: one mistake, one finding", async () => {
  assertEquals(
    await checkLines(loop("  s: {action: 5, next: [x]}\n  t: 3\n")),
    [
      'a.yaml:7:15 error bad-value: "action" must be text, not the number 5',
      'a.yaml:7:24 error bad-value: "next" must be the name of a state, not a list',
      'a.yaml:8:6 error bad-value: State "t" must be a mapping, not the number 3',
    ],
  );
  assertEquals(
    await checkLines(
      "name: a\ndescription: d\nstates: {t: {next: x, timeout: '3'}}\n",
    ),
    [
      'a.yaml:3:20 error unknown-target: State "t" goes to the unknown state "x"',
      'a.yaml:3:32 error bad-value: "timeout" must be a number of seconds, not the text "3"',
    ],
  );
});

Deno.test("a parent that is not there hid every other mistake", async () => {
  assertEquals(
    await checkLines(
      "from: gone\ntimeout: 1m\non_max_step: s\nprepatch_check: fail\nimport: [no.yaml]\nstates:\n" +
        "  s: {action: 'echo ${contxt.a}', on_yes: theirs, evaluate: {operator: equals}}\n" +
        "  t: {fragment: theirs, retires: 3, timeout: x, action: /bin/ls}\n" +
        "  u: {loop: child, on_yes: theirs}\n",
      { "/p/.loops/child.yaml": loop(S).replace("on_yes: done", "on_yes: no") },
    ),
    [
      'a.yaml:1:7 error unknown-parent: Cannot find the parent loop "gone": looked for .loops/gone.fsm.yaml, .loops/gone.yaml, gone.yaml (built-in), gone',
      'a.yaml:2:10 error bad-value: "timeout" must be a number of seconds, not the text "1m"',
      'a.yaml:3:1 warning unknown-key: Key "on_max_step" is unknown and has no effect',
      'a.yaml:4:1 warning inert-key: "prepatch_check" has no effect in this version',
      'a.yaml:5:10 error unknown-import: Cannot find the fragment library "no.yaml": looked for .loops/no.yaml, no.yaml (built-in)',
      'a.yaml:7:21 warning unknown-namespace: "${contxt.a}" names the unknown namespace "contxt": expected one of "captured", "context", "env", "loop", "messages", "param", "prev", "result", "state"',
      'a.yaml:8:25 warning unknown-state-key: Key "retires" of state "t" is unknown and has no effect',
      'a.yaml:8:46 error bad-value: "timeout" must be a number of seconds, not the text "x"',
      'child.yaml:7:27 error unknown-target: State "s" goes to the unknown state "no"',
    ],
  );
});

Deno.test("a state whose fragment is not there was not looked at", async () => {
  assertEquals(
    await checkLines(
      loop(
        "  s: {fragment: f, on_yes: gone, evaluate: {pattern: x}, on_no: s, retires: 1}\n",
        "import: [no.yaml]",
      ),
    ),
    [
      'a.yaml:3:10 error unknown-import: Cannot find the fragment library "no.yaml": looked for .loops/no.yaml, no.yaml (built-in)',
      'a.yaml:7:28 error unknown-target: State "s" goes to the unknown state "gone"',
      'a.yaml:7:68 warning unknown-state-key: Key "retires" of state "s" is unknown and has no effect',
    ],
  );
});

Deno.test("a mistake in an embedded library is shown at the state that uses it", async () => {
  assertEquals(
    await checkLines(
      loop("  s: {fragment: f, on_yes: done}\n", "import: [lib.yaml]"),
      { "builtin:lib.yaml": "fragments: {f: {action: ls, on_error: gone}}\n" },
    ),
    [
      'a.yaml:7:3 error unknown-target: State "s" goes to the unknown state "gone"',
    ],
  );
  assertEquals(
    await checkLines(
      loop("  s: {fragment: f, on_yes: done}\n", "import: [lib.yaml]"),
      {
        "/p/.loops/lib.yaml": "fragments: {f: {action: ls, on_error: gone}}\n",
      },
    ),
    [
      'lib.yaml:1:39 error unknown-target: State "s" goes to the unknown state "gone"',
    ],
  );
});

Deno.test("of children only errors are shown", async () => {
  const loaded = loadText(loop("  s: {loop: c, on_yes: done}\n"), {
    "/p/.loops/c.yaml": loop(
      "  s: {action: ls, next: gone, descripton: x}\n  u: {next: s}\n",
    ),
  });
  assertEquals(await linesOf(checkDefinitions(loaded), loaded.files), [
    "a.yaml:1:1 warning missing-scope: The loop has no scope: while it runs, no other loop can",
    'c.yaml:7:25 error unknown-target: State "s" goes to the unknown state "gone"',
  ]);
});

/** A small generator that gives the same numbers on every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

Deno.test("mutated loops never make a rule throw or lose its place", async () => {
  const random = numbers(11);
  const pick = (count: number) =>
    Math.floor((random.next().value ?? 0) * count);
  const words = [
    "null",
    "5",
    "-1",
    "[x]",
    "{a: b}",
    '""',
    "yes",
    "gone",
    "'${captured.x.y}'",
    "'${q}'",
  ];
  const samples = ALL_CASES.flatMap(({ silent, noisy }) => [silent, noisy]);
  for (let round = 0; round < 400; round++) {
    let text = samples[pick(samples.length)] ?? "";
    const values = [...text.matchAll(/: ([\w$"'{}[\].]+)/g)];
    for (let edit = 0; edit <= pick(2); edit++) {
      const match = values[pick(values.length)];
      if (match === undefined) continue;
      text = text.slice(0, match.index + 2) +
        (words[pick(words.length)] ?? "") +
        text.slice(match.index + match[0].length);
    }
    for (const line of await checkLines(text)) {
      assert(
        /^\S+:[1-9]\d*:[1-9]\d* (error|warning) [a-z-]+: \S/.test(line),
        `${line}\n${text}`,
      );
    }
  }
});
