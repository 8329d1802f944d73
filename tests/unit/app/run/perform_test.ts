// deno-lint-ignore-file no-boolean-literal-for-arguments no-sync-fn-in-async-fn -- expected values, and tests may block
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createFiles } from "../../../../src/adapters/mod.ts";
import { match } from "../../../../src/adapters/match/mod.ts";
import { makeProcesses } from "../../../../src/adapters/process/mod.ts";
import { ChildEnvironment } from "../../../../src/app/run/child_environment.ts";
import type { PerformOptions } from "../../../../src/app/run/drive.ts";
import { observe } from "../../../../src/app/run/observe.ts";
import { makePerformer } from "../../../../src/app/run/perform.ts";
import { performWorktree } from "../../../../src/app/run/worktree.ts";
import { Vault } from "../../../../src/app/secrets/mod.ts";
import type {
  ActionEffect,
  ActionOutcome,
  Effect,
  EventBody,
  ObservedOutcome,
  Subject,
} from "../../../../src/model/mod.ts";
import { LoopError, secretReference } from "../../../../src/model/mod.ts";
import type {
  ProcessSpec,
  ProcessWatcher,
  Supervisor,
} from "../../../../src/ports/mod.ts";
import { failure, manualClock, memoryFiles } from "../../../support/fakes.ts";
import { outcomeOf, play } from "../../../support/play.ts";
import { withScratch } from "../../../support/scratch.ts";

interface Started {
  readonly spec: ProcessSpec;
  readonly watcher: ProcessWatcher;
  readonly stops: string[];
  end(outcome: ActionOutcome): void;
}

/** A performer whose processes the test plays. */
function setUp(
  options: { readonly isVerbose?: boolean; readonly vault?: Vault } = {},
) {
  const files = memoryFiles({}, { folders: ["/run/outputs"] });
  const clock = manualClock();
  const started: Started[] = [];
  const published: EventBody[] = [];
  const excess: EventBody[] = [];
  const cancel = new AbortController();
  const force = new AbortController();
  const vault = options.vault ?? new Vault({});
  const supervisor: Supervisor = {
    start(spec, watcher) {
      const ended = Promise.withResolvers<ActionOutcome>();
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
    find: (program) => `/bin/${program}`,
    isExecutable: () => true,
    sweep: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const performer = makePerformer({
    world: { files, clock, match },
    supervisor,
    vault,
    environment: new ChildEnvironment({
      files,
      folder: "/run/values",
      vault,
      fixed: {},
      inherited: [],
    }),
    root: "/p",
    folder: "/run",
    graceMs: 700,
    load: () => ({
      kind: "loaded",
      id: null,
      loops: {},
      names: {},
      env: {},
      error: "none",
    }),
    isVerbose: options.isVerbose ?? false,
    onExcessLines: (events) => void excess.push(...events),
  });
  const performing: PerformOptions = {
    cancel: cancel.signal,
    force: force.signal,
    publish: (events) => void published.push(...events),
  };
  const perform = (effect: Effect) => performer.perform(effect, performing);
  return { perform, files, clock, started, published, excess, cancel, force };
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
    argv: ["bash", "-c", "echo hi"],
    cwd: "/p",
    env: { LL_CONTEXT_K: "v" },
    timeoutMs: 5000,
    idleTimeoutMs: 300,
    graceMs: 700,
    detach: true,
    spillPrefix: "/run/outputs/7",
    mask: null,
  });
  child.watcher.onLines(["hi  ", "", "there\r"], "stdout");
  child.watcher.onLines(["oh"], "stderr");
  child.end(outcomeOf({ stdout: "hi\n", exitCode: 3 }));
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
  assertEquals(child.spec.argv[2], `curl it's '''it'"'"'s'''`);
  assert(child.spec.mask !== null);
  child.end(outcomeOf(0));
  await outcome;
});

Deno.test("action: above 100 KiB it is a script, which is gone afterwards", async () => {
  const { perform, started, files } = setUp();
  const text = `echo ${"€".repeat(34_200)}`;
  const outcome = perform(action({ action: text }));
  const [child] = started as [Started];
  assertEquals(child.spec.argv, ["bash", "/run/outputs/7.sh"]);
  assertEquals(files.readText("/run/outputs/7.sh"), text);
  child.end(outcomeOf(0));
  await outcome;
  assertEquals(files.stat("/run/outputs/7.sh"), null);
  const inline = perform(action({ action: "x".repeat(102_400) }));
  assertEquals(started[1]?.spec.argv.length, 3);
  started[1]?.end(outcomeOf(0));
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
  const cases: [boolean, ActionOutcome["timeoutKind"], string | null][] = [
    [true, "wall", "loop"],
    [false, "wall", "wall"],
    [true, "idle", "idle"],
    [true, null, null],
  ];
  for (const [isLoopDeadline, timeoutKind, expected] of cases) {
    const { perform, started } = setUp();
    const outcome = perform(action({ isLoopDeadline }));
    started[0]?.end(outcomeOf({ exitCode: 124, timeoutKind }));
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
  const end = outcomeOf(0);
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
  quiet.started[0]?.end(outcomeOf(0));
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
  child.end(outcomeOf({ isCancelled: true }));
  await outcome;
  const late = setUp();
  const ended = late.perform(action());
  late.started[0]?.end(outcomeOf(0));
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
  started[0]?.end(outcomeOf({
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
  started[0]?.end(outcomeOf({ exitCode: 127, startError: 'No folder "/w"' }));
  assertEquals((await outcome as ActionOutcome).startError, 'No folder "/w"');
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

/** Looks in a folder for real. */
function lookIn(
  folder: string,
  subject: Subject,
  options: { readonly cancel?: AbortSignal; readonly cwd?: string } = {},
): Promise<ObservedOutcome> {
  const processes = makeProcesses();
  return observe(
    {
      world: { files: createFiles(), match },
      processes,
      root: folder,
      outputs: `${folder}/outputs`,
      mask: null,
    },
    {
      kind: "observe",
      frame: "0",
      effect: 1,
      subject,
      cwd: options.cwd ?? null,
    },
    options.cancel ?? new AbortController().signal,
  );
}

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

Deno.test("observe: what a look reads is masked and cannot forge a secret", async () => {
  const { mask } = new Vault({ MY_TOKEN: "s3cr3t" });
  const seen = await observe({
    world: { files: memoryFiles({ "/p/h": "s3cr3t \0secret:env:X\0" }), match },
    processes: makeProcesses(),
    root: "/p",
    outputs: "/run/outputs",
    mask,
  }, {
    kind: "observe",
    frame: "0",
    effect: 1,
    subject: { kind: "file", path: "h" },
    cwd: null,
  }, new AbortController().signal);
  assertEquals(seen.value, "*** \ufffdsecret:env:X\ufffd");
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

async function bash(folder: string, script: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("bash", {
    args: ["-ec", script],
    cwd: folder,
    env: {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "t",
      GIT_AUTHOR_EMAIL: "t@example.invalid",
      GIT_COMMITTER_NAME: "t",
      GIT_COMMITTER_EMAIL: "t@example.invalid",
    },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

Deno.test("observe: the git fingerprint sees every change that is not committed", async () => {
  await withScratch(async (folder) => {
    const print = async (...scope: string[]): Promise<string> => {
      const { value, error } = await lookIn(folder, { kind: "git", scope });
      assertEquals(error, null);
      assertMatch(String(value), /^[0-9a-f]{40}$/);
      return String(value);
    };
    await bash(
      folder,
      "git init -q -b main; echo 1 > a; mkdir src; echo 1 > src/b",
    );
    const untracked = await print();
    await bash(folder, "git add a");
    const added = await print();
    assert(added !== untracked, "a file that was added before any commit");
    await bash(folder, "git add .; git commit -qm one");
    const clean = await print();
    assertEquals(await print(), clean);
    const changes: [string, string][] = [
      ["unstaged", "echo 2 > a"],
      ["of the same size", "echo 3 > a"],
      ["staged", "echo 4 > a; git add a"],
      ["untracked", "echo n > 'new ü \" file'"],
      ["untracked, of the same size", "echo m > 'new ü \" file'"],
      ["binary", "printf '\\0\\1' > src/b"],
      ["of the mode", "chmod +x src/b"],
      ["deleted", "rm a"],
    ];
    const seen = new Set([clean]);
    for (const [name, script] of changes) {
      await bash(folder, script);
      const now = await print();
      assert(!seen.has(now), name);
      seen.add(now);
    }
    await bash(folder, "git reset -q --hard; rm new*");
    assertEquals(await print(), clean);
    await bash(folder, "echo ignored > .git/info/exclude; echo x > ignored");
    assertEquals(await print(), clean);
    const inScope = await print("src");
    await bash(folder, "echo 9 > a; echo x > other");
    assertEquals(await print("src"), inScope);
    await bash(folder, "echo x > src/new");
    assert(await print("src") !== inScope);
    await bash(
      folder,
      "mkdir aa; cd aa; git init -q; cd ..; ln -s nowhere ab; echo 1 > zz",
    );
    const before = await print();
    await bash(folder, "echo 2 > zz");
    assert(await print() !== before, "a file behind one that cannot be read");
  });
});

Deno.test("observe: without a repository the reason is told", async () => {
  await withScratch(async (folder) => {
    const { error, value } = await lookIn(folder, { kind: "git", scope: [] });
    assertEquals(value, null);
    assertMatch(
      String(error),
      /^Git cannot compare the work tree: fatal: not a git repository/,
    );
  });
  const lost = await lookIn("/", { kind: "git", scope: [] }, {
    cwd: "/no/such/folder",
  });
  assertMatch(
    String(lost.error),
    /^Git cannot compare the work tree: .*\/no\/such\/folder/,
  );
  const { error } = await observe({
    world: { files: memoryFiles(), match },
    processes: { ...makeProcesses(), find: () => null },
    root: "/",
    outputs: "/",
    mask: null,
  }, {
    kind: "observe",
    frame: "0",
    effect: 1,
    subject: { kind: "git", scope: [] },
    cwd: null,
  }, new AbortController().signal);
  assertEquals(error, "Program git was not found on PATH");
});

Deno.test("worktree: attached to an existing branch, detached when it is clean", async () => {
  await withScratch(async (folder) => {
    await bash(
      folder,
      "git init -q -b main; echo 1 > a; git add .; git commit -qm one; git branch topic",
    );
    const perform = (
      operation: "attach" | "detach",
      options: { readonly branch?: string; readonly path?: string } = {},
    ) =>
      performWorktree(
        {
          processes: makeProcesses(),
          root: folder,
          folder: `${folder}/.trees`,
        },
        {
          kind: "worktree",
          frame: "0.1",
          effect: 5,
          operation,
          branch: options.branch ?? "topic",
          path: options.path ?? null,
        },
      );
    const path = `${folder}/.trees/0.1-5`;
    assertEquals(await perform("attach"), {
      kind: "observed",
      value: path,
      error: null,
      isCancelled: false,
    });
    assertEquals(Deno.readTextFileSync(`${path}/a`), "1\n");
    Deno.writeTextFileSync(`${path}/a`, "2\n");
    const kept = await perform("detach", { path });
    assertMatch(
      String(kept.error),
      /^Git cannot detach the worktree: .*modified/,
    );
    assertEquals(Deno.readTextFileSync(`${path}/a`), "2\n");
    Deno.writeTextFileSync(`${path}/a`, "1\n");
    assertEquals((await perform("detach", { path })).error, null);
    const none = await perform("attach", { branch: "no-such" });
    assertMatch(String(none.error), /no-such/);
    assertEquals(
      (await perform("attach", { branch: "--detach" })).error,
      '"--detach" is no name of a branch',
    );
  });
});
