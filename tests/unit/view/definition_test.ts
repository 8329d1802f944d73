import { assert, assertEquals } from "@std/assert";
import type {
  Evaluate,
  Examination,
  Loop,
  State,
} from "../../../src/model/mod.ts";
import {
  definitionJson,
  doctorJson,
  type DoctorReport,
  effectiveTimeout,
  formatDoctor,
  formatLoopList,
  formatPlan,
  formatShow,
  formatVerdict,
  type ListedLoop,
  loopListJson,
  type Plan,
  planJson,
  type PlanNeed,
  reachableStates,
  showJson,
  type Style,
  type Verdict,
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

const READY: Verdict = {
  kind: "runs",
  values: [],
  lacking: [],
  unsupported: [],
  obstacle: null,
};

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
      isOfReference: false,
      states: ["check"],
    },
    {
      kind: "agent host",
      name: "claude",
      isFound: false,
      where: "PATH",
      isOfReference: false,
      states: ["fix"],
    },
    {
      kind: "loop",
      name: "${context.x}",
      isFound: null,
      where: null,
      isOfReference: false,
      states: [],
    },
  ],
  unsupported: [{
    state: "fix",
    file: ".loops/fix.yaml",
    line: 9,
    reason: "prompt actions are not run by this version",
  }],
  verdict: {
    ...READY,
    kind: "does-not-run",
    unsupported: [{
      state: "fix",
      reason: "runs a prompt, which this version does not do yet",
    }],
  },
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
    "Needs (best effort):",
    "  ✓ program bash: /bin/bash (check)",
    "  ✗ agent host claude: not found in PATH (fix)",
    "  ? loop ${context.x}: known only during the run",
    "Missing:",
    "  branch: add --context branch=VALUE (used by states.check.action)",
    "Not run by this version:",
    "  fix at .loops/fix.yaml:9: prompt actions are not run by this version",
    'Verdict: does not run: 1 state needs what this version does not do yet ("fix" runs a prompt)',
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
  assertEquals(json["verdict"], "does-not-run");
  const ready = planJson({ ...PLAN, verdict: READY });
  assertEquals([ready["ready"], ready["verdict"]], [true, "runs"]);
});

Deno.test("verdict: everything that is wanted, in the order in which one would do it", () => {
  const need = (kind: PlanNeed["kind"], name: string): PlanNeed => ({
    kind,
    name,
    isFound: false,
    where: kind === "MCP server" ? "/p/.mcp.json" : null,
    isOfReference: name.startsWith("ll-"),
    states: ["a"],
  });
  const wanted: Verdict = {
    ...READY,
    kind: "runs-with",
    lacking: [
      need("program", "jq\x1b[2J"),
      need("program", "ll-auto"),
      need("program", "ll-issues"),
      need("agent host", "claude or codex"),
      need("MCP server", "db"),
      need("file", "x.txt"),
    ],
    values: [
      { name: "goal", add: "--context goal=VALUE", usedBy: "states.a.action" },
    ],
  };
  assertEquals(
    formatVerdict(wanted),
    'runs with jq␛[2J, an agent CLI, the MCP server "db" in /p/.mcp.json, ' +
      "the file x.txt, ll-auto and ll-issues of little-loops, --context goal=VALUE",
  );
  const notYet = "which this version does not do yet";
  const refused: Verdict = {
    ...wanted,
    kind: "does-not-run",
    unsupported: [
      { state: "a", reason: `runs a prompt, ${notYet}` },
      { state: "b", reason: `runs a prompt, ${notYet}` },
      { state: "c", reason: `calls an MCP tool, ${notYet}` },
    ],
    obstacle: {
      state: "d",
      reason: "runs a shell action, and there is no floor",
    },
  };
  assertEquals(
    formatVerdict(refused),
    'does not run: state "d" runs a shell action, and there is no floor; ' +
      '3 states need what this version does not do yet ("a" runs a prompt, "c" calls an MCP tool)',
  );
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
    "  ll-loop run fix            # run it",
    "  ll-loop run fix --dry-run  # see what would happen",
    "  ll-loop validate fix       # check the file",
  ]);
  // They name what it does not run without.
  const asking = {
    ...FIX,
    inputKey: "task",
    requiredInputs: ["task", "by hand", "set"],
    context: { task: "", set: "yes" },
  };
  assertEquals(
    formatShow({ ...shown, loop: asking }, { style: PLAIN, isVerbose: false })
      .slice(-3).map((line) => line.split("  # ")[0]?.trim()),
    [
      "ll-loop run fix INPUT --context 'by hand=VALUE'",
      "ll-loop run fix INPUT --context 'by hand=VALUE' --dry-run",
      "ll-loop validate fix",
    ],
  );
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
  assertEquals(lines.at(-3), "  ll-loop run 'my fix'            # run it");
});

Deno.test("show: verbose left out settings that the definition has", () => {
  const full = state("a", {
    action: "srv/tool",
    kind: "mcp",
    params: { a: [1] },
    on: { yes: "a" },
    stdin: "${messages}",
    capture: "c",
    appendToMessages: "a\nb",
    timeoutMs: 90_000,
    idleTimeoutMs: 5000,
    maxRetries: 2,
    retryableExitCodes: [2, 3],
    contextPassthrough: true,
    with: { x: 1 },
    worktree: "w",
    bindings: { p: "v" },
    throttle: { normalMax: 1, warnMax: 2, hardMax: 3 },
    detach: true,
    onResume: { policy: "check", command: "true" },
    agent: "r",
    tools: ["Read", "Write"],
    model: "m",
    effort: "high",
  });
  const shown = {
    loop: loop([full, state("done", { terminal: true })]),
    origin: "project",
    file: "a.yaml",
    argument: "a",
  } as const;
  const lines = formatShow(shown, { style: PLAIN, isVerbose: true });
  const from = lines.findIndex((line) => line.startsWith("── a"));
  assertEquals(lines.slice(from + 1, lines.indexOf("", from)), [
    "  action:",
    "    srv/tool",
    '  params: {"a":[1]}',
    "  stdin: ${messages}",
    "  capture: c",
    "  append_to_messages: a b",
    "  timeout: 1m 30s, idle 5s",
    "  max_retries: 2",
    "  retryable_exit_codes: 2, 3",
    "  context_passthrough: true",
    '  with: {"x":1}',
    "  worktree: w",
    '  fragment_bindings: {"p":"v"}',
    '  throttle: {"normal_max":1,"warn_max":2,"hard_max":3}',
    "  detach: true",
    '  on_resume: {"check":"true"}',
    "  agent: r",
    "  tools: Read, Write",
    "  model: m",
    "  effort: high",
    "  transitions:",
    "    on_yes → a",
  ]);
});

Deno.test("a timeout of zero is no limit of zero: show and the plan tell the one that holds", () => {
  const rows: [changes: Partial<State>, text: string | null][] = [
    [{ timeoutMs: 0 }, "1h (default)"],
    [{ timeoutMs: 0, idleTimeoutMs: 5000 }, "1h (default), idle 5s"],
    [{ timeoutMs: 90_000, idleTimeoutMs: 0 }, "1m 30s"],
    [{ kind: "prompt", idleTimeoutMs: 5000 }, "none (idle limit), idle 5s"],
    [{ kind: "loop", timeoutMs: 0 }, null],
    [{ kind: "loop", timeoutMs: 5000 }, "5s"],
    [{ terminal: true, timeoutMs: 5000 }, null],
  ];
  const style = { color: false, columns: 80, unicode: false };
  for (const [changes, text] of rows) {
    const machine = loop([state("a", { action: "x", ...changes })]);
    const shown = formatShow(
      { loop: machine, origin: "project", file: "a.yaml", argument: "a" },
      { style, isVerbose: true },
    );
    const planned = formatPlan({ ...PLAN, loop: machine }, style)
      .filter((line) => line.startsWith("  "));
    for (const lines of [shown, planned]) {
      assertEquals(
        lines.map((line) => line.trim()).filter((line) =>
          line.startsWith("timeout: ")
        ),
        text === null ? [] : [`timeout: ${text}`],
      );
    }
  }
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

const EXAMINATION: Examination = {
  command: ["/opt/ll-loop"],
  runtime: "deno 2.9.6",
  version: "1.0.0",
  copies: [
    {
      path: "/usr/bin/ll-loop",
      kind: "reference",
      version: "1.156.0",
      evidence: "a script of little-loops, which was not started",
    },
    {
      path: "/opt/ll-loop",
      kind: "this",
      version: "1.0.0",
      evidence: "this program",
    },
    {
      path: "/b/ll-loop",
      kind: "ours",
      version: "0.9.0",
      evidence: "as its --version says",
    },
    {
      path: "/c/ll-loop",
      kind: "unknown",
      version: null,
      evidence: "it cannot be started",
    },
  ],
  machine: {
    os: "darwin",
    bash: { name: "bash", path: "/bin/bash", version: "3.2.57" },
    setsid: { name: "setsid", path: null, version: null },
    git: { name: "git", path: null, version: null },
    agents: [
      { name: "claude", path: "/bin/claude", version: "2.1.3" },
      { name: "codex", path: null, version: null },
      { name: "pi", path: "/bin/pi", version: null },
    ],
    canSeeAll: false,
    isGuarded: false,
  },
  root: "/p",
  loopsDir: "/p/.loops",
  configuration: [
    {
      file: "/p/.loops/config.yaml",
      owner: "ll-loop",
      isRead: true,
      ignoredKeys: [],
      problems: [{ severity: "error", line: 3, message: "Not YAML: oops" }],
    },
    {
      file: "/p/.ll/ll-config.json",
      owner: "little-loops",
      isRead: true,
      ignoredKeys: ["loops.glyphs", "cli.colors"],
      problems: [],
    },
    {
      file: "/p/.ll/program.md",
      owner: "little-loops",
      isRead: false,
      ignoredKeys: [],
      problems: [],
    },
  ],
  folders: [
    {
      path: "/p/.loops",
      exists: false,
      isWritable: true,
      hasLocks: true,
      problem: null,
    },
    {
      path: "/tmp",
      exists: true,
      isWritable: false,
      hasLocks: false,
      problem: "Read-only file system",
    },
    {
      path: "/p/.loops/runs",
      exists: true,
      isWritable: true,
      hasLocks: false,
      problem: "a lock that is held is not seen",
    },
  ],
};

const NEED: PlanNeed = {
  kind: "program",
  name: "jq",
  isFound: true,
  where: "/bin/jq",
  isOfReference: false,
  states: ["a", "b", "c", "d", "e"],
};

const REPORT: DoctorReport = {
  examination: EXAMINATION,
  loops: [
    {
      name: "good",
      file: ".loops/good.yaml",
      verdict: READY,
      problem: null,
      needs: [NEED],
      canRun: true,
    },
    {
      name: "theirs",
      file: ".loops/theirs.yaml",
      verdict: {
        ...READY,
        kind: "does-not-run",
        lacking: [{ ...NEED, name: "ll-auto", isOfReference: true }],
        unsupported: [{
          state: "a",
          reason: "runs a prompt, which this version does not do yet",
        }],
      },
      problem: null,
      needs: [
        {
          ...NEED,
          name: "ll-auto",
          isFound: false,
          where: null,
          isOfReference: true,
          states: ["a"],
        },
        {
          ...NEED,
          kind: "slash command",
          name: "/ll:commit",
          isFound: null,
          where: null,
          isOfReference: true,
          states: [],
        },
        {
          ...NEED,
          kind: "loop",
          name: "${context.l}",
          isFound: null,
          where: null,
        },
      ],
      canRun: false,
    },
    {
      name: "bad",
      file: null,
      verdict: null,
      problem: "2 errors in its definition, see `ll-loop validate bad`",
      needs: [],
      canRun: false,
    },
  ],
  isReady: false,
};

Deno.test("doctor: program, machine, project, and a verdict for each loop", () => {
  const options = { style: PLAIN, hasNeeds: false };
  assertEquals(formatDoctor(REPORT, options), [
    "ll-loop 1.0.0 (deno 2.9.6), an independent implementation of the ll-loop of little-loops",
    "  ✓ started by: /opt/ll-loop",
    "  • first on PATH: /usr/bin/ll-loop: the reference, little-loops 1.156.0 (a script of little-loops, which was not started)",
    "  ✓ second on PATH: /opt/ll-loop: this program",
    "  ✓ number 3 on PATH: /b/ll-loop: another copy of this program, 0.9.0 (as its --version says)",
    "  • number 4 on PATH: /c/ll-loop: not known (it cannot be started)",
    "      children of a run find the program that runs it all the same, and LL_LOOP_BIN names it",
    "",
    "This machine (darwin):",
    "  ✓ bash 3.2.57: /bin/bash",
    "      older than 4.0: no declare -A, mapfile, ${x^^}, |& or &>> in actions",
    "  • setsid: not found",
    "      the runtime makes sessions itself; each step takes longer",
    "  • git: not found",
    "      diff_stall, worktrees and some built-in loops need it",
    "  • no /proc: what leaves its process group is not found at the end of a run",
    "  • no guardian: when a runner is killed with kill -9 its processes live on",
    "  ✓ agent claude 2.1.3: /bin/claude",
    "  ✓ agent pi: /bin/pi",
    "  • other agent CLIs, not found: codex",
    "",
    "This project (/p):",
    "  ✗ /p/.loops/config.yaml: cannot be used",
    "      line 3: error: Not YAML: oops",
    "  • /p/.ll/ll-config.json: read",
    "      without effect here: loops.glyphs, cli.colors",
    "  • /p/.ll/program.md: not read",
    "  ✓ /p/.loops (not there yet): can be written, locks work",
    "  ✗ /tmp: cannot be written: Read-only file system",
    "  ✗ /p/.loops/runs: can be written, but locks do not work: a lock that is held is not seen",
    "",
    "Loops, 1 of 3 can run (best effort: programs as far as the text of an action shows them):",
    "  ✓ good: runs",
    '  ✗ theirs: does not run: 1 state needs what this version does not do yet ("a" runs a prompt)',
    "      it would also need ll-auto of little-loops",
    "      known only during the run: /ll:commit, loop ${context.l}",
    "  ✗ bad: does not run: 2 errors in its definition, see `ll-loop validate bad`",
  ]);
  const named = formatDoctor(REPORT, { style: PLAIN, hasNeeds: true });
  assertEquals(named.slice(-8), [
    "  ✓ good: runs",
    "      program jq: /bin/jq (a, b, c, 2 more states)",
    '  ✗ theirs: does not run: 1 state needs what this version does not do yet ("a" runs a prompt)',
    "      it would also need ll-auto of little-loops",
    "      program ll-auto, of little-loops: not found (a)",
    "      slash command /ll:commit, of little-loops: known only during the run",
    "      loop ${context.l}: known only during the run (a, b, c, 2 more states)",
    "  ✗ bad: does not run: 2 errors in its definition, see `ll-loop validate bad`",
  ]);
});

Deno.test("doctor: an empty folder on Windows", () => {
  const machine = { ...EXAMINATION.machine, os: "windows" };
  const examination: Examination = {
    ...EXAMINATION,
    copies: [],
    machine,
    configuration: [],
    folders: [],
  };
  assertEquals(
    formatDoctor({ examination, loops: [], isReady: false }, {
      style: PLAIN,
      hasNeeds: false,
    }).slice(1),
    [
      "  ✓ started by: /opt/ll-loop",
      "  • no ll-loop on PATH",
      "",
      "This machine (windows):",
      "  ✗ Windows has no process groups: actions are not started",
      "      install WSL (wsl --install) and run ll-loop inside of it",
      "",
      "This project (/p):",
      "  • no configuration file",
      "",
      "No loops in this project; `ll-loop list` shows the built-in ones",
    ],
  );
});

Deno.test("doctor: JSON has the same facts", () => {
  const json = doctorJson(REPORT);
  assertEquals(JSON.parse(JSON.stringify(json)), json);
  assertEquals([json["schema_version"], json["ready"], json["best_effort"]], [
    1,
    false,
    true,
  ]);
  const text = JSON.stringify(json);
  const facts = [
    '{"path":"/b/ll-loop","kind":"ours","version":"0.9.0","evidence":"as its --version says"}',
    '"bash":{"name":"bash","path":"/bin/bash","version":"3.2.57"}',
    '"ignored_keys":["loops.glyphs","cli.colors"]',
    '{"path":"/p/.loops","exists":false,"writable":true,"locks":true,"problem":null}',
    '{"loop":"good","file":".loops/good.yaml","verdict":"runs","summary":"runs","can_run":true',
    '"verdict":"does-not-run","summary":"does not run: 2 errors in its definition',
    '"of_reference":true',
  ];
  for (const fact of facts) assert(text.includes(fact), fact);
});
