/** Owns one example of each rule: a loop in which it finds something. What it says is printed, not written here. */

/** An example. */
export interface CheckExample {
  /** The loop `a.yaml`, or another name. */
  readonly text: string;
  /** Files beside it. */
  readonly others?: Readonly<Record<string, string>>;
  /** Name of the file, where that is what it is about. @default {"a.yaml"} */
  readonly file?: string;
}

/** Rules without an example: what they are about is not what the file says. */
export const WITHOUT_EXAMPLE: ReadonlySet<string> = new Set([
  "file-not-found",
  "file-too-large",
  "file-unreadable",
  "hidden-by-command",
  "portable-file",
]);

/** States with nothing wrong in them. */
const GOOD =
  "states:\n  check: { run: npm test, on_yes: done, on_error: failed }\n";
/** Such an example, below what it is about. */
function top(text: string): string {
  return `${text}\n${GOOD}`;
}
/** An example that is about states. */
function states(text: string): string {
  return `states:\n${
    text.trimEnd().split("\n").map((line) => `  ${line}`).join("\n")
  }\n`;
}
/** A state that asks an agent, and all that it may say. */
const WAYS =
  "on_yes: done\n  on_no: failed\n  on_partial: failed\n  on_error: failed";

/** The text of a loop, or an example with more files. */
export const CHECK_EXAMPLES: {
  readonly [rule: string]: string | CheckExample;
} = {
  // ---------------------------------------------------------------- loading
  "absolute-path-action": states("list:\n  action: /bin/ls -l\n  next: done"),
  "bad-flow": "flow: check\n",
  "bad-fragment":
    "fragments: { checked: npm test }\nstates:\n  check: { fragment: checked, on_yes: done }\n",
  "bad-import": top("import: lib/common.yaml"),
  "bad-parent": top("from: [base]"),
  "bad-value": top('timeout: "30"'),
  "circular-parent": { text: "from: b\n", others: { "b.yaml": "from: a\n" } },
  "complex-key": top("? { a: 1 }\n: 2"),
  "duplicate-key": top("max_steps: 5\nmax_steps: 9"),
  "empty-file": "# Nothing yet\n",
  "fragment-library": "fragments:\n  checked: { run: npm test }\n",
  "inexact-number": top("timeout: 123456789012345678"),
  "loop-template": "states:\n  done: { terminal: true }\n",
  "missing-key": "name: nothing\n",
  "not-a-mapping": "- check\n- done\n",
  "reserved-key": top("context: { __proto__: 1 }"),
  "scope-not-a-list": top("scope: src/"),
  "two-action-types": states(
    "check:\n  run: npm test\n  action_type: prompt\n  next: done",
  ),
  "two-actions": states(
    "check:\n  run: npm test\n  prompt: Test it\n  next: done",
  ),
  "unknown-action-type": states(
    "check:\n  action: npm test\n  action_type: shel\n  next: done",
  ),
  "unknown-fragment":
    "fragments: { checked: { run: npm test } }\nstates:\n  check: { fragment: cheked, on_yes: done }\n",
  "unknown-handoff": top("on_handoff: puase"),
  "unknown-import": {
    text: top("import: [lib/mine.yml]"),
    others: { "lib/mine.yaml": "fragments: {}\n" },
  },
  "unknown-loop": {
    text: states("check: { loop: tset, on_yes: done, on_no: failed }"),
    others: { "test.yaml": GOOD },
  },
  "unknown-parent": { text: "from: bsae\n", others: { "base.yaml": GOOD } },
  "yaml-limit":
    `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e, *e, *e]\n${GOOD}`,
  "yaml-merge": top("context:\n  <<: shared"),
  "yaml-syntax": "states: {\n",
  // ------------------------------------------------------------ keys and text
  "missing-description": GOOD,
  "missing-scope": GOOD,
  "unknown-key": top("max_step: 5"),
  "unknown-nested-key": top("circuit:\n  repeated_failure: { windw: 3 }"),
  "unknown-state-key": states(
    "check:\n  run: npm test\n  retries: 3\n  tiemout: 60\n  next: done",
  ),
  "unknown-evaluate-key": states(
    "check:\n  run: npm test\n  evaluate: { type: output_contains, patern: ok, pattern: ok }\n  on_yes: done\n  on_error: failed",
  ),
  "idle-evaluate-key": states(
    "check:\n  run: npm test\n  evaluate: { type: exit_code, pattern: ok }\n  on_yes: done\n  on_error: failed",
  ),
  "unknown-visibility": top("visibility: hidden"),
  "inert-key": top("prepatch_check: fail"),
  "unprintable-name": 'states:\n  "a\\nb": { run: npm test, next: done }\n',
  "bad-target-file": top("targets:\n  - { file: loops.json }"),
  "undeclared-input": top("input_key: goal"),
  "unknown-tamper-guard": top("tamper_guard: revrt"),
  "unknown-prepatch-check": top("prepatch_check: stop"),
  "bad-parameter": top(
    "parameters:\n  goal: { type: text, required: true, default: x }",
  ),
  "misfit-default": top(
    "parameters:\n  level: { type: enum, values: [low, high], default: hihg }",
  ),
  "out-of-range": top("max_steps: 0"),
  "unknown-guard-state": top("on_max_steps: finsh"),
  "unreachable-cap": top("max_steps: 20\nmax_iterations: 5"),
  "unlimited-agent": states(
    "fix: { prompt: Fix it, next: check }\ncheck: { run: npm test, on_yes: done, on_error: fix }",
  ),
  "plain-secret": top("context:\n  api_key: a1b2c3d4e5f6"),
  "secret-in-scope": top(
    'context: { place: src }\nsecrets: [place]\nscope: ["${context.place}"]',
  ),
  "unresolved-scope": top('scope: ["${env.HOME}"]'),
  "unscored-dimension": top(
    "context:\n  rubric_dimensions: clarity | depth\n  policy_rules: |\n    lenght:>=4 -> done\n    * -> check",
  ),
  // ---------------------------------------------------------------- states
  "unknown-initial-state": top("initial: chekc"),
  "no-terminal": states(
    "check: { run: npm test, next: fix }\nfix: { run: npm run fix, next: check }",
  ),
  "unknown-target": states(
    "check: { run: npm test, on_yes: done, on_error: fixx }\nfix: { run: npm run fix, next: check }",
  ),
  "unreachable-state": states(
    "check: { run: npm test, on_yes: done, on_error: failed }\nfix: { run: npm run fix, next: check }",
  ),
  "no-transition": states("check: { run: npm test }"),
  "unrouted-verdict": states(
    "check: { run: npm test, on_yes: done, on_no: check }",
  ),
  "endless-cycle": states(
    "start: { run: npm start, on_yes: rest, on_error: failed }\nrest: { run: sleep 60, next: look }\nlook: { next: rest }",
  ),
  "cannot-end": states(
    "build: { run: make, on_yes: done, on_error: clean }\nclean: { run: make clean, on_yes: clean, on_error: tidy }\ntidy: { run: rm -rf out, on_yes: clean, on_error: clean }",
  ),
  "cap-too-low": `max_steps: 1\n${
    states(
      "build: { run: make, next: check }\ncheck: { run: npm test, on_yes: done, on_error: failed }",
    )
  }`,
  "impossible-verdict": states(
    "check: { run: npm test, on_yes: done, on_fial: failed, on_error: failed }",
  ),
  "hidden-route": states(
    "check:\n  run: npm test\n  on_yes: done\n  next: failed",
  ),
  "dropped-route": states(
    "check:\n  run: npm test\n  route: { yes: done, _default: failed }",
  ),
  "route-hides-shorthand": states(
    "check:\n  run: npm test\n  route: { yes: done, _: failed }\n  on_no: failed",
  ),
  "sub-loop-ignores-key": {
    text: states("check: { loop: b, on_yes: done, on_no: failed, next: done }"),
    others: { "b.yaml": GOOD },
  },
  "terminal-action": states(
    "check: { run: npm test, on_yes: end, on_error: failed }\nend: { run: echo done, terminal: true }",
  ),
  "undiagnosed-failure": states(
    "look: { next: broken }\nbroken: { terminal: true, failure: true }",
  ),
  "loop-and-action": {
    text: states(
      "check: { loop: b, run: npm test, on_yes: done, on_no: failed }",
    ),
    others: { "b.yaml": GOOD },
  },
  "needs-loop": states(
    "check: { run: npm test, worktree: main, on_yes: done, on_error: failed }",
  ),
  "with-and-passthrough": {
    text: states(
      "check: { loop: b, with: { a: 1 }, context_passthrough: true, on_yes: done, on_no: failed }",
    ),
    others: { "b.yaml": top("context: { a: 0 }") },
  },
  "mcp-action": states(
    "look: { action: database, action_type: mcp_tool, next: done }",
  ),
  "params-without-mcp": states(
    "check: { run: npm test, params: { a: 1 }, next: done }",
  ),
  "bad-learning": states(
    "prove: { type: learning, learning: {}, on_yes: done }",
  ),
  "bad-retries": states(
    "check: { run: npm test, max_retries: 3, on_yes: done, on_error: failed }",
  ),
  "bad-rate-limit": states(
    "ask: { prompt: Go on, rate_limit_long_wait_ladder: [0], next: done }",
  ),
  "bad-throttle": states(
    "check: { run: npm test, throttle: { normal_max: 9, warn_max: 3 }, next: done }",
  ),
  "bad-cost-ceiling": states(
    "ask: { prompt: Go on, cost_ceiling: { cost_ceiling_per_state: 1, cost_warn_at: 2 }, next: done }",
  ),
  "bad-budget": top("budget: { max_calls: 0 }"),
  "idle-budget": states(
    "check: { run: npm test, budget: { max_calls: 1 }, next: done }",
  ),
  "bad-variable": top("env: { MY-NAME: x }"),
  "reserved-variable": top("env: { LL_RUN_ID: x }"),
  "ignored-env": states(
    "sub: { loop: other, env: { MODE: fast }, next: done }",
  ),
  "unknown-host": top("host: cluade"),
  "unknown-session-mode": top("session_mode: contine"),
  "host-lacks-option": states(
    "ask: { prompt: Go on, host: codex, agent: reviewer, next: done }",
  ),
  "unknown-effort": states(
    "ask: { prompt: Go on, host: claude, effort: hgih, next: done }",
  ),
  "negative-timeout": states(
    "check: { run: npm test, timeout: -1, next: done }",
  ),
  "timeout-beyond-loop": `timeout: 60\n${
    states("check: { run: npm test, timeout: 600, next: done }")
  }`,
  "runs-itself": states("again: { loop: a, on_yes: done, on_no: failed }"),
  "bad-loop-binding": {
    text: states(
      "check: { loop: b, with: { port: high }, on_yes: done, on_no: failed }",
    ),
    others: { "b.yaml": top("parameters:\n  port: { type: integer }") },
  },
  "unknown-loop-binding": {
    text: states(
      "check: { loop: b, with: { tagret: x }, on_yes: done, on_no: failed }",
    ),
    others: { "b.yaml": top("context: { target: all }") },
  },
  "child-lacks-context": {
    text: states("check: { loop: b, on_yes: done, on_no: failed }"),
    others: {
      "b.yaml": states(
        "check: { run: 'test ${context.target}', on_yes: done, on_error: failed }",
      ),
    },
  },
  "child-lacks-input": {
    text: states("check: { loop: b, on_yes: done, on_no: failed }"),
    others: { "b.yaml": top("required_inputs: [input]") },
  },
  "bad-fragment-binding":
    "fragments:\n  checked:\n    run: test ${param.port}\n    parameters: { port: { type: integer, required: true } }\nstates:\n  check: { fragment: checked, on_yes: done, on_error: failed }\n",
  "unbound-parameter":
    "fragments:\n  checked: { run: 'test ${param.port}' }\nstates:\n  check: { fragment: checked, on_yes: done, on_error: failed }\n",
  // --------------------------------------------------------------- actions
  "plain-message": states(
    "check: { run: npm test, append_to_messages: tested, next: done }",
  ),
  "empty-action": 'states:\n  fix: { prompt: "", next: done }\n',
  "nul-in-action": 'states:\n  check: { run: "printf \\0", next: done }\n',
  "ignored-model": states(
    "check: { action: npm test, action_type: shell, model: sonnet, next: done }",
  ),
  "ignored-effort": states(
    "check: { action: npm test, action_type: shell, effort: high, next: done }",
  ),
  "ignored-stdin": states("ask: { prompt: Go on, stdin: more, next: done }"),
  "newer-bash": states("check: { run: 'declare -A seen', next: done }"),
  "path-as-prompt": states(
    "check: { action: /opt/tool/bin/check --all, next: done }",
  ),
  "bash-default": states("check: { run: 'echo ${NAME:-you}', next: done }"),
  "shell-process-id": states("check: { run: 'echo $$(date)', next: done }"),
  "unquoted-value": `context: { goal: "" }\n${
    states('check:\n  run: echo "${context.goal}"\n  next: done')
  }`,
  "shared-temporary-file": states(
    "check: { run: npm test > .loops/tmp/log, next: done }",
  ),
  "swallowed-parse-error": states(
    "check:\n  run: |\n    python3 - <<'END'\n    import json, sys\n    try: json.load(open('report.json'))\n    except ValueError: sys.exit(0)\n    END\n  next: done",
  ),
  "hidden-abandonment": states(
    "plan: { prompt: 'Mark what cannot be done: max_step_attempts is 3', next: done }",
  ),
  "unconditional-success": states(
    `end: { run: 'echo "verdict=success"', next: done }`,
  ),
  "zero-retries": states(
    "count:\n  run: n=$(($(cat n) + 1)); echo $n > n; cat n\n  evaluate: { type: output_numeric, operator: lt, target: 1 }\n  on_yes: count\n  on_no: done\n  on_error: failed",
  ),
  "self-made-progress":
    `circuit:\n  repeated_failure: { progress_paths: [log.txt] }\n${
      states(
        "check: { run: npm test >> log.txt, on_yes: done, on_error: check }",
      )
    }`,
  // ------------------------------------------------------------ evaluators
  "unknown-evaluator": states(
    "check:\n  run: npm test\n  evaluate: { type: exit_cod }\n  on_yes: done\n  on_error: failed",
  ),
  "missing-evaluate-key": states(
    "check:\n  run: npm test\n  evaluate: { type: output_contains }\n  on_yes: done\n  on_error: failed",
  ),
  "bad-evaluate-value": states(
    'count:\n  run: wc -l < list\n  evaluate: { type: output_numeric, operator: "<=", target: 3 }\n  on_yes: done\n  on_error: failed',
  ),
  "unnumeric-target": states(
    "fill:\n  run: df --output=pcent / | tail -n 1\n  evaluate: { type: output_numeric, operator: lt, target: 80% }\n  on_yes: done\n  on_no: failed\n  on_error: failed",
  ),
  "bad-pattern": states(
    'check:\n  run: npm test\n  evaluate: { type: output_contains, pattern: "ok (" }\n  on_yes: done\n  on_error: failed',
  ),
  // ------------------------------------------------------------ references
  "malformed-reference": states("check: { run: 'echo ${HOME}', next: done }"),
  "unknown-namespace": states(
    "check: { run: 'echo ${contxt.goal}', next: done }",
  ),
  "unknown-modifier": `context: { goal: x }\n${
    states("check: { run: 'echo ${context.goal:shel}', next: done }")
  }`,
  "unknown-field": states("check: { run: 'echo ${state.nam}', next: done }"),
  "nameless-reference": states(
    "check: { run: 'echo ${context.}', next: done }",
  ),
  "unknown-context-key": `context: { target: all }\n${
    states("check: { run: 'echo ${context.tagret:shell}', next: done }")
  }`,
  "unknown-variable": `context: { target: all }\n${
    states("check: { run: echo $LL_CONTEXT_TAGRET, next: done }")
  }`,
  "never-captured": states(
    "check: { run: npm test, capture: tests, next: tell }\ntell: { run: 'echo ${captured.test.output:shell}', next: done }",
  ),
  "bad-capture-field": {
    text: states(
      "check: { loop: b, capture: checked, on_yes: tell, on_no: tell }\ntell: { run: 'echo ${captured.checked.stderr}', next: done }",
    ),
    others: { "b.yaml": GOOD },
  },
  "capture-may-be-missing": states(
    "check: { run: npm test, on_yes: fix, on_error: tell }\nfix: { run: npm run fix, capture: fixed, next: tell }\ntell: { run: 'echo ${captured.fixed.output:shell}', next: done }",
  ),
  // ---------------------------------------------------------------- models
  "unchecked-harness": states(
    `improve:\n  prompt: Improve skills/review/SKILL.md\n  ${WAYS}`,
  ),
  "unused-baseline": states(
    "improve: { prompt: Improve skills/review/SKILL.md, capture: change, next: check }\ncheck: { run: npm test, on_yes: done, on_error: failed }",
  ),
  "hand-patched-output": states(
    "make: { prompt: 'to_file: ${context.run_dir}/page.html', next: patch }\npatch: { run: 'sed -i s/a/b/ ${context.run_dir}/page.html; cat loops/a.yaml', on_yes: done, on_error: failed }",
  ),
  "overwritten-artifact": `category: harness\n${
    states(
      "make: { run: 'npm run page > ${context.run_dir}/page.html', on_yes: done, on_error: make }",
    )
  }`,
  "unviewed-image": `category: harness\n${
    states(
      "judge:\n  prompt: Read the screenshot and say PASS\n  evaluate: { type: output_contains, pattern: PASS }\n  on_yes: done\n  on_error: failed",
    )
  }`,
  "no-evidence": states(
    `ask:\n  prompt: Write the page\n  evaluate:\n    type: llm_structured\n    prompt: Is it good?\n    schema: { properties: { verdict: { enum: [yes, no] } } }\n  ${WAYS}`,
  ),
  "cheap-generator": states(
    "make:\n  prompt: Write the page\n  model: haiku\n  evaluate: { type: output_contains, pattern: written }\n  on_yes: done\n  on_error: failed",
  ),
  "continued-judge": states(
    `ask:\n  prompt: Write the page\n  session_mode: continue\n  evaluate: { type: llm_structured }\n  ${WAYS}`,
  ),
  // ------------------------------------------------- the reference, as well
  "portable-required": GOOD,
  "portable-short-action": GOOD,
  "portable-own-key": states("check: { run: cat, stdin: hello, next: done }"),
  "portable-current": states("check: { run: npm test, next: $current }"),
  "portable-reference": states(
    "check: { run: 'echo ${prev.output:trim}', next: done }",
  ),
  "portable-tools": states(
    "fix: { action: /ll:fix, tools: [Read], next: done }",
  ),
  "portable-otherwise": top("scope: src/"),
  "portable-scalar": top("context: { answer: no }"),
};
