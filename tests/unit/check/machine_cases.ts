/** Cases of the rules on style and safety of the reference, and of our own on the machine. */

import { type Case, loop, S } from "./case.ts";

/** Routes for what a model is likely to say. */
const J = "on_yes: done, on_no: done, on_partial: done, on_error: done";
/** Routes for an exit code. */
const E = "on_yes: done, on_no: s, on_error: s";

/** One case of each rule. */
export const MACHINE_CASES: readonly Case[] = [
  {
    rule: "missing-scope",
    silent: loop(S, "visibility: internal"),
    noisy: loop(S),
    lines: [
      "1:1 warning The loop has no scope: while it runs, no other loop can",
    ],
  },
  {
    rule: "undeclared-input",
    silent: loop(S, "input_key: goal\nrequired_inputs: [goal]"),
    noisy: loop(S, "input_key: goal"),
    lines: [
      '3:12 warning Nothing says whether the input "goal" has to be given',
    ],
  },
  {
    rule: "undiagnosed-failure",
    silent: loop(
      "  s: {action: ls, on_yes: done, on_no: f, on_error: f}\n  f: {terminal: true, failure: true}\n",
    ),
    noisy: loop("  s: {next: f}\n  f: {terminal: true, failure: true}\n"),
    lines: [
      '8:3 warning Nothing that leads to the failure "f" tells why: no state before it does anything',
    ],
  },
  {
    rule: "unchecked-harness",
    silent: loop(
      `  s: {action: edit skills/x/SKILL.md, action_type: prompt, next: t}\n  t: {action: npm test, ${E}}\n`,
      "max_steps: 5",
    ),
    noisy: loop(
      `  s: {action: edit skills/x/SKILL.md, action_type: prompt, ${J}}\n`,
    ),
    lines: [
      "1:1 error The loop changes loops, skills or agents, and only models judge what comes of it",
    ],
  },
  {
    rule: "unused-baseline",
    silent: loop(
      "  s: {action: edit loops/x.yaml, action_type: prompt, capture: c, next: t}\n" +
        "  t: {action: npm test, evaluate: {type: convergence, target: 1, previous: '${captured.c.output}'}, on_target: done, on_stall: s, on_progress: s, on_error: s}\n",
      "max_steps: 5",
    ),
    noisy: loop(
      `  s: {action: edit loops/x.yaml, action_type: prompt, capture: c, next: t}\n  t: {action: npm test, ${E}}\n`,
    ),
    lines: [
      "1:1 warning The loop changes loops, skills or agents, and no evaluator compares with what was captured before",
    ],
  },
  {
    rule: "shared-temporary-file",
    silent: loop("  s: {action: 'touch ${context.run_dir}x', next: done}\n"),
    noisy: loop("  s: {action: touch .loops/tmp/x.txt, next: done}\n"),
    lines: [
      `7:21 warning ".loops/tmp/x.txt" is shared by all runs: two of them get in each other's way`,
    ],
  },
  {
    rule: "unviewed-image",
    silent: loop(
      `  s: {action: Read the screenshot and judge it, action_type: prompt, evaluate: {type: output_contains, pattern: OK}, on_yes: t, on_no: t, on_error: t}\n  t: {action: ls, ${E}}\n`,
      "category: harness\nmax_steps: 5",
    ),
    noisy: loop(
      "  s: {action: Read the screenshot and judge it, action_type: prompt, evaluate: {type: output_contains, pattern: OK}, on_yes: done, on_no: done, on_error: done}\n",
      "category: harness",
    ),
    lines: [
      '7:3 warning State "s" ends the loop on what a model says of an image',
    ],
  },
  {
    rule: "overwritten-artifact",
    silent: loop(
      `  s: {action: 'touch \${context.run_dir}/x.html', ${E}}\n`,
      "category: harness\nartifact_versioning: true",
    ),
    noisy: loop(
      `  s: {action: 'touch \${context.run_dir}/x.html', ${E}}\n`,
      "category: harness",
    ),
    lines: [
      '7:22 warning State "s" writes "${context.run_dir}/x.html" anew each time it runs: what was there before is gone',
    ],
  },
  {
    rule: "hand-patched-output",
    silent: loop(
      `  s: {action: 'replace_action in \${context.run_dir}/x', action_type: prompt, next: t}\n  t: {action: 'cat \${context.run_dir}/y', ${E}}\n`,
      "max_steps: 5",
    ),
    noisy: loop(
      `  s: {action: 'replace_action in \${context.run_dir}/x', action_type: prompt, next: t}\n  t: {action: 'sed -i s/a/b/ \${context.run_dir}/x', ${E}}\n`,
    ),
    lines: [
      '8:7 warning State "t" changes "${context.run_dir}/x", which state "s" generates',
    ],
  },
  {
    rule: "bash-default",
    silent: loop(
      "  s: {action: 'echo $${A:-b} ${context.a:default=b}', next: done}\n",
    ),
    noisy: loop(
      "  s: {action: 'echo ${A:-b} ${A:-b} ${context.a:-b}', next: done}\n",
    ),
    lines: [
      '7:21 error "${A:-b}" has a default as the shell writes it, and is read as a reference',
      '7:37 error "${context.a:-b}" has a default as the shell writes it, and is read as a reference',
    ],
  },
  {
    rule: "shell-process-id",
    silent: loop(
      "  s: {action: 'echo $$ $${A} $(date) \"$$.log\"', next: done}\n",
    ),
    noisy: loop("  s: {action: 'echo $$(date) $$HOME', next: done}\n"),
    lines: [
      '7:21 error "$$(" begins with the process id of the shell',
      '7:30 error "$$HOME" begins with the process id of the shell',
    ],
  },
  {
    rule: "swallowed-parse-error",
    silent: loop(
      "  s: {action: 'try: json.loads(x) except ValueError: sys.exit(0)', on_yes: done, on_no: done, on_error: done}\n",
    ),
    noisy: loop(
      "  s: {action: 'try: json.loads(x) except ValueError: sys.exit(0)', next: done}\n",
    ),
    lines: [
      '7:7 warning State "s" exits with 0 when its JSON cannot be read: nobody will know',
    ],
  },
  {
    rule: "hidden-abandonment",
    silent: loop(
      "  s: {action: max_step_attempts=3, next: t}\n" +
        "  t: {action: 'echo \"abandoned\": 1', next: done}\n",
    ),
    noisy: loop("  s: {action: max_step_attempts=3, next: done}\n"),
    lines: [
      '7:7 warning State "s" may give up steps, and no summary of the loop tells which',
    ],
  },
  {
    rule: "unconditional-success",
    silent: loop("  s: {action: 'echo verdict=failed', next: done}\n"),
    noisy: loop("  s: {action: 'echo verdict=success', next: done}\n"),
    lines: [
      '7:21 warning State "s" says "verdict=success" whatever happened before',
    ],
  },
  {
    rule: "unscored-dimension",
    silent: loop(
      S,
      "context:\n  rubric_dimensions: Clear Text|depth\n  policy_rules: |\n    # best first\n    clear-text:>=4 & depth:!=1 -> done\n    aggregate:<2 -> s\n    * -> s",
    ),
    noisy: loop(
      S,
      "context:\n  rubric_dimensions: depth\n  policy_rules: |\n    dept:>=4 -> done\n    * -> s",
    ),
    lines: ['6:5 warning The policy asks for "dept", which nothing scores'],
  },
  {
    rule: "zero-retries",
    silent: loop(
      "  s: {action: 'n=$((n + 1)); echo $n > f; cat f', evaluate: {type: output_numeric, operator: lt, target: 2}, on_yes: s, on_no: t, on_error: done}\n" +
        // It comes to these.
        "  t: {action: 'n=$((n + 1)); echo $n > f; cat f', evaluate: {type: output_numeric, operator: ge, target: 3}, on_yes: done, on_no: t, on_error: done}\n",
    ),
    noisy: loop(
      "  s: {action: 'n=$((n + 1)); echo $n > f; cat f', evaluate: {type: output_numeric, operator: lt, target: 1}, on_yes: s, on_no: done, on_error: done}\n",
    ),
    lines: [
      '7:51 warning The counter of state "s" begins at 1, which is not lt 1: it never passes',
    ],
  },
  {
    rule: "self-made-progress",
    silent: loop(
      "  s: {action: echo x > log.txt, next: done}\n",
      "circuit: {repeated_failure: {progress_paths: [log.txt], exclude_paths: [log.txt]}}",
    ),
    noisy: loop(
      "  s: {action: echo x > log.txt, next: done}\n",
      "circuit: {repeated_failure: {progress_paths: ['${context.run_dir}/log.txt']}}",
    ),
    lines: [
      '7:24 warning "log.txt" counts as progress, and state "s" itself names it: what it writes there hides that the loop is stuck',
    ],
  },
  {
    rule: "no-evidence",
    // Without a schema every judge is asked for a quotation.
    silent: loop(
      `  s: {action: x, action_type: prompt, evaluate: {type: llm_structured, prompt: Is it good}, ${
        J.replace("done", "t")
      }}\n` +
        "  t: {action: x, action_type: prompt, evaluate: {type: llm_structured, prompt: Quote it, schema: {}}, on_yes: u}\n" +
        "  u: {action: x, action_type: prompt, evaluate: {type: llm_structured, schema: {properties: {verdict: {}, evidence: {}}}}, on_yes: done}\n",
    ),
    noisy: loop(
      "  s: {action: x, action_type: prompt, evaluate: {type: llm_structured, prompt: Is it good, schema: {properties: {verdict: {}}}}, on_yes: done}\n",
    ),
    lines: [
      '7:92 warning The judge of state "s" is not asked for evidence: with a "schema" of its own it may say what sounds likely',
    ],
  },
  {
    rule: "cheap-generator",
    silent: loop(`  s: {action: x, action_type: prompt, model: haiku, ${J}}\n`),
    noisy: loop(
      "  s: {action: x, action_type: prompt, model: Haiku-9, evaluate: {type: output_contains, pattern: a}, on_yes: done, on_no: done, on_error: done}\n",
    ),
    lines: [
      '7:46 warning State "s" lets "Haiku-9" do its work, and no model looks at it',
    ],
  },
  {
    rule: "continued-judge",
    silent: loop(
      `  s: {action: x, action_type: prompt, evaluate: {type: llm_structured}, ${J}}\n`,
    ),
    noisy: loop(
      `  s: {action: x, action_type: prompt, session_mode: continue, evaluate: {type: llm_structured}, ${J}}\n  t: {action: x, action_type: prompt, evaluate: {type: llm_structured}, ${J}}\n`,
      "session_mode: continue",
    ),
    lines: [
      '7:53 warning The judge of state "s" goes on in the conversation of the one it judges',
      '8:3 warning The judge of state "t" goes on in the conversation of the one it judges',
    ],
  },
  {
    rule: "unknown-tamper-guard",
    silent: loop(S, "tamper_guard: allow"),
    noisy: loop(S, "tamper_guard: revrt"),
    lines: [
      '3:15 warning "tamper_guard" should be one of "allow", "fail", "revert", not "revrt"',
    ],
  },
  {
    rule: "unknown-prepatch-check",
    silent: loop(S, "prepatch_check: allow"),
    noisy: loop("  s: {action: ls, prepatch_check: no, next: done}\n"),
    lines: [
      '7:35 warning "prepatch_check" should be one of "allow", "fail", "warn", not "no"',
    ],
  },
  {
    rule: "unknown-nested-key",
    silent: loop(
      "  s: {action: ls, throttle: {normal_max: 1, warn_max: 2, hard_max: 3, x-why: a}, next: done}\n",
      "llm: {enabled: true, x-a: 1}\ncontext: {a: {b: 1}}\nparameters: {p: {type: string, required: yes}}\ncircuit: {repeated_failure: {window: 2}}",
    ),
    noisy: loop(
      "  s: {action: ls, throttle: {normal: 1}, learning: {target: a}, next: done}\n",
      "llm: {modle: x}\nparameters: {p: {type: string, requird: yes}}\ncircuit: {repeated_failure: {windw: 2}, x: 1}",
    ),
    lines: [
      '3:7 warning Key "modle" of "llm" is unknown and has no effect',
      '4:32 warning Key "requird" of "p" is unknown and has no effect',
      '5:30 warning Key "windw" of "repeated_failure" is unknown and has no effect',
      '5:41 warning Key "x" of "circuit" is unknown and has no effect',
      '9:30 warning Key "normal" of "throttle" is unknown and has no effect',
      '9:53 warning Key "target" of "learning" is unknown and has no effect',
    ],
  },
  {
    rule: "idle-evaluate-key",
    silent: loop(
      "  s: {fragment: f, evaluate: {type: exit_code}, on_yes: done, on_no: done, on_error: done}\n",
      "fragments: {f: {action: ls, evaluate: {type: output_contains, pattern: a}}}",
    ),
    noisy: loop(
      "  s: {action: ls, evaluate: {type: exit_code, pattern: a, source: b}, on_yes: done, on_no: done, on_error: done}\n",
    ),
    lines: ['7:47 warning "exit_code" does not read "pattern"'],
  },
  {
    rule: "impossible-verdict",
    silent: loop(
      `  s: {action: x, action_type: prompt, on_cannot_judge: t, ${J}}\n  t: {action: ls, evaluate: {type: classify}, on_any: done, on_error: done}\n`,
    ),
    noisy: loop(
      "  s: {action: ls, on_sucess: t, on_no: t, on_partial: t, on_error: t}\n  t: {action: ls, route: {ys: done, no: done, _: done}}\n  u: {loop: b, on_yes: done, on_fail: done, on_timeout: done, on_no: done}\n",
    ),
    others: { "/p/.loops/b.yaml": loop(S) },
    lines: [
      '7:19 warning State "s" cannot give verdict "sucess": it gives "yes", "no" or "error"',
      '7:43 warning State "s" cannot give verdict "partial": it gives "yes", "no" or "error"',
      '8:27 warning State "t" cannot give verdict "ys": it gives "yes", "no" or "error"',
      '9:30 warning State "u" cannot give verdict "fail": it gives "yes", "no", "timeout" or "error"',
    ],
  },
  {
    rule: "unrouted-verdict",
    silent: loop(
      `${S}  t: {action: ls, on_yes: done, on_error: s}\n  v: {action: ls, evaluate: {type: classify}, route: {A: done, _: s}}\n`,
      "on_max_steps: t\nscope: [.]\ncircuit: {repeated_failure: {on_repeated_failure: v}}",
    ),
    noisy: loop(
      "  s: {action: ls, on_yes: t, on_no: t}\n  t: {action: x, action_type: prompt, on_yes: u, on_error: done}\n  u: {action: ls, evaluate: {type: classify}, route: {A: done}}\n",
      "scope: [.]",
    ),
    lines: [
      '7:3 warning State "s" leads nowhere on verdict "error": the run would end there',
      '8:3 warning State "t" leads nowhere on verdict "partial": the run would end there',
      '9:3 warning State "u" leads nowhere on verdict "error" and any other word: the run would end there',
    ],
  },
  {
    rule: "hidden-route",
    silent: loop(
      "  s: {action: ls, next: t, on_error: done}\n  t: {action: ls, route: {yes: u, _: s, _error: s}}\n  u: {action: x, action_type: prompt, tamper_guard: fail, on_no: f, next: done}\n  f: {terminal: true, failure: true}\n",
    ),
    noisy: loop(
      "  s: {action: ls, next: t, on_failure: t, evaluate: {type: exit_code}}\n  t: {action: ls, route: {yes: done, _: s, _error: done}}\n  u: {action: ls, on_yes: done, on_success: s, on_error: done}\n  v: {terminal: true, on_yes: s, next: s}\n",
      "on_max_steps: u",
    ),
    lines: [
      '7:28 warning "on_failure", "evaluate" are never used: "next" comes first',
      '8:44 warning "_error" is never used: "_" comes first',
      '9:33 warning "on_success" is never used: "on_yes" comes first',
      '10:23 warning "on_yes", "next" are never used: "terminal" comes first',
    ],
  },
  {
    rule: "dropped-route",
    silent: loop("  s: {action: ls, route: {yes: done, _: done}}\n"),
    noisy: loop("  s: {action: ls, route: {yes: done, _default: done}}\n"),
    lines: [
      '7:38 warning Row "_default" is dropped: no verdict begins with "_"',
    ],
  },
  {
    rule: "path-as-prompt",
    silent: loop(
      "  s: {action: /ll:fix it, next: done}\n  t: {action: /a/b, action_type: prompt, next: done}\n",
      "on_max_steps: t",
    ),
    noisy: loop("  s: {action: /opt/tool/bin/run --now, next: done}\n"),
    lines: [
      '7:15 warning The action begins with "/opt/tool/bin/run", which is no program here, so it is a prompt for an agent',
    ],
  },
  {
    rule: "timeout-beyond-loop",
    silent: loop("  s: {action: ls, timeout: 60, next: done}\n", "timeout: 60"),
    noisy: loop(
      "  s: {action: ls, timeout: 61, next: done}\n",
      "timeout: 60\ndefault_timeout: 90",
    ),
    lines: [
      `4:18 warning "default_timeout" is longer than the loop's own timeout of 60 s, which ends the run first`,
      `8:28 warning The timeout of state "s" is longer than the loop's own of 60 s, which ends the run first`,
    ],
  },
  {
    rule: "unreachable-cap",
    silent: loop(
      "  s: {action: ls, max_retries: 3, on_retry_exhausted: done, on_yes: done, on_no: s, on_error: s, on_maintain: s}\n",
      "maintain: true\nmax_steps: 9\nmax_iterations: 3\non_max_iterations: done\nmax_edge_revisits: 99",
    ),
    noisy: loop(
      "  s: {action: ls, max_retries: 9, on_retry_exhausted: done, on_yes: done, on_no: s, on_error: s, on_maintain: s, throttle: {hard_max: 20}}\n",
      "max_steps: 9\nmax_iterations: 3\non_max_iterations: done\ncircuit: {repeated_failure: {window: 10}}",
    ),
    lines: [
      '4:1 warning "max_iterations" is never reached: there are passes only where the loop is kept up',
      '5:1 warning "on_max_iterations" is never reached: there are passes only where the loop is kept up',
      '6:30 warning "window" is never reached: the run ends after 9 steps',
      '10:32 warning "max_retries" is never reached: the run ends after 9 steps',
      '10:98 warning "on_maintain" is never used: the loop is not kept up',
      '10:135 warning "hard_max" is never reached: the run ends after 9 steps',
    ],
  },
  {
    rule: "plain-secret",
    silent: loop(
      "  s: {action: 'curl -H \"Authorization: $TOKEN\" https://me@x.org; echo sk-a-long-name-of-a-thing-2', next: done}\n",
      "context: {api_key: '${env.KEY}', password: changeme, token: <yours>, stop_token: ALL_DONE, max_tokens: 5, secret_name: x}",
    ),
    noisy: loop(
      "  s: {action: curl https://me:hunter22@x.org, next: t}\n" +
        "  t: {action: Use sk-ant-api03-a1B2c3D4e5F6g7H8a1B2c3 here, action_type: prompt, next: done,\n" +
        "    evaluate: {type: llm_structured, prompt: Is it npm_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6 word for word?}}\n",
      "context: {api_key: a1b2c3d4, note: ghp_0123456789abcdefghijklmnopqrstuvwxyz}",
    ),
    lines: [
      '3:20 warning "api_key" holds a secret in plain text',
      '3:36 warning "note" holds a secret in plain text',
      '7:31 warning "action" holds a secret in plain text',
      '8:19 warning "action" holds a secret in plain text',
      '9:52 warning "prompt" holds a secret in plain text',
    ],
  },
  {
    rule: "unlimited-agent",
    silent: loop(
      `  s: {action: x, action_type: prompt, next: t}\n  t: {action: ls, ${E}}\n`,
      "timeout: 3600",
    ),
    noisy: loop(
      `  s: {action: x, action_type: prompt, next: t}\n  t: {action: ls, ${E}}\n`,
    ),
    lines: [
      '7:3 warning The loop may come back to the agent of state "s" 50 times, an hour each: nobody has set a limit',
    ],
  },
  {
    rule: "unquoted-value",
    silent: loop(
      `  s:
    action: |
      # \${context.goal}
      echo \${context.goal:shell} '\${context.goal}' \${context.other}
      cat <<'END'
      \${context.goal}
      END
    next: done
`,
      "context: {goal: '', other: ''}",
    ),
    noisy: loop(
      `  p: {action: x, action_type: prompt, capture: plan, next: s}
  s:
    action: |
      echo "\${context.goal}" \${captured.plan.output} "a \${context.task}"
    next: done
`,
      "context: {goal: '', task: ''}",
    ).replace("initial: s", "initial: p"),
    lines: [
      '10:12 warning "${context.goal}" comes from outside and is read as shell: what stands in it may run',
      '10:30 warning "${captured.plan.output}" comes from outside and is read as shell: what stands in it may run',
      '10:57 warning "${context.task}" comes from outside and is read as shell: what stands in it may run',
    ],
  },
];
