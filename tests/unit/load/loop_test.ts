// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import { assertEquals, assertExists } from "@std/assert";
import { loadLoop, resolveLoopName } from "../../../src/load/mod.ts";
import { type Loop, unreachable } from "../../../src/model/mod.ts";
import {
  loadText,
  LOOPS_DIR,
  type MemoryFiles,
  memorySources,
  optionsFor,
} from "./memory_sources.ts";

function loopOf(
  text: string,
  others: MemoryFiles = {},
  executables: readonly string[] = [],
): Loop {
  const result = loadText(text, others, executables);
  const loop = result.definitions?.loops[result.root];
  assertExists(loop, JSON.stringify(result.findings));
  return loop;
}

function stateOf(yaml: string, name = "s"): Loop["states"][string] {
  const state =
    loopOf(`name: a\ninitial: ${name}\nstates:\n  ${name}: ${yaml}\n`)
      .states[name];
  assertExists(state);
  return state;
}

Deno.test("defaults of a loop", () => {
  const loop = loopOf("name: a\ninitial: s\nstates:\n  s: {terminal: true}\n");
  assertEquals({ ...loop, states: {} }, {
    id: "/p/.loops/a.yaml",
    name: "a",
    at: { file: "/p/.loops/a.yaml", path: [] },
    description: "",
    initial: "s",
    states: {},
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
  });
});

Deno.test("defaults of a state", () => {
  assertEquals(stateOf("{next: s}"), {
    name: "s",
    at: { file: "/p/.loops/a.yaml", path: ["states", "s"] },
    kind: "none",
    action: null,
    params: {},
    stdin: null,
    evaluate: null,
    route: null,
    on: {},
    next: "s",
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
  });
});

Deno.test("defaults of an evaluator", () => {
  assertEquals(stateOf("{evaluate: {type: classify}}").evaluate, {
    type: "classify",
    at: { file: "/p/.loops/a.yaml", path: ["states", "s", "evaluate"] },
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
  });
});

Deno.test("the two step caps", () => {
  const caps = (yaml: string) => {
    const { maxSteps, maxIterations } = loopOf(
      `${yaml}\nname: a\ninitial: s\nstates:\n  s: {terminal: true}\n`,
    );
    return [maxSteps, maxIterations];
  };
  assertEquals(caps(""), [50, null]);
  assertEquals(caps("max_iterations: 7"), [7, null]);
  assertEquals(caps("max_steps: 9"), [9, null]);
  assertEquals(caps("max_steps: 9\nmax_iterations: 7"), [9, 7]);
  assertEquals(caps("max_steps: null\nmax_iterations: 7"), [7, null]);
  assertEquals(caps("max_steps: 12.0"), [12, null]);
  assertEquals(caps("max_steps: 1_000"), [1000, null]);
});

Deno.test("booleans in every spelling, quoted or not", () => {
  for (
    const text of ["true", "yes", "On", "YES", '"yes"', "'on'", '"True"', "1"]
  ) {
    assertEquals(stateOf(`{terminal: ${text}}`).terminal, true, text);
  }
  for (const text of ["false", "no", "Off", '"no"', "0", "null"]) {
    assertEquals(stateOf(`{terminal: ${text}, next: s}`).terminal, false, text);
  }
});

Deno.test("a failure terminal is known by its name, unless it says otherwise", () => {
  const failure = (name: string, yaml: string) => stateOf(yaml, name).failure;
  for (const name of ["failed", "error", "aborted", "finalize_aborted"]) {
    assertEquals(failure(name, "{terminal: true}"), true, name);
    assertEquals(failure(name, "{terminal: true, failure: no}"), false, name);
    assertEquals(failure(name, "{next: x}"), false, name);
  }
  assertEquals(failure("done", "{terminal: true}"), false);
  assertEquals(failure("done", "{terminal: true, failure: true}"), true);
});

Deno.test("verdict keys: aliases, empty texts, custom verdicts, reserved ones", () => {
  assertEquals(
    stateOf(
      `{on_yes: "", on_success: a, on_failure: b, on_error: c, on_target: d, on_: e,
        on_maintain: f, on_throttle_hard: g, on_resume: ask, on_list: [x], on_num: 3, on_none: null}`,
    ).on,
    { yes: "a", no: "b", error: "c", target: "d", "": "e", num: "3" },
  );
  assertEquals(stateOf("{on_yes: a, on_success: b}").on, { yes: "a" });
});

Deno.test("route tables: keys are their text, odd underscore keys are dropped", () => {
  assertEquals(
    stateOf(
      "{route: {yes: a, no: b, on: c, True: d, 1.0: e, 010: f, _: g, _error: h, _x: i, 2024-01-01: j}}",
    ).route,
    {
      yes: "a",
      no: "b",
      on: "c",
      True: "d",
      "1.0": "e",
      "010": "f",
      _: "g",
      _error: "h",
      "2024-01-01": "j",
    },
  );
});

Deno.test("state names that are numbers or words of YAML work on both sides", () => {
  const loop = loopOf(
    "name: a\ninitial: 1\nstates:\n  1: {next: yes}\n  yes: {next: constructor}\n  constructor: {terminal: true}\n",
  );
  assertEquals(Object.keys(loop.states), ["1", "yes", "constructor"]);
  assertEquals(loop.initial, "1");
  assertEquals(loop.states["1"]?.next, "yes");
});

Deno.test("whole numbers beyond 2^53 lost their digits", () => {
  const loop = loopOf(`name: a
initial: s
base: &base {m: 12345678901234567893}
context: {n: 12345678901234567891, l: [-9007199254740993, +9_007_199_254_740_993], h: 0x20000000000001, ok: 9007199254740991, <<: *base}
parameters: {p: {type: integer, default: 12345678901234567892}}
states:
  s: {action: x, evaluate: {type: output_json, path: x, operator: eq, target: 12345678901234567890}, on_yes: t}
  t: {terminal: true}
`);
  assertEquals(loop.context, {
    m: "12345678901234567893",
    n: "12345678901234567891",
    l: ["-9007199254740993", "9007199254740993"],
    h: "9007199254740993",
    ok: 9007199254740991,
  });
  assertEquals(loop.parameters["p"]?.default, "12345678901234567892");
  assertEquals(loop.states["s"]?.evaluate?.target, "12345678901234567890");
});

Deno.test("dates keep their text, numbers without a value become text", () => {
  assertEquals(
    loopOf(
      `name: a
initial: s
context: {d: 2024-01-01, t: 2024-01-01 10:00:00, l: [2023-02-03], h: 0x1F, o: 010, u: 1_000, i: .inf, n: .nan, e: 1e3, b: 12:30, q: "5", y: yes, z: ~}
states: {s: {terminal: true}}
`,
    ).context,
    {
      d: "2024-01-01",
      t: "2024-01-01 10:00:00",
      l: ["2023-02-03"],
      h: 31,
      o: 8,
      u: 1000,
      i: "inf",
      n: "nan",
      e: 1000,
      b: "12:30",
      q: "5",
      y: "yes",
      z: null,
    },
  );
});

Deno.test("anchors, aliases and merge keys", () => {
  const loop = loopOf(`name: a
initial: s
x-base: &base {action: ls, timeout: 5, on_error: done}
x-more: &more {timeout: 7, capture: c}
states:
  s: {<<: [*base, *more], on_yes: done, action: pwd}
  t: *base
  done: {terminal: true}
`);
  const { s, t } = loop.states;
  assertEquals([s?.action, s?.timeoutMs, s?.capture, s?.on], [
    "pwd",
    5000,
    "c",
    { error: "done", yes: "done" },
  ]);
  assertEquals([t?.action, t?.at.path], ["ls", ["states", "t"]]);
});

Deno.test("what an action is", () => {
  const kindOf = (yaml: string) => stateOf(yaml).kind;
  assertEquals(kindOf("{action: make}"), "shell");
  assertEquals(kindOf("{action: /commit now}"), "prompt");
  assertEquals(kindOf('{action: " /commit"}'), "shell");
  assertEquals(kindOf("{action: x, action_type: prompt}"), "prompt");
  assertEquals(kindOf("{action: x, action_type: slash_command}"), "prompt");
  assertEquals(kindOf("{action: /x, action_type: shell}"), "shell");
  assertEquals(kindOf("{action: s/t, action_type: mcp_tool}"), "mcp");
  assertEquals(kindOf("{action_type: contract}"), "contract");
  assertEquals(kindOf("{action: x, action_type: harbor}"), "shell");
  assertEquals(kindOf("{action: /x, action_type: harbor}"), "prompt");
  assertEquals(kindOf('{action: ""}'), "none");
  assertEquals(kindOf("{action_type: shell}"), "none");
});

Deno.test("an action that begins with a program's path runs in the shell, with a warning", () => {
  const text =
    "name: a\ninitial: s\nstates:\n  s: {action: /usr/bin/make all}\n  t: {action: /usr/bin/make, action_type: shell}\n";
  const { findings, definitions, root } = loadText(text, {}, ["/usr/bin/make"]);
  assertEquals(findings.map(({ rule, at }) => [rule, at.path]), [
    ["absolute-path-action", ["states", "s", "action"]],
  ]);
  assertEquals(definitions?.loops[root]?.states["s"]?.kind, "shell");
});

Deno.test("what a state says is read in full", () => {
  const state = stateOf(`
    action: make
    params: {a: [1]}
    capture: c
    append_to_messages: "\${captured.c.output}"
    timeout: 1.5
    idle_timeout: 0
    on_maintain: m
    max_retries: 2
    on_retry_exhausted: r
    retryable_exit_codes: [1, 2]
    throttle: {hard_max: 20}
    on_throttle_hard: h
    detach: yes
    on_resume: {check: test -f x}
    agent: g
    tools: [a, b]
    model: m
    effort: high
    evaluate: {type: output_numeric, operator: le, target: 3, line: -2, tolerance: "\${context.t}"}`);
  assertEquals(
    [
      state.params,
      state.appendToMessages,
      state.timeoutMs,
      state.idleTimeoutMs,
      state.onMaintain,
      state.maxRetries,
      state.onRetryExhausted,
      state.retryableExitCodes,
      state.throttle,
      state.onThrottleHard,
      state.detach,
      state.onResume,
      state.tools,
      state.effort,
      state.evaluate?.operator,
      state.evaluate?.target,
      state.evaluate?.line,
      state.evaluate?.tolerance,
    ],
    [
      { a: [1] },
      "${captured.c.output}",
      1500,
      0,
      "m",
      2,
      "r",
      [1, 2],
      { normalMax: 3, warnMax: 8, hardMax: 20 },
      "h",
      true,
      { policy: "check", command: "test -f x" },
      ["a", "b"],
      "high",
      "le",
      3,
      -2,
      "${context.t}",
    ],
  );
});

Deno.test("what a loop says is read in full", () => {
  const loop = loopOf(`name: 7
description: |
  Two
  lines
initial: s
input_key: goal
required_inputs: [goal]
scope: src/
singleton: on
timeout: 60
default_timeout: 5
default_idle_timeout: 2
backoff: 0.5
maintain: true
on_max_steps: s
on_max_iterations: s
max_edge_revisits: 3
on_handoff: terminate
output_signals: line-start
secrets: [TOKEN]
config: {handoff_threshold: 40, automation: {max_continuations: 2}}
circuit:
  repeated_failure: {progress_paths: [a, b], exclude_paths: [b], failures_only: yes, on_repeated_failure: s}
prompt_size_guard: {enabled: no, warn_chars: 10}
parameters: {p: {type: enum, values: [a, b], default: a}, q: {type: string, required: yes}}
category: ci
labels: [x, 1]
visibility: internal
llm: {enabled: "no", model: opus, max_tokens: 10, timeout: 3, effort: low}
host_guard: {enabled: false}
tamper_guard: fail
states: {s: {terminal: true, rate_limit_max_wait_seconds: 5}}
`);
  assertEquals({ ...loop, states: {}, at: null }, {
    id: "/p/.loops/a.yaml",
    name: "7",
    at: null,
    description: "Two\nlines",
    initial: "s",
    states: {},
    context: {},
    inputKey: "goal",
    requiredInputs: ["goal"],
    parameters: {
      p: {
        type: "enum",
        required: false,
        default: "a",
        description: "",
        values: ["a", "b"],
      },
      q: {
        type: "string",
        required: true,
        default: null,
        description: "",
        values: [],
      },
    },
    scope: ["src/"],
    singleton: true,
    maxSteps: 50,
    maxIterations: null,
    onMaxSteps: "s",
    onMaxIterations: "s",
    maxEdgeRevisits: 3,
    timeoutMs: 60_000,
    defaultTimeoutMs: 5000,
    defaultIdleTimeoutMs: 2000,
    backoffMs: 500,
    maintain: true,
    llm: {
      enabled: false,
      model: "opus",
      maxTokens: 10,
      timeoutMs: 3000,
      effort: "low",
    },
    onHandoff: "terminate",
    outputSignals: "line-start",
    circuit: {
      window: 3,
      onRepeatedFailure: "s",
      progressPaths: ["a"],
      recurrentWindow: null,
      failuresOnly: true,
    },
    promptSizeGuard: { enabled: false, warnChars: 10 },
    handoffThreshold: 40,
    secrets: ["TOKEN"],
    category: "ci",
    labels: ["x", "1"],
    visibility: "internal",
    hostGuard: {
      enabled: false,
      cooldownMs: 500,
      warnPct: 75,
      criticalPct: 85,
      onPressure: "cool_down",
    },
    tamperGuard: "fail",
    inert: [
      {
        key: "config.automation",
        at: { file: "/p/.loops/a.yaml", path: ["config", "automation"] },
      },
    ],
  });
});

Deno.test("from: maps merge, lists and null replace, origins stay", () => {
  const result = loadText(
    `from: base
name: child
context: {b: 2}
labels: [z]
states:
  s: {on_error: null, timeout: 9}
`,
    {
      "/p/.loops/base.yaml": `from: lib/root
initial: s
labels: [x, y]
context: {a: 1, b: 1}
`,
      "/p/.loops/lib/root.yaml": `name: root
initial: other
states:
  s: {action: ls, on_error: t, on_yes: t}
  t: {terminal: true}
`,
    },
  );
  const loop = result.definitions?.loops[result.root];
  assertExists(loop, JSON.stringify(result.findings));
  assertEquals([loop.name, loop.initial, loop.labels, loop.context], [
    "child",
    "s",
    ["z"],
    { a: 1, b: 2 },
  ]);
  assertEquals(loop.states["s"]?.on, { yes: "t" });
  assertEquals(Object.keys(loop.states), ["s", "t"]);
  const loaded = result.results.get(result.root);
  assertExists(loaded);
  assertEquals(
    [
      loaded.originOf(["states", "s", "action"]),
      loaded.originOf(["states", "s", "timeout"]),
      loaded.originOf(["states", "s"]),
      loaded.originOf(["states", "t", "terminal"]),
      loaded.originOf(["states", "s", "nowhere", 1]),
      loaded.originOf(["context", "a"]),
    ],
    [
      { file: "/p/.loops/lib/root.yaml", path: ["states", "s", "action"] },
      { file: "/p/.loops/a.yaml", path: ["states", "s", "timeout"] },
      { file: "/p/.loops/a.yaml", path: ["states", "s"] },
      { file: "/p/.loops/lib/root.yaml", path: ["states", "t", "terminal"] },
      { file: "/p/.loops/a.yaml", path: ["states", "s"] },
      { file: "/p/.loops/base.yaml", path: ["context", "a"] },
    ],
  );
  assertEquals(Object.keys(result.files).sort(), [
    "/p/.loops/a.yaml",
    "/p/.loops/base.yaml",
    "/p/.loops/lib/root.yaml",
  ]);
});

Deno.test("flow: steps, branches, bodies, and states that it discards", () => {
  const result = loadText(`name: a
initial: one
flow: [one, "two?one:three:x", three]
state_defs:
  one: {action: ls}
  unused: {action: x}
states:
  gone: {terminal: true}
`);
  const loop = result.definitions?.loops[result.root];
  assertExists(loop, JSON.stringify(result.findings));
  assertEquals(
    Object.values(loop.states).map((
      { name, action, next, on, terminal },
    ) => [name, action, next, on, terminal]),
    [
      ["one", "ls", "two", {}, false],
      ["two", null, null, { yes: "one", no: "three:x" }, false],
      ["three", null, null, {}, true],
    ],
  );
  assertEquals(
    result.results.get(result.root)?.originOf(["states", "two", "on_no"]),
    { file: "/p/.loops/a.yaml", path: ["flow", 1] },
  );
});

Deno.test("flow: a last step that branches is terminal as well", () => {
  const loop = loopOf("name: a\ninitial: x\nflow: ['x?x:x']\n");
  assertEquals(loop.states["x"]?.terminal, true);
  assertEquals(loop.states["x"]?.on, { yes: "x", no: "x" });
});

Deno.test("fragments: libraries in order, local ones last, bindings apart from with", () => {
  const others = {
    "/p/.loops/lib/one.yaml":
      "import: [nothing.yaml]\nfragments:\n  f: {action: one, timeout: 1}\n  g: {action: one}\n",
    "builtin:lib/two.yaml": `fragments:
  f:
    description: d
    fragment: nested
    parameters: {p: {type: string, required: true}, q: {type: integer, default: 3}}
    action: echo \${param.p}
    on_error: x
    with: {q: 4}
`,
  };
  const result = loadText(
    `name: a
initial: s
import: [lib/one.yaml, lib/two.yaml]
fragments: {g: {action: local}}
states:
  s:
    fragment: f
    with: {p: v}
    on_yes: t
  t: {fragment: g, next: u}
  u: {fragment: null, terminal: true}
`,
    others,
  );
  const loop = result.definitions?.loops[result.root];
  assertExists(loop, JSON.stringify(result.findings));
  const { s, t, u } = loop.states;
  assertEquals(
    [s?.action, s?.timeoutMs, s?.on, s?.with, s?.bindings],
    ["echo ${param.p}", null, { error: "x", yes: "t" }, {}, { q: 4, p: "v" }],
  );
  assertEquals(Object.keys(s?.bindingParameters ?? {}), ["p", "q"]);
  assertEquals([t?.action, u?.terminal], ["local", true]);
  const loaded = result.results.get(result.root);
  assertEquals(
    [
      loaded?.originOf(["states", "s", "action"]),
      loaded?.originOf(["states", "s", "with", "p"]),
      loaded?.originOf(["states", "s", "with", "q"]),
    ],
    [
      { file: "builtin:lib/two.yaml", path: ["fragments", "f", "action"] },
      { file: "/p/.loops/a.yaml", path: ["states", "s", "with", "p"] },
      { file: "builtin:lib/two.yaml", path: ["fragments", "f", "with", "q"] },
    ],
  );
});

Deno.test("fragments: an inherited import counts from the child's folder", () => {
  const loop = loopOf("from: sub/base\nname: a\n", {
    "/p/.loops/sub/base.yaml":
      "initial: s\nimport: [lib.yaml]\nstates: {s: {fragment: f, terminal: true}}\n",
    "/p/.loops/sub/lib.yaml": "fragments: {f: {action: wrong}}\n",
    "/p/.loops/lib.yaml": "fragments: {f: {action: right}}\n",
  });
  assertEquals(loop.states["s"]?.action, "right");
});

Deno.test("origins follow the alias that was written", () => {
  const result = loadText(
    "name: a\ninitial: s\nstates:\n  s: {on_yes: '', on_success: t}\n  t: {terminal: true}\n",
  );
  assertEquals(
    result.results.get(result.root)?.originOf(["states", "s", "on_yes"]).path,
    ["states", "s", "on_success"],
  );
});

Deno.test("definitions: children, theirs, and a loop that runs itself", () => {
  const child = (name: string, loop: string) =>
    `name: ${name}\ninitial: s\nstates: {s: {loop: ${loop}, on_yes: t}, t: {terminal: true}}\n`;
  const result = loadText(child("a", "sub/b"), {
    "/p/.loops/sub/b.yaml": child("b", "c"),
    "/p/.loops/sub/c.yaml": child("c", "'${context.dynamic}'"),
    "builtin:a.yaml": child("x", "x"),
  });
  assertEquals(result.definitions, {
    root: "/p/.loops/a.yaml",
    loops: Object.fromEntries(
      [...result.results].map(([file, { loop }]) => [file, loop as Loop]),
    ),
    names: {
      "/p/.loops/a.yaml": { "sub/b": "/p/.loops/sub/b.yaml" },
      "/p/.loops/sub/b.yaml": { c: "/p/.loops/sub/c.yaml" },
      "/p/.loops/sub/c.yaml": {},
    },
  });
  const self = loadText(child("a", "a"));
  assertEquals(self.names, { "/p/.loops/a.yaml": { a: "/p/.loops/a.yaml" } });
  assertEquals(self.results.size, 1);
});

Deno.test("a short loop is the loop that it stands for", () => {
  const short = loopOf(`states:
  check: {run: npm test, on_yes: done, on_no: fix, on_error: failed}
  fix: {prompt: Make it pass, next: check}
`);
  const long = loopOf(`name: a
initial: check
states:
  check: {action: npm test, action_type: shell, on_yes: done, on_no: fix, on_error: failed}
  fix: {action: Make it pass, action_type: prompt, next: check}
  done: {terminal: true}
  failed: {terminal: true}
`);
  const withoutPlaces = (loop: Loop) =>
    JSON.parse(
      JSON.stringify(loop, (key, value) => key === "at" ? null : value),
    );
  assertEquals(withoutPlaces(short), withoutPlaces(long));
  assertEquals(
    Object.values(short.states).map(({ name, failure, at }) => [
      name,
      failure,
      at.path.join("."),
    ]),
    [
      ["check", false, "states.check"],
      ["fix", false, "states.fix"],
      // Where the first way leads there.
      ["done", false, "states.check.on_yes"],
      ["failed", true, "states.check.on_error"],
    ],
  );
});

Deno.test("a short loop: the name is that of its file", () => {
  const nameOf = (file: string) =>
    loadLoop(
      file,
      optionsFor({ [file]: "states: {a: {run: ls, on_yes: done}}\n" }),
    ).loop?.name;
  assertEquals(
    [
      "/p/.loops/tests.yaml",
      "/p/.loops/sub/tests.fsm.yaml",
      "/p/x.yml",
      "/p/build",
      "/p/.yaml",
      "builtin:sub/y.yaml",
    ].map(nameOf),
    ["tests", "tests", "x", "build", ".yaml", "y"],
  );
});

/** [what leads to the end, in the loop or in state `a`] */
const WAYS_TO_FAILED = [
  "states: {a: {run: x, on_yes: a, next: failed}}",
  "states: {a: {run: x, on_maybe: failed, on_yes: a}, b: {terminal: true}}",
  "states: {a: {run: x, route: {yes: a, _: failed}}, b: {terminal: true}}",
  "states: {a: {run: x, on_yes: a, max_retries: 1, on_retry_exhausted: failed}}",
  "on_max_steps: failed\nstates: {a: {run: x, on_yes: a}, b: {terminal: true}}",
  "circuit: {repeated_failure: {on_repeated_failure: failed}}\nstates: {a: {run: x, on_yes: a}}",
  "flow: ['a?a:failed', b]\nstate_defs: {a: {run: x}}",
];

Deno.test("a short loop: every way to an end makes it", () => {
  for (const text of WAYS_TO_FAILED) {
    const { states } = loopOf(`${text}\n`);
    assertEquals(
      [states["failed"]?.terminal, states["failed"]?.failure, states["done"]],
      [true, true, undefined],
      text,
    );
  }
  // What is declared stays as it is; `on_resume` names no state.
  const { states } = loopOf(
    "states: {a: {run: x, on_yes: done, on_resume: fail}, done: {run: y, on_yes: end}, end: {terminal: true}}\n",
  );
  assertEquals(Object.keys(states), ["a", "done", "end"]);
  assertEquals(states["done"]?.terminal, false);
});

Deno.test("a short loop: parents, flows and fragments come first", () => {
  const parent = `states:
  check: {run: npm test, on_yes: done, on_no: fix}
  fix: {run: ./fix, next: check}
`;
  const child = loopOf("from: base\nstates: {fix: {prompt: Fix it}}\n", {
    "/p/.loops/base.yaml": parent,
  });
  // The first state is the parent's; what was `run` there is `prompt` here.
  assertEquals(
    [child.name, child.initial, child.states["fix"]?.kind],
    ["a", "check", "prompt"],
  );
  assertEquals(child.states["fix"]?.action, "Fix it");
  // A name that the parent gives is inherited, as in the reference.
  const named = loopOf("from: base\nstates: {fix: {run: x}}\n", {
    "/p/.loops/base.yaml": `name: base\n${parent}`,
  });
  assertEquals([named.name, named.states["fix"]?.kind], ["base", "shell"]);
  const ends = loopOf("from: base\nstates: {go: {run: x, on_yes: done}}\n", {
    "/p/.loops/base.yaml": "states: {done: {terminal: true}}\n",
  });
  assertEquals(ends.initial, "go");
  const flow = loopOf(
    "flow: [one, two]\nstate_defs: {one: {run: ls}, two: {terminal: false, run: x, on_yes: done}}\n",
  );
  assertEquals([flow.initial, flow.states["one"]?.kind], ["one", "shell"]);
  const fragment = loopOf(
    `fragments: {f: {prompt: Ask, timeout: 5}}
states:
  a: {fragment: f, run: ls, on_yes: b}
  b: {fragment: f, on_yes: done}
`,
  );
  assertEquals(
    Object.values(fragment.states).map(({ kind, action, timeoutMs }) => [
      kind,
      action,
      timeoutMs,
    ]),
    [["shell", "ls", 5000], ["prompt", "Ask", 5000], ["none", null, null]],
  );
});

Deno.test("a short loop: findings stand where `run` stands", () => {
  const result = loadText(
    "states: {a: {run: 'ls ${context.x}', on_yes: done}}\n",
  ).results.get("/p/.loops/a.yaml");
  assertEquals(
    [
      result?.originOf(["states", "a", "action"]).path,
      result?.originOf(["name"]).path,
      result?.originOf(["states", "done", "terminal"]).path,
      result?.implied,
    ],
    [
      ["states", "a", "run"],
      ["name"],
      ["states", "a", "on_yes"],
      [["name"], ["initial"], ["states", "done"]],
    ],
  );
});

Deno.test("definitions survive a trip through JSON", () => {
  const { definitions } = loadText(
    "name: a\ninitial: s\ncontext: {x: .inf}\nstates: {s: {terminal: true, throttle: {}}}\n",
  );
  assertEquals(JSON.parse(JSON.stringify(definitions)), definitions);
});

/** [name, expected file or null, options] over the files below */
const RESOLUTIONS: readonly (readonly [string, string | null])[] = [
  ["one", "/p/.loops/one.fsm.yaml project"],
  ["two", "/p/.loops/two.yaml project"],
  ["sub/three", "/p/.loops/sub/three.yaml project"],
  ["three", null],
  ["demo", "builtin:demo.yaml built-in"],
  ["oracles/x", "builtin:oracles/x.yaml built-in"],
  ["builtin:demo", "builtin:demo.yaml built-in"],
  ["demo.yaml", "builtin:demo.yaml built-in"],
  ["here.yaml", "/p/here.yaml path"],
  ["./here.yaml", "/p/here.yaml path"],
  ["/p/here.yaml", "/p/here.yaml path"],
  [".loops/two.yaml", "/p/.loops/two.yaml project"],
  ["two.yaml", "/p/.loops/two.yaml project"],
  ["bare", "/p/bare path"],
  ["build", "/p/.loops/build.yaml project"],
  ["folder", null],
  ["folder.yaml", null],
  ["", null],
  ["a\0b", null],
];

const RESOLVABLE: MemoryFiles = {
  "/p/.loops/one.yaml": "",
  "/p/.loops/one.fsm.yaml": "",
  "/p/.loops/two.yaml": "",
  "/p/.loops/sub/three.yaml": "",
  "/p/.loops/build.yaml": "",
  "/p/.loops/folder.yaml": { kind: "directory" },
  "/p/folder.yaml": { kind: "directory" },
  "/p/folder": { kind: "directory" },
  "/p/here.yaml": "",
  "/p/bare": "",
  "/p/build": "",
  "builtin:demo.yaml": "",
  "builtin:two.yaml": "",
  "builtin:oracles/x.yaml": "",
};

Deno.test("names become files", () => {
  const options = {
    sources: memorySources(RESOLVABLE),
    loopsDir: LOOPS_DIR,
    cwd: "/p",
  };
  for (const [name, expected] of RESOLUTIONS) {
    const { found } = resolveLoopName(name, options);
    assertEquals(
      found === null ? null : `${found.file} ${found.origin}`,
      expected,
      name,
    );
  }
  assertEquals(resolveLoopName("gone", options).tried, [
    "/p/.loops/gone.fsm.yaml",
    "/p/.loops/gone.yaml",
    "builtin:gone.yaml",
    "/p/gone",
  ]);
  assertEquals(
    resolveLoopName("two", { ...options, builtinOnly: true }).found?.file,
    "builtin:two.yaml",
  );
  assertEquals(
    resolveLoopName("one", { ...options, builtinOnly: true }).found,
    null,
  );
  assertEquals(
    resolveLoopName("three", { ...options, beside: "/p/.loops/sub" }).found
      ?.file,
    "/p/.loops/sub/three.yaml",
  );
  // A collection outside of the project, whose subfolders name loops from its top.
  assertEquals(
    resolveLoopName("far", { ...options, beside: "/q/loops/sub" }).tried,
    [
      "/p/.loops/far.fsm.yaml",
      "/p/.loops/far.yaml",
      "/q/loops/sub/far.fsm.yaml",
      "/q/loops/sub/far.yaml",
      "/q/loops/far.fsm.yaml",
      "/q/loops/far.yaml",
      "builtin:far.yaml",
      "/p/far",
    ],
  );
  assertEquals(
    resolveLoopName("x", { ...options, beside: "builtin:oracles" }).found,
    { file: "builtin:oracles/x.yaml", origin: "built-in" },
  );
  assertEquals(
    resolveLoopName("demo", { ...options, loopsDir: null }).found?.file,
    "builtin:demo.yaml",
  );
});

Deno.test("a file that cannot be read is one finding, whatever the reason", () => {
  for (
    const kind of ["missing", "directory", "too-large", "unreadable"] as const
  ) {
    const source = kind === "too-large"
      ? { kind, sizeBytes: 3, maxBytes: 2 }
      : kind === "unreadable"
      ? { kind, reason: "why" }
      : { kind };
    const { findings, loop } = loadLoop(
      "/p/x.yaml",
      optionsFor({ "/p/x.yaml": source }),
    );
    assertEquals([loop, findings.length, findings[0]?.severity], [
      null,
      1,
      "error",
    ]);
    switch (kind) {
      case "missing":
        assertEquals(
          findings[0]?.message,
          "Cannot read the file: there is no such file",
        );
        break;
      case "directory":
        assertEquals(
          findings[0]?.message,
          "Cannot read the file: it is a folder, expected a YAML file",
        );
        break;
      case "too-large":
        assertEquals(
          findings[0]?.message,
          "Cannot read the file: it has 3 bytes, at most 2 bytes are read",
        );
        break;
      case "unreadable":
        assertEquals(findings[0]?.message, "Cannot read the file: why");
        break;
      default:
        unreachable(kind);
    }
  }
});

Deno.test("a library is read once and reported once", () => {
  const { findings } = loadText(
    "name: a\ninitial: s\nimport: [l.yaml, l.yaml]\nstates: {s: {terminal: true}}\n",
    { "/p/.loops/l.yaml": "fragments: [\n" },
  );
  assertEquals(findings.map(({ rule }) => rule), ["yaml-syntax"]);
});
