import { assert, assertEquals } from "@std/assert";
import type { Evaluate, Loop, State } from "../../../src/model/mod.ts";
import {
  definitionJson,
  effectiveTimeout,
  formatLoopList,
  formatPlan,
  formatShow,
  type ListedLoop,
  loopListJson,
  type Plan,
  planJson,
  reachableStates,
  showJson,
  type Style,
} from "../../../src/view/mod.ts";

const PLAIN: Style = { color: false, columns: 80 };
const FILE = "/p/.loops/fix.yaml";

function state(name: string, changes: Partial<State> = {}): State {
  return {
    name,
    at: { file: FILE, path: ["states", name] },
    action: null,
    kind: changes.loop !== undefined
      ? "loop"
      : changes.action === undefined
      ? "none"
      : "shell",
    params: {},
    stdin: null,
    evaluate: null,
    route: null,
    on: {},
    next: null,
    terminal: false,
    failure: false,
    capture: null,
    appendToMessages: null,
    timeoutMs: null,
    idleTimeoutMs: null,
    onMaintain: null,
    maxRetries: null,
    onRetryExhausted: null,
    retryableExitCodes: null,
    loop: null,
    contextPassthrough: false,
    with: {},
    worktree: null,
    bindings: {},
    bindingParameters: {},
    throttle: null,
    onThrottleHard: null,
    detach: false,
    onResume: { policy: "rerun" },
    agent: null,
    tools: null,
    model: null,
    effort: null,
    ...changes,
  };
}

function evaluate(changes: Partial<Evaluate>): Evaluate {
  return {
    type: "exit_code",
    at: { file: FILE, path: [] },
    operator: null,
    target: null,
    tolerance: null,
    pattern: null,
    negate: false,
    path: null,
    prompt: null,
    schema: null,
    minConfidence: 0.5,
    uncertainSuffix: false,
    source: null,
    previous: null,
    direction: "minimize",
    scope: [],
    maxStall: 1,
    historyFile: null,
    epsilon: 0.5,
    track: null,
    maxRepeat: 2,
    baselinePath: null,
    autoPromote: false,
    minPairs: 1,
    pairs: [],
    line: "last",
    errorPatterns: [],
    key: null,
    ...changes,
  };
}

function loop(states: readonly State[], changes: Partial<Loop> = {}): Loop {
  return {
    id: FILE,
    name: "fix",
    at: { file: FILE, path: [] },
    description: "",
    initial: states[0]?.name ?? "",
    states: Object.fromEntries(states.map((one) => [one.name, one])),
    context: {},
    inputKey: "input",
    requiredInputs: [],
    parameters: {},
    scope: [],
    singleton: false,
    maxSteps: 50,
    maxIterations: null,
    onMaxSteps: null,
    onMaxIterations: null,
    maxEdgeRevisits: 100,
    timeoutMs: null,
    defaultTimeoutMs: null,
    defaultIdleTimeoutMs: null,
    backoffMs: 0,
    maintain: false,
    llm: {
      enabled: true,
      model: "sonnet",
      maxTokens: 256,
      timeoutMs: 1_800_000,
      effort: null,
    },
    onHandoff: "pause",
    outputSignals: "anywhere",
    circuit: null,
    promptSizeGuard: { enabled: true, warnChars: 50_000 },
    handoffThreshold: null,
    secrets: [],
    category: "",
    labels: [],
    visibility: "public",
    inert: [],
    ...changes,
  };
}

const FIX = loop([
  state("check", {
    action: "npm test",
    capture: "out",
    on: { yes: "done", no: "fix", error: "failed" },
    maxRetries: 2,
    onRetryExhausted: "failed",
  }),
  state("fix", {
    action: "Fix it:\n${captured.out.output}\nthree\nfour",
    kind: "prompt",
    route: { yes: "check", _: "$current" },
    timeoutMs: 60_000,
    evaluate: evaluate({
      type: "output_numeric",
      operator: "lt",
      target: 3,
      prompt: "Is it\ngood?",
    }),
  }),
  state("sub", { loop: "build", with: { n: 1 }, next: "done" }),
  state("done", { terminal: true }),
  state("failed", { terminal: true, failure: true }),
], {
  description: "Runs the tests\nand repairs.",
  context: { who: "me", token: "s3cret" },
  scope: ["src"],
  secrets: ["token"],
});

const PLAN: Plan = {
  loop: FIX,
  origin: "project",
  file: ".loops/fix.yaml",
  project: "/p",
  overrides: { max_steps: "--max-steps" },
  scope: { paths: ["src"], isDefault: false, isLocked: true },
  context: [
    { key: "who", value: "me", from: "loop file", isSecret: false },
    { key: "token", value: "s3cret", from: "--context", isSecret: true },
    { key: "run_dir", value: 3, from: "set by ll-loop", isSecret: false },
  ],
  missing: [{
    name: "branch",
    add: "--context branch=VALUE",
    usedBy: "states.check.action",
  }],
  needs: [
    {
      kind: "program",
      name: "bash",
      isFound: true,
      where: "/bin/bash",
      states: ["check"],
    },
    {
      kind: "agent host",
      name: "claude",
      isFound: false,
      where: "PATH",
      states: ["fix"],
    },
    {
      kind: "loop",
      name: "${context.x}",
      isFound: null,
      where: null,
      states: [],
    },
  ],
  unsupported: [{
    state: "fix",
    file: ".loops/fix.yaml",
    line: 9,
    reason: "prompt actions are not run by this version",
  }],
};

Deno.test("plan: everything that will happen, and what is missing", () => {
  assertEquals(formatPlan(PLAN, PLAIN), [
    "Execution plan for: fix",
    "From: project: .loops/fix.yaml",
    "Actions run in: /p",
    "",
    "States:",
    "  [check]",
    "    action: npm test",
    "    timeout: 1h (default)",
    "    evaluate: exit_code (default)",
    "    on_yes -> done",
    "    on_no -> fix",
    "    on_error -> failed",
    "    on_retry_exhausted -> failed (after 2 retries)",
    "    capture: out",
    "  [fix]",
    "    action (prompt): |",
    "      Fix it:",
    "      ${captured.out.output}",
    "      three",
    "      ... (1 more line)",
    "    timeout: 1m",
    "    evaluate: output_numeric (operator: lt, target: 3, prompt: Is it good?)",
    "    route:",
    "      yes -> check",
    "      _ -> $current",
    "  [sub] (unreachable)",
    "    loop: build (n=1)",
    "    next -> done",
    "  [done] [TERMINAL]",
    "  [failed] [TERMINAL, FAILURE]",
    "",
    "Initial state: check",
    "Max steps: 50 (--max-steps)",
    "Max iterations: none",
    "Max edge revisits: 100",
    "Timeout: none",
    "Delay: 0s",
    "Scope: src",
    "LLM judge: sonnet",
    "Context:",
    '  who: "me" (loop file)',
    "  token: *** (--context)",
    "  run_dir: 3 (set by ll-loop)",
    "Needs:",
    "  ✓ program bash: /bin/bash (check)",
    "  ✗ agent host claude: not found in PATH (fix)",
    "  ? loop ${context.x}: known only during the run",
    "Missing:",
    "  branch: add --context branch=VALUE (used by states.check.action)",
    "Not run by this version:",
    "  fix at .loops/fix.yaml:9: prompt actions are not run by this version",
  ]);
});

Deno.test("plan: narrow lines are cut, control characters visible", () => {
  const plan: Plan = {
    ...PLAN,
    loop: loop([
      state("a", { action: "printf '\x1b[2J' and more and more words" }),
    ]),
    context: [],
    needs: [],
    missing: [],
    unsupported: [],
  };
  const lines = formatPlan(plan, { color: false, columns: 40 });
  assertEquals(lines[6], "    action: printf '␛[2J' and more and …");
  assert(!lines.includes("Context:"));
});

Deno.test("plan: JSON says whether it is ready and never tells a secret", () => {
  const json = planJson(PLAN);
  const text = JSON.stringify(json);
  assert(!text.includes("s3cret"));
  assertEquals(JSON.parse(text), json);
  assertEquals([json["ready"]], [false]);
  assertEquals(json["timeouts"], {
    check: { timeout_ms: 3_600_000, from: "default", idle_timeout_ms: 0 },
    fix: { timeout_ms: 60_000, from: "state", idle_timeout_ms: 0 },
  });
  const ready = planJson({ ...PLAN, missing: [], needs: [], unsupported: [] });
  assertEquals([ready["ready"]], [true]);
});

Deno.test("plan: whose timeout holds", () => {
  const limits = (one: State, changes: Partial<Loop> = {}): unknown =>
    effectiveTimeout({ ...PLAN, loop: loop([one], changes) }, one);
  assertEquals(limits(state("a", { action: "x", kind: "mcp" })), {
    timeoutMs: 30_000,
    from: "default",
    idleTimeoutMs: 0,
  });
  assertEquals(
    limits(state("a", { action: "x", timeoutMs: 0 }), { defaultTimeoutMs: 5 }),
    { timeoutMs: 5, from: "default_timeout", idleTimeoutMs: 0 },
  );
  assertEquals(
    limits(state("a", { action: "x", kind: "prompt", idleTimeoutMs: 7 })),
    { timeoutMs: 0, from: "idle limit", idleTimeoutMs: 7 },
  );
  // The plan told another limit than the run then had.
  assertEquals(
    limits(state("a", { action: "x", idleTimeoutMs: 0 }), {
      defaultIdleTimeoutMs: 4,
    }),
    { timeoutMs: 3_600_000, from: "default", idleTimeoutMs: 4 },
  );
  assertEquals(limits(state("a")), null);
});

Deno.test("show: header, drawing, table, commands", () => {
  const shown = {
    loop: FIX,
    origin: "project",
    file: ".loops/fix.yaml",
    argument: "fix",
  } as const;
  assertEquals(formatShow(shown, { style: PLAIN, isVerbose: false }), [
    `── fix ${"─".repeat(46)} 5 states, 7 transitions ──`,
    "   project: .loops/fix.yaml",
    "   limits: 50 steps, no loop timeout",
    "   scope: src",
    "   context: who, token",
    "",
    "Description:",
    "  Runs the tests",
    "  and repairs.",
    "",
    "Diagram:",
    "  → check",
    "       yes                   → done",
    "       no                    → fix",
    "       error/retry_exhausted → failed",
    "    fix",
    "       yes → check",
    "       _   → $current",
    "    sub (unreachable)",
    "       next → done",
    "    done ✓ end",
    "    failed ✗ failure",
    "",
    "States:",
    "    State  Type       Action   Transitions",
    "  → check  shell      npm test yes→done, no→fix, error/retry_exhausted→failed",
    "    fix    prompt     Fix it:  yes→check, _→$current",
    "    sub    loop       build    next→done",
    "    done   -                   (terminal)",
    "    failed -                   (terminal, failure)",
    "",
    "Commands:",
    "  ll-loop run fix  # run it",
    "  ll-loop run fix --dry-run  # see what would happen",
    "  ll-loop validate fix  # check the file",
  ]);
});

Deno.test("show: verbose has every setting of every state, nothing cut", () => {
  const shown = {
    loop: FIX,
    origin: "built-in",
    file: "builtin:fix.yaml",
    argument: "my fix",
  } as const;
  const lines = formatShow(shown, {
    style: { color: false, columns: 40, unicode: false },
    isVerbose: true,
  });
  const from = lines.indexOf("-- fix ----------------------- prompt --");
  assert(from > 0, lines.join("\n"));
  assertEquals(lines.slice(from + 1, from + 14), [
    "  action:",
    "    Fix it:",
    "    ${captured.out.output}",
    "    three",
    "    four",
    "  evaluate: output_numeric (operator: lt, target: 3)",
    "    | Is it",
    "    | good?",
    "  timeout: 1m",
    "  transitions:",
    "    route yes -> check",
    "    route _ -> $current",
    "",
  ]);
  assertEquals(lines.at(-3), "  ll-loop run 'my fix'  # run it");
});

Deno.test("show: JSON is the YAML with everything resolved and defaults left out", () => {
  assertEquals(definitionJson(FIX), {
    name: "fix",
    description: "Runs the tests\nand repairs.",
    initial: "check",
    max_steps: 50,
    context: { who: "me", token: "***" },
    scope: ["src"],
    secrets: ["token"],
    states: {
      check: {
        action: "npm test",
        on_yes: "done",
        on_no: "fix",
        on_error: "failed",
        capture: "out",
        max_retries: 2,
        on_retry_exhausted: "failed",
      },
      fix: {
        action: "Fix it:\n${captured.out.output}\nthree\nfour",
        action_type: "prompt",
        evaluate: {
          type: "output_numeric",
          operator: "lt",
          target: 3,
          prompt: "Is it\ngood?",
        },
        route: { yes: "check", _: "$current" },
        timeout: 60,
      },
      sub: { loop: "build", next: "done", with: { n: 1 } },
      done: { terminal: true },
      failed: { terminal: true },
    },
  });
  const odd = definitionJson(loop([
    state("failed", { terminal: true }),
    state("a", {
      action: "/x",
      kind: "prompt",
      onResume: { policy: "check", command: "true" },
      throttle: { normalMax: 1, warnMax: 2, hardMax: 3 },
    }),
  ], { backoffMs: 1500, handoffThreshold: 60, timeoutMs: 5000 }));
  assertEquals(odd["backoff"], 1.5);
  assertEquals(odd["timeout"], 5);
  assertEquals(odd["config"], { handoff_threshold: 60 });
  assertEquals(odd["states"], {
    failed: { terminal: true, failure: false },
    a: {
      action: "/x",
      throttle: { normal_max: 1, warn_max: 2, hard_max: 3 },
      on_resume: { check: "true" },
    },
  });
  const shown = showJson({
    loop: FIX,
    origin: "path",
    file: "f.yaml",
    argument: "f.yaml",
  });
  assertEquals([shown["file"], shown["origin"], shown["schema_version"]], [
    "f.yaml",
    "path",
    1,
  ]);
});

Deno.test("reachable states: summary states and circuit targets count", () => {
  const machine = loop([
    state("a", { next: "a" }),
    state("sum", { terminal: true }),
    state("cut", { terminal: true }),
    state("lost", { terminal: true }),
  ], {
    onMaxSteps: "sum",
    circuit: {
      window: 3,
      onRepeatedFailure: "cut",
      progressPaths: [],
      recurrentWindow: null,
      failuresOnly: false,
    },
  });
  assertEquals([...reachableStates(machine)].sort(), ["a", "cut", "sum"]);
});

const LISTED: readonly ListedLoop[] = [
  {
    name: "until-green",
    path: "builtin:until-green.yaml",
    origin: "built-in",
    description: "Runs a command until it passes\nwith backoff",
    problem: null,
  },
  {
    name: "fix",
    path: ".loops/fix.yaml",
    origin: "project",
    description: "",
    problem: null,
  },
  {
    name: "sub/broken",
    path: ".loops/sub/broken.yaml",
    origin: "project",
    description: "",
    problem: "not YAML",
  },
];

Deno.test("list: the project's loops first, then the built-in ones", () => {
  assertEquals(formatLoopList(LISTED, PLAIN), [
    "Project loops (2):",
    "  fix",
    "  sub/broken   (not YAML)",
    "",
    "Built-in loops (1):",
    "  until-green  Runs a command until it passes  [built-in]",
  ]);
  assertEquals(
    formatLoopList(LISTED.slice(0, 1), { color: false, columns: 40 }),
    [
      "Available loops:",
      "  until-green  Runs a comma…  [built-in]",
    ],
  );
  assertEquals(formatLoopList([], PLAIN), ["No loops available"]);
});

Deno.test("list: JSON keeps the reference's fields", () => {
  assertEquals(loopListJson(LISTED).slice(1), [
    {
      name: "sub/broken",
      path: ".loops/sub/broken.yaml",
      description: "",
      problem: "not YAML",
      schema_version: 1,
    },
    {
      name: "until-green",
      path: "builtin:until-green.yaml",
      built_in: true,
      description: "Runs a command until it passes\nwith backoff",
      schema_version: 1,
    },
  ]);
  assertEquals(loopListJson([]), []);
});
