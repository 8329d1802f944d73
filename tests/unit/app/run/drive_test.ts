// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import { TextKeeper } from "../../../../src/adapters/process/text_keeper.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  type Drive,
  drive,
  type Performer,
} from "../../../../src/app/run/drive.ts";
import { createClock } from "../../../../src/adapters/mod.ts";
import { fold } from "../../../../src/engine/mod.ts";
import {
  type Input,
  type InputBody,
  LoopError,
  type Outcome,
  type RunEvent,
  type Snapshot,
} from "../../../../src/model/mod.ts";
import type {
  Clock,
  ProcessOutcome,
  ProcessSpec,
  ProcessWatcher,
} from "../../../../src/ports/mod.ts";
import { definitionsOf } from "../../../support/definitions.ts";
import {
  DEFAULT_CONFIG,
  type Project,
} from "../../../../src/app/project/mod.ts";
import {
  type GivenArgument,
  loadLocated,
  PLAIN_REQUEST,
  prepareLocated,
  prepareRun,
  type RunRequest,
  startRun,
} from "../../../../src/app/run/mod.ts";
import { runOnEnd } from "../../../../src/app/run/on_end.ts";
import type { RunFolder } from "../../../../src/app/run/run_folder.ts";
import { readJournal } from "../../../../src/app/runs/mod.ts";
import type { World } from "../../../../src/app/world.ts";
import {
  failure,
  fakeProcesses,
  fakeReaper,
  fakeSignals,
  fakeSources,
  fakeSystem,
  manualClock,
  type MemoryFiles,
  memoryFiles,
  memoryLocks,
  noDetached,
  noMcp,
} from "../../../support/fakes.ts";
import { brief, outcomeOf, processOutcomeOf } from "../../../support/play.ts";

const START: InputBody = {
  input: "start",
  context: {},
  env: {},
  maxDepth: 16,
};

interface Setup {
  readonly text: string;
  readonly perform?: Performer["perform"];
  readonly isSeenByEvents?: boolean;
  readonly clock?: Clock;
  readonly onWrite?: (what: string) => void;
  readonly onStep?: (snapshot: Snapshot) => void;
}

/** A drive with a diary of everything that it does, in order. */
function setUp(setup: Setup) {
  const diary: string[] = [];
  const inputs: Input[] = [];
  const stop = new AbortController();
  const force = new AbortController();
  const perform = setup.perform ??
    (() => Promise.resolve<Outcome>(outcomeOf(0)));
  const write = (line: string): void => {
    setup.onWrite?.(line);
    diary.push(line);
  };
  const run: Drive = {
    definitions: definitionsOf(setup.text),
    clock: setup.clock ?? manualClock({ skipsSleep: true }),
    recorder: {
      writeInput(input) {
        write(`input ${input.input}`);
        inputs.push(input);
      },
      writeEvents(events: readonly RunEvent[]) {
        for (const event of events) write(brief(event));
      },
      sync: () => write("sync"),
    },
    performer: {
      isSeenByEvents: setup.isSeenByEvents ?? false,
      async perform(effect, options) {
        diary.push(`perform ${effect.kind}`);
        const outcome = await perform(effect, options);
        diary.push(`performed ${effect.kind}`);
        return outcome;
      },
    },
    stop: stop.signal,
    force: force.signal,
    onStep(events, snapshot) {
      diary.push(`step ${events.length}`);
      setup.onStep?.(snapshot);
    },
    onProgress: (events) => void diary.push(`progress ${events.length}`),
  };
  return { run, diary, inputs, stop, force };
}

const ONE = "a: {action: x, on_yes: done}\ndone: {terminal: true}";

/** An action that lasts until it is cancelled, however often it is asked. */
function untilCancelled(): Performer["perform"] {
  return (_effect, { cancel }) =>
    new Promise((resolve) => {
      const end = (): void =>
        resolve(outcomeOf({ exitCode: -15, isCancelled: true }));
      if (cancel.aborted) end();
      cancel.addEventListener("abort", end);
    });
}

Deno.test("an input is journaled before the engine acts on it, events before they are done", async () => {
  const { run, diary, inputs } = setUp({
    text: ONE,
    perform(_effect, { publish }) {
      publish([{ event: "action_output", line: "hi" }]);
      return Promise.resolve(outcomeOf(0));
    },
  });
  const snapshot = await drive(run, START);
  assertEquals(diary, [
    "input start",
    "start a",
    "enter a 1",
    "run x",
    "step 3",
    "perform action",
    "action_output",
    "progress 1",
    "performed action",
    "input outcome",
    "exit 0",
    "verdict yes",
    "a -> done",
    "step 3",
    "input outcome",
    "end terminal at done",
    "step 1",
  ]);
  assertEquals(fold(run.definitions, inputs), snapshot);
});

Deno.test("an action waited for who listens to the step before: they are told once it is at work, and before anything of it", async () => {
  let count = 0;
  const { run, diary } = setUp({
    isSeenByEvents: true,
    text:
      "a: {action: x, next: b}\nb: {action: y, on_yes: done}\ndone: {terminal: true}",
    perform(_effect, { publish }) {
      if (++count === 2) publish([{ event: "action_output", line: "hi" }]);
      return Promise.resolve(outcomeOf(0));
    },
  });
  await drive(run, START);
  assertEquals(diary.slice(diary.indexOf("performed action")), [
    "performed action",
    "input outcome",
    "exit 0",
    "a -> b",
    "input outcome",
    "enter b 2",
    "run y",
    "perform action",
    "action_output",
    "step 2",
    "step 2",
    "progress 1",
    "performed action",
    "input outcome",
    "exit 0",
    "verdict yes",
    "b -> done",
    "input outcome",
    "end terminal at done",
    "step 3",
    "step 1",
  ]);
});

Deno.test("who listens stops the run when told of a step: it does not wait for ever", async () => {
  const { run, diary, stop } = setUp({
    isSeenByEvents: true,
    text:
      "a: {action: x, next: b}\nb: {action: y, on_yes: done}\ndone: {terminal: true}",
    perform: (effect, options) =>
      effect.kind === "action" && effect.state === "b"
        ? untilCancelled()(effect, options)
        : Promise.resolve(outcomeOf(0)),
    onStep({ frames }) {
      if (frames["0"]?.state !== "b" || stop.signal.aborted) return;
      stop.abort({ by: "signal", signal: "SIGINT" });
    },
  });
  await drive(run, START);
  assertEquals(diary.slice(-4), [
    "input outcome",
    "exit -15 cancelled",
    "end interrupted at b",
    "step 2",
  ]);
});

Deno.test("a journal that fails ends what is running, then rejects", async () => {
  const full = new LoopError("cannot-write", "No space left on device");
  const cases: [string, Setup["onWrite"]][] = [
    ["before the action", (what) => {
      if (what === "run x") throw full;
    }],
    ["on its outcome", (what) => {
      if (what === "input outcome") throw full;
    }],
    ["on its output", (what) => {
      if (what === "action_output") throw full;
    }],
  ];
  for (const [name, onWrite] of cases) {
    let isEnded = false;
    const { run, diary } = setUp({
      text: ONE,
      ...(onWrite === undefined ? {} : { onWrite }),
      async perform(_effect, { cancel, publish }) {
        if (name === "on its outcome") return outcomeOf(0);
        const cancelled = new Promise((resolve) =>
          cancel.addEventListener("abort", resolve)
        );
        publish([{ event: "action_output", line: "hi" }]);
        await cancelled;
        publish([{ event: "action_output", line: "late" }]);
        isEnded = true;
        return outcomeOf({ isCancelled: true });
      },
    });
    const error = await assertRejects(() => drive(run, START));
    assertEquals(error, full, name);
    assertEquals(isEnded, name === "on its output", name);
    assertEquals(diary.filter((line) => line.startsWith("progress")), [], name);
  }
});

Deno.test("a performer that cannot go on rejects the run", async () => {
  const { run } = setUp({
    text: ONE,
    perform: () => Promise.reject(new LoopError("cannot-write", "Disk full")),
  });
  await assertRejects(() => drive(run, START), LoopError, "Disk full");
});

Deno.test("a listener that throws ends what is running", async () => {
  let isCancelled = false;
  const { run } = setUp({
    text: ONE,
    perform: async (effect, options) => {
      const outcome = await untilCancelled()(effect, options);
      isCancelled = true;
      return outcome;
    },
  });
  const broken = { ...run, onProgress() {} };
  const action = drive({
    ...broken,
    performer: {
      perform(effect, options) {
        const result = run.performer.perform(effect, options);
        options.publish([{ event: "action_output", line: "x" }]);
        return result;
      },
    },
    onProgress() {
      throw new Error("closed");
    },
  }, START);
  await assertRejects(() => action, Error, "closed");
  assertEquals(isCancelled, true);
});

Deno.test("a stop cancels the open action and ends the run there", async () => {
  const { run, diary, stop, inputs } = setUp({
    text: ONE,
    perform: untilCancelled(),
  });
  const running = drive(run, START);
  stop.abort({ by: "signal", signal: "SIGTERM" });
  const snapshot = await running;
  assertEquals(snapshot.end?.error, "Stopped by SIGTERM");
  assertEquals(snapshot.end?.finalState, "a");
  assertEquals(diary.slice(-6), [
    "step 0",
    "performed action",
    "input outcome",
    "exit -15 cancelled",
    "end interrupted at a",
    "step 2",
  ]);
  assertEquals(inputs.map(({ input }) => input), ["start", "stop", "outcome"]);
  assertEquals(fold(run.definitions, inputs), snapshot);
});

Deno.test("a stop before the start runs nothing to its end", async () => {
  const { run, stop } = setUp({ text: ONE, perform: untilCancelled() });
  stop.abort({ by: "signal", signal: "SIGINT" });
  const snapshot = await drive(run, START);
  assertEquals(snapshot.end?.terminatedBy, "interrupted");
});

Deno.test("force reaches the performer", async () => {
  const { run, stop, force } = setUp({
    text: ONE,
    perform: (_effect, options) =>
      new Promise((resolve) =>
        options.force.addEventListener(
          "abort",
          () => resolve(outcomeOf({ isCancelled: true })),
        )
      ),
  });
  const running = drive(run, START);
  stop.abort({ by: "signal", signal: "SIGINT" });
  force.abort();
  assertEquals((await running).end?.terminatedBy, "interrupted");
});

Deno.test("a pause ends early when the run is stopped", async () => {
  const clock = manualClock();
  const { run, stop } = setUp({
    text: `backoff: 60\nstates:\n  a: {action: x, on_yes: a}\n`,
    clock,
    async perform(effect, { cancel }) {
      if (effect.kind === "action") return outcomeOf(0);
      await clock.sleep(60_000, cancel);
      return { kind: "waited" };
    },
  });
  const running = drive(run, START);
  await clock.advance(1000);
  stop.abort({ by: "signal", signal: "SIGINT" });
  const snapshot = await running;
  assertEquals(snapshot.end?.terminatedBy, "interrupted");
  assertEquals(snapshot.end?.steps, 1);
});

Deno.test("a budget of time is warned of while an action runs", async () => {
  const clock = manualClock();
  const { run, inputs, stop } = setUp({
    text:
      `budget: {max_time: 10}\nstates:\n  a: {action: x, on_yes: b}\n  b: {action: y, on_yes: a}\n`,
    clock,
    perform: untilCancelled(),
  });
  const seen: string[] = [];
  const running = drive({
    ...run,
    onStep: (events) => void seen.push(...events.map(brief)),
  }, START);
  await clock.advance(7999);
  assertEquals(seen.at(-1), "run x");
  await clock.advance(2);
  assertEquals(seen.at(-1), "budget_warning loop time");
  stop.abort({ by: "signal", signal: "SIGINT" });
  await running;
  assertEquals(inputs.map(({ input }) => input), [
    "start",
    "tick",
    "stop",
    "outcome",
  ]);
});

Deno.test("many transitions without an effect kept signals waiting to the end", async () => {
  const { run, stop } = setUp({
    text:
      `max_steps: 1000000\nmax_edge_revisits: 10000000\nstates:\n  a: {next: b}\n  b: {next: a}\n`,
    clock: createClock(),
    onWrite() {},
  });
  const timer = setTimeout(
    () => stop.abort({ by: "signal", signal: "SIGINT" }),
    20,
  );
  const quiet: Drive = {
    ...run,
    recorder: { writeInput() {}, writeEvents() {}, sync() {} },
    onStep() {},
  };
  const snapshot = await drive(quiet, START);
  clearTimeout(timer);
  assertEquals(snapshot.end?.terminatedBy, "interrupted");
  assert((snapshot.end?.steps ?? 0) < 1_000_000);
});

Deno.test("time is the clock that never jumps, from the wall clock of the start", async () => {
  let wallMs = Date.UTC(2026, 0, 1);
  let steadyMs = 500;
  const clock: Clock = {
    nowMs: () => wallMs,
    monotonicMs: () => steadyMs,
    sleep: () => Promise.resolve(),
  };
  const { run, inputs } = setUp({
    text: ONE,
    clock,
    perform() {
      wallMs -= 3_600_000;
      steadyMs += 250.4;
      return Promise.resolve(outcomeOf(0));
    },
  });
  await drive(run, START);
  assertEquals(
    inputs.map(({ nowMs }) => nowMs - Date.UTC(2026, 0, 1)),
    [0, 250, 250],
  );
});

Deno.test("events of a sub-loop's action name its frame and effect", async () => {
  const seen: RunEvent[] = [];
  const { run } = setUp({ text: ONE });
  const definitions = definitionsOf(
    "a: {loop: sub, on_yes: done}\ndone: {terminal: true}",
    { sub: "s: {action: x, on_yes: t}\nt: {terminal: true}" },
  );
  await drive({
    ...run,
    definitions,
    performer: {
      perform(_effect, { publish }) {
        publish([{ event: "action_output", line: "deep" }]);
        return Promise.resolve(outcomeOf(0));
      },
    },
    onProgress: (events) => void seen.push(...events),
  }, START);
  assertEquals(seen, [{
    event: "action_output",
    ts: "2026-01-01T00:00:00+00:00",
    line: "deep",
    depth: 1,
    effect: 1,
    frame: "0.1",
  }]);
});

Deno.test("an action that must not simply run again has its intent on the disk first", async () => {
  const { run, diary } = setUp({
    text:
      "a: {action: x, on_resume: ask, on_yes: b}\nb: {action: y, on_yes: done}\ndone: {terminal: true}",
  });
  await drive(run, START);
  const at = diary.indexOf("sync");
  assertEquals(diary.slice(at - 1, at + 3), [
    "run x",
    "sync",
    "step 3",
    "perform action",
  ]);
  assertEquals(diary.filter((line) => line === "sync").length, 1);
});

/** A machine in memory with one loop, whose processes the test plays. */
function runWorld(
  loop: string,
  play: (
    run: {
      readonly watcher: ProcessWatcher | undefined;
      readonly files: MemoryFiles;
    },
  ) => ProcessOutcome | null,
) {
  const files = memoryFiles({ "/p/.loops/a.yaml": loop });
  const done: string[] = [];
  const supervise: World["supervise"] = () => ({
    keep: (options) => new TextKeeper(options),
    find: (program) => `/bin/${program}`,
    isExecutable: () => true,
    start(_spec, watcher) {
      const ended = Promise.withResolvers<ProcessOutcome>();
      queueMicrotask(() => {
        const outcome = play({ watcher, files });
        if (outcome !== null) ended.resolve(outcome);
      });
      return {
        outcome: ended.promise,
        stop() {
          done.push("stop");
          ended.resolve(processOutcomeOf({ exitCode: -15, isCancelled: true }));
        },
      };
    },
    sweep: () => {
      done.push("sweep");
      return Promise.resolve([]);
    },
    close: () => {
      done.push("close");
      return Promise.resolve();
    },
  });
  const signals = fakeSignals();
  const locks = memoryLocks(files);
  const world: World = {
    connectMcp: noMcp,
    files,
    locks,
    system: fakeSystem(),
    signals,
    supervise,
    match: () => Promise.resolve({ kind: "matched", isMatched: true }),
    clock: manualClock({ skipsSleep: true }),
    sources: fakeSources({ "/p/.loops/a.yaml": loop }),
    processes: supervise({ runId: "", ancestors: [] }),
    reaper: fakeReaper(),
    startDetached: noDetached,
  };
  const prepare = (request: Partial<RunRequest> = {}) =>
    prepareRun(world, PROJECT, {
      ...PLAIN_REQUEST,
      loop: "a",
      noLock: true,
      ...request,
    });
  return { world, files, signals, locks, done, prepare };
}

const PROJECT: Project = {
  root: "/p",
  loopsDir: "/p/.loops",
  exists: true,
  config: DEFAULT_CONFIG,
  findings: [],
};

const LOOP =
  "name: a\ndescription: d\ninitial: a\nstates:\n  a: {action: x, on_yes: done}\n  done: {terminal: true}\n";

Deno.test("a disk that fills up in an action ends its process; the folder stays", async () => {
  const { world, signals, locks, done, files, prepare } = runWorld(
    LOOP,
    ({ watcher, files }) => {
      files.beforeWrite = (path) => {
        throw failure("cannot-write", path, "No space left on device");
      };
      watcher?.onLines(["a line"], "stdout");
      watcher?.onLines(["another"], "stdout");
      return null;
    },
  );
  const prepared = prepare();
  const { exitStatus, summary } = await startRun(world, prepared, {
    version: "0",
    listeners: [],
  });
  assertEquals([exitStatus, summary.exitStatus], [73, 73]);
  assertEquals([summary.end.terminatedBy, summary.end.finalState], [
    "error",
    "a",
  ]);
  assertStringIncludes(summary.end.error ?? "", "No space left on device");
  assertEquals(done, ["stop", "sweep", "close"]);
  assertEquals([...locks.held], []);
  assertEquals(signals.listeners, 0);
  const [id] = files.list("/p/.loops/runs").filter((name) =>
    !name.startsWith(".")
  );
  const { lines } = readJournal(world, `/p/.loops/runs/${id}`);
  assertEquals(lines.at(-1), {
    event: "action_start",
    ts: "2026-01-01T00:00:00+00:00",
    action: "x",
    is_prompt: false,
    state: "a",
    effect: 1,
    seq: 4,
  });
});

Deno.test("the state file of a run whose disk was full said that it goes on", async () => {
  const { world, files, prepare } = runWorld(LOOP, ({ files }) => {
    const isJournal = (path: string) => path.endsWith("/events.jsonl");
    files.beforeWrite = (path) => {
      if (!isJournal(path)) return;
      throw failure("cannot-write", path, "No space left on device");
    };
    return processOutcomeOf(0);
  });
  const { folder } = await startRun(world, prepare(), {
    version: "0",
    listeners: [],
  });
  const state = JSON.parse(files.readText(`${folder.path}/state.json`));
  assertEquals(
    [state.status, state.terminated_by, state.exit_status, state.error],
    [
      "failed",
      "error",
      73,
      `Cannot write "${folder.path}/events.jsonl": No space left on device`,
    ],
  );
});

Deno.test("every listener is told, and a run without one has a log all the same", async () => {
  const { world, files, prepare } = runWorld(LOOP, ({ watcher }) => {
    watcher?.onLines(["hello"], "stdout");
    return processOutcomeOf("hello");
  });
  const told: string[][] = [[], []];
  const { summary, folder, exitStatus } = await startRun(world, prepare(), {
    version: "0",
    listeners: told.map((names) => ({
      onStart: () => void names.push("start"),
      onEvents: (events) =>
        void names.push(...events.map(({ event }) => event)),
      onEnd: () => void names.push("end"),
    })),
  });
  assertEquals(told[0], [
    "start",
    "loop_start",
    "state_enter",
    "action_start",
    "action_output",
    "action_complete",
    "evaluate",
    "route",
    "loop_complete",
    "end",
  ]);
  assertEquals(told[1], told[0]);
  assertEquals([exitStatus, summary.lastAction?.verdict], [0, "yes"]);
  const log = files.readText(`${folder.path}/log`).split("\n");
  assertEquals(log[0], "Running loop: a");
  assertEquals(log.slice(log.indexOf("[1/50] a (0s) -> x")), [
    "[1/50] a (0s) -> x",
    "    │ hello",
    "    ✓ yes  0.0s",
    "    -> done",
    "",
    'Loop "a" completed: done (1 step, 0.0s)',
    `  run     .loops/runs/${folder.id}/`,
    "",
  ]);
});

Deno.test("the log lacked what a signal asked for", async () => {
  const { world, files, signals, prepare } = runWorld(LOOP, () => {
    signals.send("SIGTERM");
    signals.send("SIGINT");
    return null;
  });
  const told: string[] = [];
  const { folder, exitStatus } = await startRun(world, prepare(), {
    version: "0",
    listeners: [{ onStopRequest: (signal) => void told.push(signal) }],
  });
  const log = files.readText(`${folder.path}/log`).split("\n");
  assertEquals([exitStatus, told], [143, ["SIGTERM", "SIGINT"]]);
  assertEquals(log.filter((line) => line.startsWith("SIG")), [
    "SIGTERM: stopping; once more kills at once",
    "SIGINT again: killing what is left",
  ]);
});

Deno.test("a log that cannot be written is told, and the run goes on", async () => {
  const { world, files, prepare } = runWorld(LOOP, () => processOutcomeOf(0));
  files.beforeWrite = (path) => {
    if (!path.endsWith("/log")) return;
    throw failure("cannot-write", path, "No space left on device");
  };
  const warnings: string[] = [];
  const { exitStatus } = await startRun(world, prepare(), {
    version: "0",
    listeners: [{ onWarning: (message) => void warnings.push(message) }],
  });
  assertEquals([exitStatus, warnings.length], [0, 1]);
  assertStringIncludes(warnings[0] ?? "", "The log ends here: Cannot write");
});

Deno.test("a value that reads like the unknown run folder was replaced by it", async () => {
  const loop = LOOP.replace("initial", "context: {k: other}\ninitial");
  const { world, files, prepare } = runWorld(loop, () => processOutcomeOf(0));
  const [shown] = prepare().values.filter(({ isRunDir }) => isRunDir === true);
  const text = String(shown?.value);
  const { folder } = await startRun(
    world,
    prepare({ context: [["k", text]] }),
    {
      version: "0",
      listeners: [],
    },
  );
  const state = JSON.parse(files.readText(`${folder.path}/state.json`));
  assertEquals([state.context.k, state.context.run_dir], [
    text,
    `${folder.path}/work/`,
  ]);
});

Deno.test("secrets in arguments: by what an argument is, not by what it looks like", async () => {
  const loop = LOOP.replace(
    "initial",
    "secrets: [key, input]\ncontext: {key: none, plain: x}\ninitial",
  );
  const { world, files, prepare } = runWorld(loop, () => processOutcomeOf(0));
  const plain = (text: string): GivenArgument => ({ text, gives: null });
  const pair = (text: string, key: string, value: string): GivenArgument => ({
    text,
    gives: { what: "context", key, characters: value.length },
  });
  const prepared = prepare({
    input: "pw",
    context: [["key", "abc"], ["plain", "p"]],
    args: [
      plain("run"),
      plain("key=a"),
      { text: "pw", gives: { what: "input" } },
      pair("--cont=key =abc", "key", "abc"),
      pair("plain=p", "plain", "p"),
      plain("--quiet"),
    ],
  });
  const { folder } = await startRun(world, prepared, {
    version: "0",
    listeners: [],
  });
  const record = JSON.parse(files.readText(`${folder.path}/run.json`));
  assertEquals(record.args, [
    "run",
    "key=a",
    "***",
    "--cont=key =***",
    "plain=p",
    "--quiet",
  ]);
});

Deno.test("a loop that is there already is prepared without looking for its name", () => {
  const { world, prepare } = runWorld(LOOP, () => null);
  const located = loadLocated(
    {
      ...world,
      sources: fakeSources({
        "/made/up.yaml": LOOP.replace("name: a", "name: up"),
      }),
    },
    PROJECT,
    { file: "/made/up.yaml", origin: "path" },
  );
  const request = { ...PLAIN_REQUEST, loop: "up" };
  const made = prepareLocated(world, PROJECT, { request, located });
  assertEquals([made.loop.name, made.file], ["up", "/made/up.yaml"]);
  const { definitions, file, origin, findings, texts } = prepare();
  const stored = prepareLocated(world, PROJECT, {
    request,
    located: {
      file,
      origin,
      definitions,
      findings,
      texts,
      results: new Map(),
    },
  });
  assertEquals(stored.definitions, definitions);
});

Deno.test("the command at the end has a minute, after a second signal five seconds; late is told", async () => {
  for (const [limitMs, isForced] of [[60_000, false], [5000, true]] as const) {
    const { world, files, prepare } = runWorld(LOOP, () => null);
    const specs: ProcessSpec[] = [];
    const processes = fakeProcesses({
      answer(spec) {
        specs.push(spec);
        return { exitCode: 124, timeoutKind: "wall" };
      },
    });
    files.makeFolder("/r");
    const force = new AbortController();
    if (isForced) force.abort();
    const warnings: string[] = [];
    await runOnEnd({ ...world, processes }, prepare({ onEnd: "tell" }), {
      folder: { id: "r", path: "/r" } as RunFolder,
      error: new LoopError("cannot-write", "No room"),
      stopping: { stop: new AbortController().signal, force: force.signal },
      listener: { onWarning: (message) => void warnings.push(message) },
    });
    const [spec] = specs;
    assertEquals([spec?.argv, spec?.timeoutMs], [
      ["bash", "-c", "--", "tell"],
      limitMs,
    ]);
    const { LL_END_STATUS, LL_END_REASON, LL_END_ERROR } = spec?.env ?? {};
    assertEquals([LL_END_STATUS, LL_END_REASON, LL_END_ERROR], [
      "73",
      "cannot-write",
      "No room",
    ]);
    assertEquals(warnings, [
      `The --on-end command did not succeed: it took more than ${
        limitMs / 1000
      } s; its output is in the log`,
    ]);
  }
});
