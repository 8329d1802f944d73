// deno-lint-ignore-file no-boolean-literal-for-arguments camelcase -- expected values; names of the reference
import { TextKeeper } from "../../../src/adapters/process/text_keeper.ts";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PLAIN_REQUEST, prepareRun, type World } from "../../../src/app/mod.ts";
import { DEFAULT_CONFIG } from "../../../src/app/project/mod.ts";
import { beginAt } from "../../../src/app/state_test/begin_at.ts";
import {
  planStateTest,
  runStateTest,
  type StateTest,
  type StateTestPlan,
  type StateTestRequest,
} from "../../../src/app/state_test/mod.ts";
import {
  EMPTY_OUTPUT,
  type LoopError,
  type RunEvent,
} from "../../../src/model/mod.ts";
import type {
  ProcessOutcome,
  ProcessSpec,
  Supervisor,
  System,
} from "../../../src/ports/mod.ts";
import {
  failure,
  fakeReaper,
  type FakeSignals,
  fakeSignals,
  fakeSources,
  fakeSystem,
  manualClock,
  type MemoryFiles,
  memoryFiles,
  type MemoryLocks,
  memoryLocks,
  noDetached,
  noMcp,
} from "../../support/fakes.ts";
import { type Answer, brief, processOutcomeOf } from "../../support/play.ts";

const PROJECT = {
  root: "/p",
  loopsDir: "/p/.loops",
  exists: true,
  config: DEFAULT_CONFIG,
  findings: [],
};

const ASK_NOTHING: StateTestRequest = {
  state: null,
  captured: [],
  prev: null,
  exitCode: null,
  output: null,
  verdict: null,
};

interface Options extends Partial<StateTestRequest> {
  readonly context?: readonly (readonly [string, string])[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly hasNoShell?: boolean;
  readonly os?: System["os"];
  readonly noLock?: boolean;
}

interface Machine {
  readonly world: World;
  readonly files: MemoryFiles;
  readonly locks: MemoryLocks;
  readonly signals: FakeSignals;
  /** What was started, and what was done with the supervisor. */
  readonly started: ProcessSpec[];
  readonly done: string[];
}

/** A machine whose processes end at once with `answer`. */
function machine(
  text: string,
  options: Options & { readonly answer?: Answer } = {},
): Machine & { readonly plan: () => Promise<StateTestPlan> } {
  const file = "/p/.loops/a.yaml";
  const states = text.includes("states:") ? text : `states:\n${text}`;
  const first = /states:\s+([\w-]+):/.exec(states)?.[1] ?? "";
  const yaml =
    `name: a\ndescription: A test\ninitial: ${first}\nscope: [src]\n${states}`;
  const files = memoryFiles({ [file]: yaml }, { folders: ["/tmp"] });
  const locks = memoryLocks(files);
  const signals = fakeSignals();
  const started: ProcessSpec[] = [];
  const done: string[] = [];
  const processes = {
    start(spec: ProcessSpec) {
      started.push(spec);
      const before = spec.env["LL_LAST_OUTPUT"];
      if (typeof before === "string") {
        done.push(`had ${files.entries.get(before)?.text}`);
      }
      return {
        outcome: Promise.resolve(processOutcomeOf(options.answer ?? 0)),
        stop: () => void done.push("stop"),
      };
    },
    find: (program: string) =>
      options.hasNoShell === true ? null : `/bin/${program}`,
    isExecutable: () => false,
  };
  const world: World = {
    connectMcp: noMcp,
    files,
    locks,
    signals,
    clock: manualClock(),
    system: fakeSystem({
      variables: options.variables ?? {},
      os: options.os ?? "linux",
    }),
    sources: fakeSources({ [file]: yaml }),
    match: () => Promise.resolve({ kind: "failed", reason: "no" }),
    reaper: fakeReaper(),
    startDetached: noDetached,
    processes,
    supervise: (): Supervisor => ({
      ...processes,
      keep: (options) => new TextKeeper(options),
      sweep: () => {
        done.push("sweep");
        return Promise.resolve([]);
      },
      close: () => {
        done.push("close");
        return Promise.resolve();
      },
    }),
  };
  const plan = () => {
    const prepared = prepareRun(world, PROJECT, {
      ...PLAIN_REQUEST,
      loop: "a",
      context: options.context ?? [],
      noLock: options.noLock ?? false,
    });
    return planStateTest(world, prepared, { ...ASK_NOTHING, ...options });
  };
  return { world, files, locks, signals, started, done, plan };
}

async function tested(
  text: string,
  options: Options & { readonly answer?: Answer } = {},
): Promise<StateTest & Machine & { readonly events: string[] }> {
  const setUp = machine(text, options);
  const events: RunEvent[] = [];
  const result = await runStateTest(setUp.world, await setUp.plan(), {
    version: "0",
    listeners: [{ onEvents: (more) => void events.push(...more) }],
  });
  return { ...result, ...setUp, events: events.map(brief) };
}

function refusal(text: string, options: Options = {}): Promise<LoopError> {
  return assertRejects<LoopError>(() => machine(text, options).plan());
}

const QUIETLY = { version: "0", listeners: [] };

/** Scopes that are locked. */
function scopeLocks({ held }: MemoryLocks): number {
  return [...held].filter((path) => path.endsWith(".lock")).length;
}

const ENDS = `
  done: {terminal: true}
  bad: {terminal: true, failure: true}`;

Deno.test("one step: acted, judged, routed, and nothing after it", async () => {
  const result = await tested(
    `backoff: 60
max_steps: 40
on_max_steps: b
states:
  a: {action: "make \${context.what}", on_yes: b, on_no: bad}
  b: {action: second, next: done}${ENDS}`,
    { context: [["what", "it"]], answer: { stdout: "made\n", exitCode: 0 } },
  );
  assertEquals(result.events, [
    "start a",
    "enter a 1",
    "run make it",
    "exit 0",
    "verdict yes",
    "a -> b",
    "end max_steps at b",
  ]);
  assertEquals(
    [result.action, result.outcome?.stdout.text, result.judged, result.route],
    [
      "make it",
      "made\n",
      { verdict: "yes", details: { exit_code: 0 } },
      { to: "b", by: "on_yes" },
    ],
  );
  assertEquals(result.exitStatus, 0);
  assertEquals(result.started.map(({ argv, cwd }) => [argv, cwd]), [
    [["bash", "-c", "--", "make it"], "/p"],
  ]);
});

Deno.test("it leaves nothing: no run, no scratch folder, no lock, nobody listening", async () => {
  const setUp = machine(`
  a: {action: "touch \${context.run_dir}x", on_yes: done}${ENDS}`);
  const seen: string[] = [];
  const { files, locks, world } = setUp;
  const supervise = world.supervise;
  const looking: World = {
    ...world,
    supervise(run) {
      const [id] = files.list("/tmp/ll-loop-step-1/runs")
        .filter((name) => !name.startsWith("."));
      seen.push(
        `${scopeLocks(locks)} lock`,
        ...files.list(`/tmp/ll-loop-step-1/runs/${id}`),
      );
      return supervise(run);
    },
  };
  const result = await runStateTest(looking, await setUp.plan(), QUIETLY);
  assertEquals(seen, [
    ...["1 lock", "definition.json", "outputs", "owner", "run.json", "work"],
  ]);
  assertMatch(
    result.action ?? "",
    /^touch \/tmp\/ll-loop-step-1\/runs\/[^/]+\/work\/x$/,
  );
  assertEquals(files.list("/tmp"), []);
  assertEquals(files.list("/p/.loops").includes("runs"), false);
  assertEquals([...locks.held], []);
  assertEquals(setUp.signals.listeners, 0);
  assertEquals(setUp.done, ["sweep", "close"]);
});

Deno.test("the scope is locked while the action is real", async () => {
  const loop = `
  a: {action: x, on_yes: done}
  b: {evaluate: {type: output_contains, source: "\${context.v}", pattern: x}, on_yes: done, on_no: bad}${ENDS}`;
  const heldDuring = async (options: Options): Promise<boolean> => {
    const setUp = machine(loop, options);
    let isHeld = false;
    const { supervise } = setUp.world;
    await runStateTest(
      {
        ...setUp.world,
        supervise(run) {
          isHeld = scopeLocks(setUp.locks) > 0;
          return supervise(run);
        },
      },
      await setUp.plan(),
      QUIETLY,
    );
    return isHeld;
  };
  assertEquals(await heldDuring({}), true);
  assertEquals(await heldDuring({ noLock: true }), false);
  assertEquals(await heldDuring({ exitCode: 1, state: "a" }), false);
  assertEquals(
    await heldDuring({ state: "b", context: [["v", "x"]] }),
    false,
  );
});

Deno.test("a scratch folder that cannot be removed is told, and the result stands", async () => {
  const setUp = machine(`
  a: {action: x, on_yes: done}${ENDS}`);
  const warnings: string[] = [];
  const remove = setUp.files.remove;
  setUp.files.remove = (path) => {
    if (/^\/tmp\/[^/]+$/.test(path)) {
      throw failure("cannot-write", path, "Busy");
    }
    remove(path);
  };
  const result = await runStateTest(setUp.world, await setUp.plan(), {
    version: "0",
    listeners: [{ onWarning: (message) => void warnings.push(message) }],
  });
  assertEquals([result.route?.to, warnings], ["done", [
    'The scratch folder is left behind: Cannot write "/tmp/ll-loop-step-1": Busy',
  ]]);
});

Deno.test("a signal ends the step: no verdict, the signal's status", async () => {
  const setUp = machine(`
  a: {action: x, on_yes: done, on_error: bad}${ENDS}`);
  const { signals, world } = setUp;
  const ended = Promise.withResolvers<ProcessOutcome>();
  const processes: Supervisor = {
    ...world.supervise({ runId: "r", ancestors: [] }),
    start: () => {
      queueMicrotask(() => signals.send("SIGTERM"));
      return {
        outcome: ended.promise,
        stop: () => ended.resolve(processOutcomeOf({ isCancelled: true })),
      };
    },
  };
  const result = await runStateTest(
    { ...world, supervise: () => processes },
    await setUp.plan(),
    QUIETLY,
  );
  assertEquals(
    [
      result.exitStatus,
      result.judged,
      result.route,
      result.summary.end.terminatedBy,
    ],
    [143, null, null, "interrupted"],
  );
});

Deno.test("where a step leads: every rule, and the status of those that lead nowhere", async () => {
  const cases: [string, string, Answer, string, number][] = [
    ["yes", "a: {action: x, on_yes: done}", 0, "done by on_yes", 0],
    [
      "current",
      "a: {action: x, on_yes: done, on_no: $current}",
      1,
      "a by on_no",
      0,
    ],
    ["next", "a: {action: x, next: done}", 3, "done by next", 0],
    ["rest", "a: {action: x, route: {_: bad}}", 3, "bad by route _", 0],
    [
      "errors",
      "a: {action: x, route: {_error: bad}}",
      3,
      "bad by route _error",
      0,
    ],
    [
      "beyond retry",
      "a: {action: x, on_error: a, retryable_exit_codes: [2], on_retry_exhausted: bad, max_retries: 1}",
      3,
      "bad by on_retry_exhausted",
      0,
    ],
    ["no route", "a: {action: x, on_yes: done}", 1, "error: no", 1],
    [
      "cannot start",
      "a: {action: x, on_yes: done}",
      { exitCode: 127, startError: "No bash" },
      'error: State "a": No bash',
      1,
    ],
    [
      "fatal",
      "a: {action: x, on_yes: done}",
      "FATAL_ERROR: broken",
      "error: broken",
      1,
    ],
    [
      "handoff",
      "a: {action: x, on_yes: done}",
      "CONTEXT_HANDOFF: go on",
      "handoff",
      0,
    ],
    [
      "stop",
      "a: {action: x, on_yes: done}",
      "LOOP_STOP: enough",
      "done by on_yes",
      0,
    ],
    [
      "killed",
      "a: {action: x, next: done}",
      -9,
      "system_signal",
      1,
    ],
  ];
  for (const [name, state, answer, expected, status] of cases) {
    const result = await tested(`\n  ${state}${ENDS}`, { answer });
    const { route, summary: { end } } = result;
    const shown = route !== null
      ? `${route.to} by ${route.by}`
      : end.noRoute !== null
      ? `error: ${end.noRoute.verdict}`
      : end.terminatedBy === "error"
      ? `error: ${end.error}`
      : end.terminatedBy;
    assertEquals([shown, result.exitStatus], [expected, status], name);
    assertEquals(result.isPausing, ["handoff", "stop"].includes(name), name);
  }
});

Deno.test("a loop that is kept up goes back to its own initial state", async () => {
  const result = await tested(
    "maintain: true\nstates:\n  a: {action: x, on_no: a}\n  b: {action: y, on_no: a}\n  c: {terminal: true}",
    { state: "b" },
  );
  assertEquals(result.route, { to: "a", by: "maintain" });
});

Deno.test("answers stand for the action; what computes judges them for real", async () => {
  const loop = `
  a: {action: x, evaluate: {type: output_numeric, operator: ge, target: 3}, on_yes: done, on_no: bad, on_error: a}${ENDS}`;
  const cases: [Options, string, string][] = [
    [{ output: "4" }, "yes", "done"],
    [{ output: "2", exitCode: 0 }, "no", "bad"],
    [{ exitCode: 7 }, "error", "a"],
    [{ output: "" }, "error", "a"],
  ];
  for (const [options, verdict, to] of cases) {
    const result = await tested(loop, options);
    assertEquals(
      [result.judged?.verdict, result.route?.to, result.started.length],
      [verdict, to, 0],
      JSON.stringify(options),
    );
  }
});

Deno.test("prompts and judges that cannot run here are refused, and can be answered for", async () => {
  const loop = `
  a: {action: do it, action_type: prompt, on_yes: done, on_no: bad, on_blocked: a}
  b: {action: ls, evaluate: {type: llm_structured}, on_yes: done, on_no: bad}
  c: {action: server/tool, action_type: mcp_tool, route: {success: done, _: bad}}
  d: {action: fix it, action_type: prompt, next: done}
  e: {action_type: contract, evaluate: {type: contract, pairs: [{producer: p, consumer: c}]}, on_yes: done, on_no: bad}${ENDS}`;
  const learning =
    `  a: {type: learning, learning: {targets: [x]}, on_yes: done, on_no: bad}${ENDS}`;
  const error = await refusal(learning);
  assertEquals([error.exitStatus, error.message, error.hint], [
    65,
    'Cannot test state "a" of loop "a": it is a learning state, which this version does not do yet',
    "Answer for its action with --exit-code N and --output TEXT\n" +
    "Answer for its judge with --verdict VERDICT: yes, no, blocked, error",
  ]);
  const cases: [Options, number, string, string][] = [
    [{ exitCode: 0, verdict: "blocked" }, 0, "blocked", "a"],
    [{ exitCode: 0 }, 0, "yes", "done"],
    [{ exitCode: 1, output: "no" }, 0, "no", "bad"],
    [{ exitCode: 1, verdict: "yes" }, 0, "yes", "done"],
    // The action runs, only its judge is answered for.
    [{ state: "b", verdict: "no" }, 1, "no", "bad"],
    [{ state: "c", exitCode: 124 }, 0, "timeout", "bad"],
    [{ state: "c", exitCode: 0 }, 0, "success", "done"],
    [{ state: "d", exitCode: 0 }, 0, "", "done"],
    [{ state: "e", verdict: "no" }, 0, "no", "bad"],
  ];
  for (const [options, started, verdict, to] of cases) {
    const result = await tested(loop, options);
    assertEquals(
      [result.started.length, result.judged?.verdict ?? "", result.route?.to],
      [started, verdict, to],
      JSON.stringify(options),
    );
  }
});

Deno.test("answers that nothing asks for are refused", async () => {
  const loop = `
  a: {action: x, on_yes: done}
  b: {evaluate: {type: output_contains, pattern: x, source: y}, on_yes: done, on_no: bad}
  c: {action: x, next: done}
  d: {next: done}
  e: {action: do it, action_type: prompt, on_yes: done}${ENDS}`;
  const cases: [Options, string, string | null][] = [
    [
      { verdict: "no" },
      'State "a" is judged for real, by exit_code, and not by "--verdict"',
      "Answer for its action with --exit-code N and --output TEXT",
    ],
    [
      { state: "b", verdict: "no" },
      'State "b" is judged for real, by output_contains, and not by "--verdict"',
      "`ll-loop simulate` chooses verdicts freely",
    ],
    [
      { state: "c", verdict: "no" },
      'State "c" is not judged, so "--verdict" changes nothing',
      "Answer for its action with --exit-code N and --output TEXT",
    ],
    [
      { state: "b", exitCode: 1 },
      'State "b" runs no action, so there is nothing to answer for with "--exit-code" or "--output"',
      null,
    ],
    [
      { state: "d", output: "x" },
      'State "d" runs no action, so there is nothing to answer for with "--exit-code" or "--output"',
      null,
    ],
    [
      { state: "e", verdict: "maybe" },
      'State "e" cannot give verdict "maybe": it gives "yes", "no", "partial", "blocked", "cannot_judge" or "error"',
      null,
    ],
  ];
  for (const [options, message, hint] of cases) {
    const error = await refusal(loop, options);
    assertEquals([error.exitStatus, error.message, error.hint], [
      64,
      message,
      hint,
    ]);
  }
});

Deno.test("what earlier states left can be given, whole or field by field", () => {
  assertEquals(beginAt("b", { captured: [], prev: null }), {
    state: "b",
    captured: {},
    prev: null,
    lastOutput: null,
  });
  const begin = beginAt("b", {
    captured: [
      ["plan", "first"],
      ["plan", "second"],
      ["plan.exit_code", "3"],
      ["sub.inner.output", "deep"],
      ["constructor", "odd\0"],
    ],
    prev: "before",
  });
  const passed = {
    stderr: "",
    exit_code: 0,
    duration_ms: 0,
    failure_type: "",
    timeout_kind: null,
    verdict: "yes",
  };
  assertEquals(begin.captured, {
    plan: { ...passed, output: "second", exit_code: "3" },
    sub: { ...passed, output: "", inner: { output: "deep" } },
    constructor: { ...passed, output: "odd\ufffd" },
  });
  assertEquals(begin.prev, {
    output: "before",
    stderr: "",
    exit_code: 0,
    state: "",
    timeout_kind: null,
  });
  assertEquals(begin.lastOutput, {
    stdout: { ...EMPTY_OUTPUT, text: "before", sizeBytes: 6 },
    stderr: EMPTY_OUTPUT,
  });
});

Deno.test("a state with a standard input reads what was given as printed before", async () => {
  const loop = `
  a: {action: make, next: b}
  b: {action: mend, stdin: "\${prev.output}", next: done}${ENDS}`;
  const { started, done } = await tested(loop, { state: "b", prev: "broken" });
  assertEquals([started[0]?.stdin, done[0]], ["broken", "had broken"]);
});

Deno.test("what the state needs and nobody gave is told with the flag to add", async () => {
  const loop = `
  a: {action: "x \${context.other}", on_yes: b, capture: plan}
  b:
    action: "y \${context.dir} \${captured.plan.output} \${captured.plan.exit_code} \${prev.output} \${context.opt?}"
    evaluate: {type: convergence, target: 1, previous: "\${prev.output}"}
    route: {_: done}
  c: {action: z, evaluate: {type: convergence, target: 1, previous: "\${prev.output}"}, route: {_: done}}${ENDS}`;
  const error = await refusal(loop, { state: "b" });
  assertEquals([error.exitStatus, error.message], [
    65,
    [
      'Cannot test state "b" of loop "a": 3 values are missing',
      '  "dir" (states.b.action at .loops/a.yaml:9): add --context dir=VALUE',
      '  "plan" (states.b.action at .loops/a.yaml:9): add --captured plan=VALUE',
      '  "prev" (states.b.action at .loops/a.yaml:9): add --prev TEXT',
    ].join("\n"),
  ]);
  assertEquals(
    error.hint,
    "ll-loop --context dir=VALUE --captured plan=VALUE --prev TEXT",
  );
  const given = await tested(loop, {
    state: "b",
    context: [["dir", "src"]],
    captured: [["plan", "p"]],
    prev: "2",
    answer: "1",
  });
  assertEquals(given.action, "y src p 0 2 ");
  assertEquals(given.judged?.verdict, "target");
  // A number may lack its past, and other states need what they need.
  const first = await tested(loop, { state: "c", answer: "5" });
  assertEquals(first.judged?.verdict, "progress");
});

Deno.test("states that nothing can be tested of", async () => {
  const loop = `
  a: {action: x, on_yes: sub}
  sub: {loop: a, on_yes: done}${ENDS}`;
  assertEquals(
    (await machine(loop, { state: "done" }).plan()).inert,
    "terminal",
  );
  assertEquals((await machine(loop, { state: "sub" }).plan()).inert, "loop");
  assertEquals((await machine(loop).plan()).inert, null);
});

Deno.test("an unknown state, and no shell", async () => {
  const loop = `
  check: {action: x, on_yes: done}${ENDS}`;
  const near = await refusal(loop, { state: "chek" });
  assertEquals([near.exitStatus, near.message, near.hint], [
    65,
    'State not found: "chek" in loop "a"',
    'Did you mean "check"?\nIts states: "check", "done", "bad"',
  ]);
  const far = await refusal(loop, { state: "constructor" });
  assertEquals(far.hint, 'Its states: "check", "done", "bad"');
  const none = await refusal(loop, { hasNoShell: true });
  assertEquals([none.exitStatus, none.message], [
    69,
    'Cannot test state "check" of loop "a": program "bash" was not found on PATH, and state "check" runs a shell action',
  ]);
  assertEquals(
    (await machine(loop, { hasNoShell: true, exitCode: 0 }).plan()).inert,
    null,
  );
  const windows = await refusal(loop, { os: "windows" });
  assertEquals([windows.exitStatus, windows.message], [
    69,
    'Cannot test state "check" of loop "a" on this system: state "check" runs a shell action, ' +
    "and Windows has no process groups, by which all that it starts is ended",
  ]);
  // Other states need no machine of their own.
  const pause = `
  a: {next: b}
  b: {action: x, next: done}${ENDS}`;
  assertEquals((await machine(pause, { os: "windows" }).plan()).inert, null);
});

Deno.test("secrets reach the action and nothing else", async () => {
  const result = await tested(
    `secrets: [key]\ncontext: {key: hush-hush}\nstates:
  a: {action: "curl \${context.key} \${env.MY_TOKEN}", on_yes: done}${ENDS}`,
    { variables: { MY_TOKEN: "t0ps3cret" } },
  );
  assertEquals(result.started[0]?.argv.at(-1), "curl hush-hush t0ps3cret");
  assertEquals(result.action, "curl *** ***");
  assertEquals(result.started[0]?.mask === null, false);
});
