// deno-lint-ignore-file no-boolean-literal-for-arguments no-sync-fn-in-async-fn -- expected values, and tests may block
import { TextKeeper } from "../../../../src/adapters/process/text_keeper.ts";
import { makeMask } from "../../../../src/app/secrets/mod.ts";
import { AgentText } from "../../../../src/app/run/agent_text.ts";
import type { AgentEvent } from "../../../../src/app/agents/mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  fail,
} from "@std/assert";
import { match } from "../../../../src/adapters/match/mod.ts";
import { NEW_SNAPSHOT } from "../../../../src/engine/mod.ts";
import { makeProcesses } from "../../../../src/adapters/process/mod.ts";
import { ChildEnvironment } from "../../../../src/app/run/child_environment.ts";
import type { PerformOptions } from "../../../../src/app/run/drive.ts";
import { observe, type Observer } from "../../../../src/app/run/observe.ts";
import { makePerformer } from "../../../../src/app/run/perform.ts";
import { guardTests } from "../../../../src/app/run/tamper_guard.ts";
import { sealOutcome } from "../../../../src/app/run/reveal_effect.ts";
import { McpConnections } from "../../../../src/app/mcp/mod.ts";
import { Vault } from "../../../../src/app/secrets/mod.ts";
import type {
  ActionEffect,
  ActionOutcome,
  Effect,
  EventBody,
  JudgedOutcome,
  LoadEffect,
  ObservedOutcome,
  Subject,
} from "../../../../src/model/mod.ts";
import { LoopError, secretReference } from "../../../../src/model/mod.ts";
import type {
  ConnectMcp,
  ProcessOutcome,
  ProcessSpec,
  ProcessWatcher,
  Supervisor,
} from "../../../../src/ports/mod.ts";
import {
  failure,
  fakeSystem,
  manualClock,
  memoryFiles,
  noMcp,
} from "../../../support/fakes.ts";
import { outcomeOf, play, processOutcomeOf } from "../../../support/play.ts";
import { waitUntil, withScratch } from "../../../support/scratch.ts";
import { LOOK, lookIn, UNDISTURBED } from "./look.ts";

interface Started {
  readonly spec: ProcessSpec;
  readonly watcher: ProcessWatcher;
  readonly stops: string[];
  end(outcome: ProcessOutcome): void;
}

/** A performer whose processes the test plays. */
function setUp(
  options: {
    readonly isVerbose?: boolean;
    readonly vault?: Vault;
    readonly connectMcp?: ConnectMcp;
    /** Where what is kept of a long text goes, in the place of "/run". */
    readonly spills?: string;
  } = {},
) {
  const files = memoryFiles({}, { folders: ["/run/outputs"] });
  const { spills = "/nowhere" } = options;
  const clock = manualClock();
  const started: Started[] = [];
  const published: EventBody[] = [];
  const excess: EventBody[] = [];
  const loaded: LoadEffect[] = [];
  const cancel = new AbortController();
  const force = new AbortController();
  const vault = options.vault ?? new Vault({});
  const supervisor: Supervisor = {
    start(spec, watcher) {
      const ended = Promise.withResolvers<ProcessOutcome>();
      const stops: string[] = [];
      started.push({
        spec,
        watcher: watcher ?? { onLines() {} },
        stops,
        end: ended.resolve,
      });
      return {
        outcome: ended.promise,
        stop: ({ force: isForced = false } = {}) =>
          void stops.push(isForced ? "force" : "stop"),
      };
    },
    keep: (options) =>
      new TextKeeper({
        ...options,
        spillPath: options.spillPath.replace("/run", spills),
      }),
    find: (program) => `/bin/${program}`,
    isExecutable: () => true,
    sweep: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const performer = makePerformer({
    world: { files, clock, match, system: fakeSystem() },
    supervisor,
    mcp: new McpConnections({
      world: {
        files,
        system: fakeSystem(),
        connectMcp: options.connectMcp ?? noMcp,
      },
      supervisor,
      vault,
      root: "/p",
      graceMs: 700,
      envOf: () => ({ LL_FIXED: "1" }),
    }),
    vault,
    environment: new ChildEnvironment({
      files,
      system: fakeSystem(),
      folder: "/run/values",
      fixed: {},
      inherited: [],
    }),
    root: "/p",
    folder: "/run",
    graceMs: 700,
    circuit: null,
    load(effect) {
      loaded.push(effect);
      const error = "none";
      return { kind: "loaded", id: null, loops: {}, names: {}, env: {}, error };
    },
    isVerbose: options.isVerbose ?? false,
    agents: {
      choose: () => ({
        name: "claude",
        by: "a test",
        path: "/bin/claude",
        isBypassed: true,
        isJudge: false,
      }),
      command: null,
      prices: {},
      model: null,
      effort: null,
    },
  });
  const performing: PerformOptions = {
    snapshot: NEW_SNAPSHOT,
    cancel: cancel.signal,
    force: force.signal,
    publish: (events) => void published.push(...events),
    show: (events) => void excess.push(...events),
  };
  const perform = (effect: Effect) => performer.perform(effect, performing);
  return {
    perform,
    files,
    clock,
    started,
    published,
    excess,
    loaded,
    cancel,
    force,
  };
}

function action(change: Partial<ActionEffect> = {}): ActionEffect {
  return { ...play("a: {action: x, on_yes: a}").action, effect: 7, ...change };
}

const lines = (events: readonly EventBody[]): string[] =>
  events.map((event) =>
    event.event === "action_output"
      ? `${event.stream ?? "stdout"} ${event.line}`
      : event.event
  );

Deno.test("action: what is started, and how its end is told", async () => {
  const { perform, started, published } = setUp();
  const outcome = perform(action({
    action: "echo hi",
    timeoutMs: 5000,
    idleTimeoutMs: 300,
    detach: true,
    context: { k: "v" },
  }));
  const [child] = started as [Started];
  assertEquals(child.spec, {
    argv: ["bash", "-c", "--", "echo hi"],
    cwd: "/p",
    env: { LL_CONTEXT_K: "v" },
    timeoutMs: 5000,
    idleTimeoutMs: 300,
    graceMs: 700,
    detach: true,
    spillPrefix: "/run/outputs/7",
    marks: ["CONTEXT_HANDOFF:", "FATAL_ERROR:", "LOOP_STOP:"],
    mask: null,
  });
  child.watcher.onLines(["hi  ", "", "there\r"], "stdout");
  child.watcher.onLines(["oh"], "stderr");
  child.end(processOutcomeOf({ stdout: "hi\n", exitCode: 3 }));
  assertEquals(await outcome, outcomeOf({ stdout: "hi\n", exitCode: 3 }));
  assertEquals(lines(published), [
    "stdout hi",
    "stdout ",
    "stdout there",
    "stderr oh",
  ]);
});

Deno.test("action: in its own folder, secrets put in at the last moment", async () => {
  const vault = new Vault({ MY_TOKEN: "it's" });
  const { perform, started } = setUp({ vault });
  const shell = secretReference("env", "MY_TOKEN").replace(/\0$/, ":shell\0");
  const outcome = perform(action({
    cwd: "/w",
    action: `curl ${secretReference("env", "MY_TOKEN")} ''${shell}''`,
  }));
  const [child] = started as [Started];
  assertEquals(child.spec.cwd, "/w");
  assertEquals(child.spec.argv.at(-1), `curl it's '''it'"'"'s'''`);
  assert(child.spec.mask !== null);
  child.end(processOutcomeOf(0));
  await outcome;
});

Deno.test("action: an input, and a file with the last output", async () => {
  const vault = new Vault({ MY_TOKEN: "hunter22" });
  const { perform, started, files } = setUp({ vault });
  const { stdout, stderr } = processOutcomeOf({
    stdout: "out",
    stderr: "err\n",
  });
  const spilled = {
    ...stdout,
    text: "o… …t",
    isTruncated: true,
    spill: "3.stdout",
  };
  const empty = { ...stderr, text: "" };
  const cases: [Partial<ActionEffect>, string, string | null][] = [
    [{ lastOutput: { stdout, stderr } }, "/run/outputs/7.last", "out\nerr\n"],
    [{ lastOutput: null }, "/run/outputs/7.last", ""],
    [
      { lastOutput: { stdout: spilled, stderr } },
      "/run/outputs/7.last",
      "o… …t\nerr\n",
    ],
    // Too long to keep, and all there was: the spill is the file.
    [
      { lastOutput: { stdout: spilled, stderr: empty } },
      "/run/outputs/3.stdout",
      null,
    ],
    [
      {
        lastOutput: {
          stdout: empty,
          stderr: { ...spilled, spill: "3.stderr" },
        },
      },
      "/run/outputs/3.stderr",
      null,
    ],
  ];
  for (const [change, path, text] of cases) {
    const outcome = perform(action({
      stdin: `pw ${secretReference("env", "MY_TOKEN")}`,
      ...change,
    }));
    const { spec, end } = started.at(-1) as Started;
    assertEquals(
      [
        spec.stdin,
        spec.env["LL_LAST_OUTPUT"],
        text === null ? null : files.readText(path),
      ],
      ["pw hunter22", path, text],
    );
    end(processOutcomeOf(0));
    await outcome;
  }
});

Deno.test("action: above 100 KiB it is a script, which is gone afterwards", async () => {
  const { perform, started, files } = setUp();
  const text = `echo ${"€".repeat(34_200)}`;
  const outcome = perform(action({ action: text }));
  const [child] = started as [Started];
  assertEquals(child.spec.argv, ["bash", "/run/outputs/7.sh"]);
  assertEquals(files.readText("/run/outputs/7.sh"), text);
  child.end(processOutcomeOf(0));
  await outcome;
  assertEquals(files.stat("/run/outputs/7.sh"), null);
  const inline = perform(action({ action: "x".repeat(102_400) }));
  assertEquals(started[1]?.spec.argv.length, 4);
  started[1]?.end(processOutcomeOf(0));
  await inline;
});

Deno.test("action: a script that cannot be written is no outcome but the end", async () => {
  const { perform, files, started } = setUp();
  files.beforeWrite = (path) => {
    throw failure("cannot-write", path, "No space left on device");
  };
  const error = await assertRejects(
    () => perform(action({ action: "x".repeat(200_000) })),
    LoopError,
    "/run/outputs/7.sh",
  );
  assertEquals(
    [error instanceof LoopError && error.exitStatus, started.length],
    [73, 0],
  );
});

Deno.test("action: a wall limit that is the loop's is told as the loop's", async () => {
  const cases: [boolean, ProcessOutcome["timeoutKind"], string | null][] = [
    [true, "wall", "loop"],
    [false, "wall", "wall"],
    [true, "idle", "idle"],
    [true, null, null],
  ];
  for (const [isLoopDeadline, timeoutKind, expected] of cases) {
    const { perform, started } = setUp();
    const outcome = perform(action({ isLoopDeadline }));
    started[0]?.end(processOutcomeOf({ exitCode: 124, timeoutKind }));
    const seen = await outcome as ActionOutcome;
    assertEquals(seen.timeoutKind, expected);
  }
});

Deno.test("action: lines are journaled up to 64 KiB, then one event says what is missing", async () => {
  const { perform, started, published, excess } = setUp({ isVerbose: true });
  const outcome = perform(action());
  const [child] = started as [Started];
  assertEquals(child.watcher.linesMaxBytes, undefined);
  const line = "x".repeat(32_768);
  child.watcher.onLines([line], "stdout");
  child.watcher.onLines([line], "stderr");
  child.watcher.onLines(["live only"], "stdout");
  const end = processOutcomeOf(0);
  child.end({
    ...end,
    stdout: { ...end.stdout, sizeBytes: 40_000 },
    stderr: { ...end.stderr, sizeBytes: 2_000_000, spill: "7.stderr" },
  });
  await outcome;
  assertEquals(published.length, 3);
  assertEquals(published.at(-1), {
    event: "output_truncated",
    size_bytes: 2_040_000,
    kept_bytes: 65_538,
    file: "outputs/7.stderr",
  });
  assertEquals(lines(excess), ["stdout live only"]);
  const quiet = setUp();
  const other = quiet.perform(action());
  assertEquals(quiet.started[0]?.watcher.linesMaxBytes, 65_536);
  quiet.started[0]?.end(processOutcomeOf(0));
  await other;
  assertEquals(quiet.published, []);
});

Deno.test("action: a cancel stops it, a forced one at once, and none after the end", async () => {
  const { perform, started, cancel, force } = setUp();
  const outcome = perform(action());
  cancel.abort();
  force.abort();
  const [child] = started as [Started];
  assertEquals(child.stops, ["stop", "force"]);
  child.end(processOutcomeOf({ isCancelled: true }));
  await outcome;
  const late = setUp();
  const ended = late.perform(action());
  late.started[0]?.end(processOutcomeOf(0));
  await ended;
  late.cancel.abort();
  late.force.abort();
  assertEquals(late.started[0]?.stops, []);
});

Deno.test("action: after a cancel nothing is started", async () => {
  const { perform, started, cancel } = setUp();
  cancel.abort();
  const outcome = await perform(action()) as ActionOutcome;
  assertEquals([outcome.isCancelled, outcome.startError, started.length], [
    true,
    null,
    0,
  ]);
});

Deno.test("action: NUL in the text is a start error, and cannot be forged by output", async () => {
  const { perform, started } = setUp();
  const odd = await perform(action({ action: "a\0b" })) as ActionOutcome;
  assertEquals(
    [odd.startError, odd.exitCode, started.length],
    ["The action holds a NUL character, which no shell can run", 127, 0],
  );
  const outcome = perform(action());
  started[0]?.end(processOutcomeOf({
    stdout: "\0secret:env:TOKEN\0 \ud83d half",
    stderr: "\0",
  }));
  const seen = await outcome as ActionOutcome;
  assertEquals(seen.stdout.text, "\ufffdsecret:env:TOKEN\ufffd \ufffd half");
  assertEquals(seen.stderr.text, "\ufffd");
});

Deno.test("action: what could not be started is told as it is", async () => {
  const { perform, started } = setUp();
  const outcome = perform(action());
  started[0]?.end(
    processOutcomeOf({ exitCode: 127, startError: 'No folder "/w"' }),
  );
  assertEquals((await outcome as ActionOutcome).startError, 'No folder "/w"');
});

Deno.test("a guarded action ran unguarded where there were too many files to look at", async () => {
  const world = {
    files: { ...memoryFiles({}), scan: () => null },
    system: fakeSystem(),
    processes: { isExecutable: () => false },
  };
  for (const guard of ["fail", "revert"] as const) {
    const { startError } = await guardTests(world, {
      folder: "/p",
      record: "/p/record",
      effect: { guard },
      act: () => fail("It was started"),
    });
    assertEquals(
      startError,
      '"tamper_guard" cannot look at more than 100000 files and folders, which "/p" has; --allow-test-edits goes without it',
    );
  }
});

Deno.test("a test that was changed to one of the same size and time was taken as it was", async () => {
  const files = memoryFiles({ "/p/tests/a.sh": "exit 1\n" });
  const { tampered } = await guardTests(
    { files, system: fakeSystem(), processes: { isExecutable: () => false } },
    {
      folder: "/p",
      record: "/p/record",
      effect: { guard: "fail" },
      act: async () => {
        files.replace("/p/tests/a.sh", "exit 0\n");
        return await Promise.resolve(outcomeOf(0));
      },
    },
  );
  assertEquals(tampered, [
    { path: "tests/a.sh", change: "changed", isReverted: false },
  ]);
});

Deno.test("a long test that was changed to one of the same size before a stop was taken as it was after it", async () => {
  const clock = manualClock();
  const long = "x".repeat(1024 * 1024 + 1);
  const files = memoryFiles({ "/p/tests/a.txt": long }, { clock });
  const guardedBy = (act: () => Promise<ActionOutcome>) =>
    guardTests(
      { files, system: fakeSystem(), processes: { isExecutable: () => false } },
      {
        folder: "/p",
        record: "/p/record",
        effect: { guard: "fail" },
        act,
      },
    );
  await guardedBy(async () => {
    await clock.advance(5);
    files.replace("/p/tests/a.txt", long.replaceAll("x", "y"));
    return { ...outcomeOf(0), isCancelled: true };
  });
  const { tampered } = await guardedBy(() => Promise.resolve(outcomeOf(0)));
  assertEquals(tampered?.map(({ path }) => path), ["tests/a.txt"]);
});

Deno.test("wait: sleeps, and wakes early on a cancel", async () => {
  const { perform, clock, cancel } = setUp();
  const effect = {
    kind: "wait",
    frame: "0",
    effect: 1,
    durationMs: 500,
  } as const;
  let isOver = false;
  const waited = perform(effect).then((outcome) => {
    isOver = true;
    return outcome;
  });
  await clock.advance(499);
  assertEquals(isOver, false);
  await clock.advance(1);
  assertEquals(await waited, { kind: "waited" });
  const cut = perform(effect);
  cancel.abort();
  assertEquals(await cut, { kind: "waited" });
});

Deno.test("observe: files and their marks", async () => {
  await withScratch(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a.txt`, "text");
    Deno.utimeSync(`${folder}/a.txt`, 1000, 1000);
    Deno.mkdirSync(`${folder}/sub`);
    const file = async (path: string, cwd?: string) => {
      const { value, error } = await lookIn(
        folder,
        { kind: "file", path },
        cwd === undefined ? {} : { cwd },
      );
      return error ?? value;
    };
    assertEquals(await file("a.txt"), "text");
    assertEquals(await file(`${folder}/a.txt`), "text");
    assertEquals(await file("../a.txt", `${folder}/sub`), "text");
    assertEquals(await file("none"), null);
    assertMatch(String(await file("sub")), /sub/);
    const seen = await lookIn(folder, {
      kind: "stat",
      paths: ["a.txt", "none", `${folder}/a.txt`],
    });
    assertEquals(seen.value, [
      ["a.txt", 1_000_000, 4],
      [`${folder}/a.txt`, 1_000_000, 4],
    ]);
  });
});

Deno.test("secrets: every effect is performed with their values, none comes back", async () => {
  const vault = new Vault({ MY_TOKEN: "s3cr3t" });
  const token = vault.hideEnv("MY_TOKEN", "s3cr3t");
  const { perform, files, started, loaded } = setUp({ vault });
  files.makeFolder("/p/s3cr3t");
  files.replace("/p/s3cr3t/h", "s3cr3t \0secret:env:X\0");
  const look = async (subject: Subject): Promise<ObservedOutcome["value"]> =>
    await perform({ ...LOOK, subject })
      .then((outcome) => (outcome as ObservedOutcome).value);
  const path = `${token}/h`;
  assertEquals(
    await look({ kind: "file", path }),
    "*** \ufffdsecret:env:X\ufffd",
  );
  assertEquals(await look({ kind: "stat", paths: [path] }), [
    ["***/h", files.stat("/p/s3cr3t/h")?.modifiedMs ?? null, 21],
  ]);
  const git = perform({ ...LOOK, subject: { kind: "git", scope: [token] } });
  assertEquals(started[0]?.spec.argv.at(-1), "s3cr3t");
  started[0]?.end(processOutcomeOf({ exitCode: 1, stderr: "no s3cr3t" }));
  assertEquals(
    (await git as ObservedOutcome).error,
    "Git cannot compare the work tree: no ***",
  );
  const attached = perform({
    kind: "worktree",
    frame: "0",
    effect: 3,
    operation: "attach",
    branch: token,
    path: null,
  });
  assertEquals(started[1]?.spec.argv.at(-1), "s3cr3t");
  started[1]?.end(
    processOutcomeOf({ exitCode: 128, stderr: "what is s3cr3t" }),
  );
  assertEquals(
    (await attached as ObservedOutcome).error,
    "Git cannot attach the worktree: what is ***",
  );
  const load = { kind: "load", frame: "0", effect: 4, name: token, from: "" };
  await perform(load as Effect);
  assertEquals(loaded.map(({ name }) => name), ["s3cr3t"]);
  const done = perform(action({
    action: "x",
    context: { list: ["a", { deep: token }] },
    captured: { c: token },
  }));
  assertEquals(started[2]?.spec.env, {
    LL_CONTEXT_LIST: '["a",{"deep":"s3cr3t"}]',
    LL_CAPTURED_C: "s3cr3t",
  });
  started[2]?.end(processOutcomeOf({ startError: "no s3cr3t" }));
  assertEquals((await done as ActionOutcome).startError, "no ***");
});

Deno.test("observe: a limit that strikes is told, the loop's as the loop's", async () => {
  const slow: Observer["world"] = {
    files: memoryFiles(),
    match: (_pattern, _haystack, { timeoutMs }) =>
      Promise.resolve(
        timeoutMs === 7 ? { kind: "timed-out" } : fail("another limit"),
      ),
  };
  const look = (isLoopDeadline: boolean, subject: Subject) =>
    observe(
      {
        world: slow,
        processes: {
          ...makeProcesses(),
          start: ({ timeoutMs }) => ({
            outcome: Promise.resolve(
              processOutcomeOf({ exitCode: timeoutMs, timeoutKind: "wall" }),
            ),
            stop() {},
          }),
        },
        root: "/",
        outputs: "/",
        room: () => ({}),
      },
      { ...LOOK, subject, timeoutMs: 7, isLoopDeadline },
      UNDISTURBED,
    );
  const match: Subject = { kind: "match", pattern: "x", text: "", spill: null };
  const searched = await look(false, match);
  assertEquals(
    [searched.timeoutKind, searched.error],
    ["wall", 'Searching for "x" took longer than 0.007 s'],
  );
  assertEquals((await look(true, match)).timeoutKind, "loop");
  const compared = await look(true, { kind: "git", scope: [] });
  assertEquals(
    [compared.timeoutKind, compared.error],
    ["loop", "Git took longer than 0.007 s"],
  );
});

Deno.test("observe: the kept end of a cut spill is searched, not the line for its middle", async () => {
  await withScratch(async (folder) => {
    Deno.mkdirSync(`${folder}/outputs`);
    Deno.writeTextFileSync(`${folder}/outputs/1.stdout`, "start\nmid");
    const text =
      "start\n[… 20 bytes left out, the start of it is in 1.stdout …]\nlast END";
    const find = async (pattern: string) =>
      (await lookIn(folder, {
        kind: "match",
        pattern,
        text,
        spill: "1.stdout",
        isSpillCut: true,
      })).value;
    assertEquals(
      [await find("END"), await find("mid"), await find("left out")],
      [true, true, false],
    );
  });
});

Deno.test("observe: patterns over texts and spills, hostile ones too", async () => {
  await withScratch(async (folder) => {
    Deno.mkdirSync(`${folder}/outputs`);
    Deno.writeTextFileSync(
      `${folder}/outputs/1.stdout`,
      `${"y\n".repeat(50_000)}END`,
    );
    const find = async (
      pattern: string,
      text: string,
      spill: string | null = null,
    ) => {
      const { value, error } = await lookIn(folder, {
        kind: "match",
        pattern,
        text,
        spill,
      });
      return error ?? value;
    };
    assertEquals(await find("(?i)^end$", "x"), false);
    assertEquals(await find("(?im)^end$", "x", "1.stdout"), true);
    assertEquals(await find("a(b", "a(b"), true);
    assertMatch(String(await find("x", "", "none.stdout")), /none/);
  });
});

Deno.test("observe: a cancelled look says so", async () => {
  const cancel = new AbortController();
  cancel.abort();
  const options = { cancel: cancel.signal };
  const subjects: Subject[] = [
    { kind: "git", scope: [] },
    { kind: "match", pattern: "x", text: "x", spill: null },
  ];
  for (const subject of subjects) {
    const seen = await lookIn("/", subject, options);
    assertEquals([seen.isCancelled, seen.value], [true, null], subject.kind);
  }
});

Deno.test("worktree: a stop waited for git", async () => {
  const effect = {
    kind: "worktree",
    frame: "0",
    effect: 1,
    operation: "attach",
    branch: "b",
    path: null,
  } as const;
  const { perform, started, cancel, force } = setUp();
  const attached = perform(effect);
  cancel.abort();
  force.abort();
  assertEquals(started[0]?.stops, ["stop", "force"]);
  started[0]?.end(processOutcomeOf({ exitCode: -15, isCancelled: true }));
  assertEquals((await attached as ObservedOutcome).isCancelled, true);
  assertEquals((await perform(effect) as ObservedOutcome).isCancelled, true);
  assertEquals(started.length, 1);
});

Deno.test("a judge's words lose secrets and what could be taken for a reference to one", async () => {
  const vault = new Vault({ MY_TOKEN: "t0ps3cret" });
  const { perform, started } = setUp({ vault });
  const effect = play("a: {action: x, action_type: prompt, on_yes: a}").act(0)
    .open;
  assertEquals(effect.kind, "judge");
  const outcome = perform(effect);
  await waitUntil("the judge starts", () => started.length > 0);
  const [child] = started;
  assertEquals(child?.spec.argv[0], "claude");
  child?.end(processOutcomeOf({ exitCode: 1, stderr: "no t0ps3cret" }));
  assertEquals(
    (await outcome as JudgedOutcome).details["error"],
    "The judge failed: no ***",
  );
  assertEquals(
    sealOutcome(vault, {
      effect,
      outcome: {
        kind: "judged",
        verdict: "say t0ps3cret",
        details: { reason: ["t0ps3cret", "a\0b"], confidence: 1 },
        isCancelled: false,
      },
    }),
    {
      kind: "judged",
      verdict: "say ***",
      details: { reason: ["***", "a\ufffdb"], confidence: 1 },
      isCancelled: false,
    },
  );
});

Deno.test("an agent's lines are told when they are whole, not when the next one begins", () => {
  const told: string[] = [];
  const text = new AgentText(
    makeMask(["hunter22"]),
    new TextKeeper({
      spillPath: "/dev/null/none",
      marks: [],
      onLines: (lines) => told.push(...lines),
    }),
  );
  const steps: readonly (readonly [AgentEvent, readonly string[]])[] = [
    [{ kind: "line", line: "waiting" }, ["waiting"]],
    [{ kind: "text", text: "so ", isOpen: true }, []],
    [{ kind: "text", text: "it is\nhunt", isOpen: true }, ["so it is"]],
    [{ kind: "text", text: "er22", isOpen: true }, []],
    [{ kind: "tool", name: "Bash", detail: "ls" }, ["***"]],
    [{ kind: "text", text: "one\n", isOpen: false }, ["one"]],
    [{ kind: "line", line: "" }, [""]],
    [{ kind: "text", text: "end", isOpen: false }, ["", "end"]],
  ];
  for (const [event, lines] of steps) {
    told.length = 0;
    text.take(event);
    assertEquals(told, lines, JSON.stringify(event));
  }
  told.length = 0;
  assertEquals(
    text.end().text,
    "waiting\nso it is\n***\none\n\n\nend",
  );
  assertEquals(told, []);
});

/** Plays a prompt whose agent says `texts`, one after the other, in messages of their own. */
async function playPrompt(
  texts: readonly string[],
  options: { readonly spills: string; readonly vault?: Vault },
) {
  const { perform, started, published, excess } = setUp(options);
  const effect = play("a: {prompt: x, next: b}\nb: {terminal: true}").action;
  const outcome = perform({ ...effect, effect: 7 });
  await waitUntil("the agent starts", () => started.length > 0);
  const [child] = started as [Started];
  const tell = (event: unknown) =>
    child.watcher.onText?.(`${JSON.stringify(event)}\n`, "stdout");
  for (const text of texts) {
    tell({ type: "assistant", message: { content: [{ type: "text", text }] } });
  }
  tell({ type: "result", subtype: "success", result: "" });
  child.end(processOutcomeOf(0));
  return { outcome: await outcome as ActionOutcome, published, excess };
}

Deno.test("prompt: of a long text the head and the tail are kept, the whole is a file, and the journal has its start", async () => {
  await withScratch(async (folder) => {
    const texts = Array.from({ length: 2048 }, () => "x".repeat(2046));
    texts[1000] = "BLOCKED: by nobody\nFATAL_ERROR: it is t0ps3cret";
    const whole = texts.join("\n").replace("t0ps3cret", "***");
    const { outcome, published, excess } = await playPrompt(texts, {
      spills: folder,
      vault: new Vault({ MY_TOKEN: "t0ps3cret" }),
    });
    const { text, ...facts } = outcome.stdout;
    assertEquals(facts, {
      sizeBytes: whole.length,
      isTruncated: true,
      spill: "7.stdout",
    });
    assertEquals(
      Deno.readTextFileSync(`${folder}/outputs/7.stdout`) === whole,
      true,
    );
    const head = whole.slice(0, 256 * 1024);
    const tail = whole.slice(-768 * 1024);
    const leftOut = whole.length - 1024 * 1024;
    assertEquals(
      text ===
        `${head}\n[… ${leftOut} bytes left out, all of it is in 7.stdout …]\n` +
          `FATAL_ERROR: it is ***\n[…]\n${tail}`,
      true,
    );
    assertEquals(
      [lines(published).length, lines(excess).length],
      [34, 2016],
    );
    assertEquals(published.at(-1), {
      event: "output_truncated",
      size_bytes: whole.length,
      kept_bytes: 33 * 2047,
      file: "outputs/7.stdout",
    });
  });
});

Deno.test("prompt: of one long line no more gets into the journal than of many", async () => {
  const { outcome, published, excess } = await playPrompt(
    ["y".repeat(300_000)],
    { spills: "/nowhere" },
  );
  const lengths = (events: readonly EventBody[]) =>
    events.map((event) =>
      event.event === "action_output" ? event.line.length : event
    );
  assertEquals(lengths(published), [65_536]);
  assertEquals(lengths(excess), [65_536, 65_536, 65_536, 37_856]);
  assertEquals(outcome.stdout.text, "y".repeat(300_000));
});

Deno.test("prompt: a secret and a character are whole where a long message is cut into pieces", async () => {
  const secret = "t0ps3cret";
  const vault = new Vault({ MY_TOKEN: secret });
  for (let before = 16_384 - 10; before <= 16_384; before++) {
    const text = `${"a".repeat(before)}${secret}`;
    const odd = `${"a".repeat(before)}\u{1f600}b`;
    const { outcome } = await playPrompt([text, odd], {
      spills: "/nowhere",
      vault,
    });
    assertEquals(
      outcome.stdout.text === `${"a".repeat(before)}***\n${odd}`,
      true,
    );
  }
});
