// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values

import { assert, assertEquals } from "@std/assert";
import {
  makeReaper,
  supervise,
  superviseWith,
} from "../../../../src/adapters/process/mod.ts";
import { belongsTo } from "../../../../src/adapters/process/run_marker.ts";
import type { Supervisor } from "../../../../src/ports/mod.ts";
import {
  becomes,
  fixture,
  fixtureWord,
  IN_VAIN_MS,
  isAlive,
  killAll,
  listen,
  numbers,
  openedList,
  processesWith,
  shell,
} from "../../../support/processes.ts";
import { waitUntil, withScratch } from "../../../support/scratch.ts";

const ignore = Deno.build.os !== "linux";
let runs = 0;

/** Returns an id that no other test run on this machine has. */
function newRunId(): string {
  return `test-${Deno.pid}-${performance.timeOrigin}-${++runs}`;
}

/** Runs `use` with a supervisor; whatever it leaves behind is a failure of the test. */
async function supervised(
  use: (supervisor: Supervisor, runId: string) => Promise<void>,
): Promise<void> {
  const runId = newRunId();
  const supervisor = supervise({ runId, ancestors: [] });
  try {
    await use(supervisor, runId);
  } finally {
    await supervisor.sweep({ graceMs: 0 });
    await supervisor.close();
  }
  assertEquals(processesWith(runId, "environ"), []);
  assertEquals(processesWith(runId, "cmdline"), []);
}

/** Starts an action and waits for its end; returns the numbers after "ready". */
async function leaveBehind(
  supervisor: Supervisor,
  action: string,
  changes: Parameters<typeof shell>[1] = {},
): Promise<number[]> {
  const { outcome } = supervisor.start(shell(action, changes));
  const { stdout, exitCode } = await outcome;
  assertEquals(exitCode, 0);
  return numbers(stdout.text.replace("ready", ""));
}

Deno.test(
  { name: "every child carries the chain of runs", ignore },
  async () => {
    const supervisor = supervise({ runId: "c", ancestors: ["a", "b"] });
    const spec = shell("echo $LL_RUN_ID ${LL_DETACHED_FROM-none}", {
      env: { LL_RUN_ID: "wrong" },
    });
    const attached = await supervisor.start(spec).outcome;
    assertEquals(attached.stdout.text, "a:b:c none\n");
    const detached = await supervisor.start({ ...spec, detach: true }).outcome;
    assertEquals(detached.stdout.text, "a:b:c c\n");
    await supervisor.close();
  },
);

Deno.test("a process belongs to the runs of its chain, detached ones aside", () => {
  const chain = "X=1\0LL_RUN_ID=a:run-1\0Y=2\0";
  assertEquals(belongsTo(chain, "a"), true);
  assertEquals(belongsTo(chain, "run-1"), true);
  for (const other of ["run-", "run", "un-1", "a:run-1", "X", ""]) {
    assertEquals(belongsTo(chain, other), false, other);
  }
  assertEquals(belongsTo("MY_LL_RUN_ID=a\0NOTE=LL_RUN_ID=a\0", "a"), false);
  // Detached from the inner run, it still ends with the outer one.
  const detached = `${chain}LL_DETACHED_FROM=run-1\0`;
  assertEquals(belongsTo(detached, "run-1"), false);
  assertEquals(belongsTo(detached, "a"), true);
});

Deno.test({
  name: "a sweep finds nothing after actions that left nothing",
  ignore,
}, async () => {
  await supervised(async (supervisor) => {
    assertEquals(await supervisor.sweep({ graceMs: 1000 }), []);
    await supervisor.start(shell("true")).outcome;
    assertEquals(await supervisor.sweep({ graceMs: 1000 }), []);
  });
});

Deno.test({
  name:
    "background processes live on after their action, whatever they print, until the sweep",
  ignore,
}, async () => {
  await supervised(async (supervisor) => {
    const server =
      "(while :; do echo tick; echo tock >&2; sleep 0.01; done) & echo ready $!";
    const { stdout } = await supervisor.start(shell(server)).outcome;
    const pid = Number(/ready (\d+)/.exec(stdout.text)?.[1]);
    // Each line would be its death if its pipe were closed.
    await supervisor.start(shell("sleep 0.05")).outcome;
    assertEquals(isAlive(pid), true);
    const survivors = await supervisor.sweep({ graceMs: 1000 });
    assertEquals(survivors.some((survivor) => survivor.pid === pid), true);
    assertEquals(isAlive(pid), false);
  });
});

Deno.test({
  name: "a sweep ends every kind of process that was left, by TERM or KILL",
  ignore,
}, async () => {
  await supervised(async (supervisor) => {
    const pids = await leaveBehind(
      supervisor,
      fixtureWord("background_tree.sh"),
    );
    assertEquals(pids.map(isAlive), pids.map(() => true));
    assertEquals(pids.length, 5);
    const survivors = await supervisor.sweep({ graceMs: 60 });
    assertEquals(pids.map(isAlive), pids.map(() => false));
    const commands = new Map(
      survivors.map(({ pid, command }) => [pid, command]),
    );
    assertEquals(pids.map((pid) => commands.get(pid)), [
      "sleep 301",
      "sleep 302",
      "timeout 303 sleep 303",
      "sleep 304",
      "sleep 305",
    ]);
    assertEquals(await supervisor.sweep({ graceMs: 60 }), []);
  });
});

Deno.test({ name: "a sweep ends stopped processes", ignore }, async () => {
  await supervised(async (supervisor) => {
    const [pid = 0] = await leaveBehind(
      supervisor,
      "setsid sleep 300 >/dev/null 2>&1 & echo ready $!",
    );
    Deno.kill(pid, "SIGSTOP");
    const startedMs = performance.now();
    await supervisor.sweep({ graceMs: 60_000 });
    assertEquals(isAlive(pid), false);
    assert(performance.now() - startedMs < IN_VAIN_MS);
  });
});

Deno.test({
  name:
    "a sweep leaves detached processes alone, also those that became daemons",
  ignore,
}, async () => {
  await supervised(async (supervisor, runId) => {
    const [plain = 0, bare = 0, , , daemon = 0] = await leaveBehind(
      supervisor,
      fixtureWord("background_tree.sh"),
      { detach: true },
    );
    assertEquals(await supervisor.sweep({ graceMs: 60 }), []);
    assertEquals([plain, daemon].map(isAlive), [true, true]);
    await killAll([
      bare,
      ...processesWith(`LL_DETACHED_FROM=${runId}`, "environ"),
    ]);
  });
});

Deno.test(
  { name: "a sweep leaves the processes of other runs alone", ignore },
  async () => {
    await supervised(async (supervisor, runId) => {
      const other = supervise({ runId: `${runId}0`, ancestors: [] });
      const [pid = 0] = await leaveBehind(
        other,
        "sleep 300 >/dev/null 2>&1 & echo $!",
      );
      await leaveBehind(supervisor, "true");
      assertEquals(await supervisor.sweep({ graceMs: 60 }), []);
      assertEquals(isAlive(pid), true);
      assertEquals((await other.sweep({ graceMs: 60 })).map((it) => it.pid), [
        pid,
      ]);
      await other.close();
    });
  },
);

Deno.test(
  { name: "an outer run's sweep ends what an inner run left", ignore },
  async () => {
    await supervised(async (supervisor, runId) => {
      const inner = supervise({ runId: newRunId(), ancestors: [runId] });
      const [pid = 0] = await leaveBehind(
        inner,
        "sleep 300 >/dev/null 2>&1 & echo $!",
      );
      await inner.close();
      await becomes(pid, "sleep 300");
      const survivors = await supervisor.sweep({ graceMs: 1000 });
      assertEquals(survivors, [{ pid, command: "sleep 300" }]);
      assertEquals(isAlive(pid), false);
    });
  },
);

Deno.test({
  name: "a sweep ends 200 processes; one of another run is not held up by them",
  ignore,
}, async () => {
  await supervised(async (supervisor, runId) => {
    await leaveBehind(
      supervisor,
      `read -r line < <(${fixtureWord("many.sh")} 200); echo "$line"`,
    );
    // A process has no environment while it becomes another program.
    await waitUntil(
      "all of them",
      () => processesWith(runId, "environ").length >= 200,
    );
    const other = supervise({ runId: newRunId(), ancestors: [] });
    const startedMs = performance.now();
    assertEquals(await other.sweep({ graceMs: 60_000 }), []);
    assert(performance.now() - startedMs < IN_VAIN_MS);
    await other.close();
    const survivors = await supervisor.sweep({ graceMs: 2000 });
    assert(survivors.length >= 200);
    assertEquals(processesWith(runId, "environ"), []);
  });
});

Deno.test({
  name: "a sweep ends what forks faster than it can be listed",
  ignore,
}, async () => {
  await supervised(async (supervisor, runId) => {
    await leaveBehind(supervisor, fixtureWord("hydra.sh"));
    await supervisor.sweep({ graceMs: 20 });
    assertEquals(processesWith(runId, "environ"), []);
  });
});

// While a process becomes another program it cannot be seen whose it is.
Deno.test({
  name: "a sweep ends what becomes another program all the time",
  ignore,
}, async () => {
  for (let round = 0; round < 10; round++) {
    await supervised(async (supervisor) => {
      const [pid = 0] = await leaveBehind(
        supervisor,
        `setsid ${fixtureWord("exec_loop.sh")} >/dev/null 2>&1 & echo ready $!`,
      );
      await supervisor.sweep({ graceMs: 100 });
      assertEquals(isAlive(pid), false, `round ${round}`);
    });
  }
});

Deno.test({
  name: "a sweep stops actions that still run; they are cancelled",
  ignore,
}, async () => {
  await supervised(async (supervisor) => {
    const { outcome } = supervisor.start(shell("sleep 300"));
    assertEquals(await supervisor.sweep({ graceMs: 1000 }), []);
    const { exitCode, isCancelled } = await outcome;
    assertEquals([exitCode, isCancelled], [-15, true]);
  });
});

/** Starts a runner in a process of its own and waits until it has printed `words` lines that begin with "ready". */
async function startRunner(
  args: readonly string[],
  words = 1,
): Promise<{ child: Deno.ChildProcess; lines: string[] }> {
  const root = decodeURIComponent(
    new URL("../../../../", import.meta.url).pathname,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...args],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const ready = () =>
    text.split("\n").slice(0, -1).filter((line) => line.startsWith("ready"));
  while (ready().length < words) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return { child, lines: ready() };
}

const RUNNER = fixture("supervised_runner.ts");

Deno.test({
  name:
    "a runner killed with -9 takes its tree with it, but for what is detached",
  ignore,
}, async () => {
  const runId = newRunId();
  const tree = fixtureWord("background_tree.sh");
  const { child, lines } = await startRunner([
    "-A",
    "--no-check",
    RUNNER,
    runId,
    `exec ${tree} wait`,
    `exec ${fixtureWord("stubborn.sh")}`,
    `exec ${fixtureWord("many.sh")} 100`,
    "detach:sleep 308 & echo ready $!; wait",
  ], 4);
  const of = (count: number) =>
    lines.map((line) => numbers(line.slice(5))).find((list) =>
      list.length === count
    ) ?? [];
  const pids = [...of(5), ...of(2)];
  assertEquals(pids.map(isAlive), pids.map(() => true));
  const detached = of(1);
  assertEquals(processesWith(runId, "cmdline").length, 2);
  assert(processesWith(runId, "environ").length > 105);
  child.kill("SIGKILL");
  await child.status;
  await waitUntil("the tree is gone", () => !pids.some(isAlive));
  await waitUntil(
    "the guardian is gone",
    () => processesWith(runId, "cmdline").length === 0,
  );
  const left = processesWith(runId, "environ");
  assertEquals(left.includes(detached[0] ?? 0), true);
  assertEquals(left, processesWith(`LL_DETACHED_FROM=${runId}`, "environ"));
  await killAll(left);
});

Deno.test({
  name:
    "a runner killed with -9: what hides its environment is known by its session, however the guardian learns of it",
  ignore,
}, async () => {
  // In two groups of one session, of which no process is marked.
  const hidden =
    "set -m; env -i sleep 300 >/dev/null & echo ready $! $$; exec env -i sleep 301";
  await withScratch(async (folder) => {
    const blocked = `${folder}/blocked`;
    await Deno.mkdir(`${blocked}/sessions/full`, { recursive: true });
    const left = `${folder}/left`;
    await Deno.mkdir(left);
    await Deno.writeTextFile(`${left}/sessions`, "1       .       ");
    const cases: [how: string, ...args: string[]][] = [
      ["told by the pipe", hidden],
      ["in a file that was not open yet", `folder:${folder}`, hidden],
      ["in the file", `folder:${folder}`, hidden, "opened:", hidden, hidden],
      ["a file that cannot be made", `folder:${blocked}`, hidden],
      ["a file of a runner before", `folder:${left}`, ":", "opened:", hidden],
      [
        "a disk that is full",
        ...[`folder:${folder}`, hidden, "opened:", hidden, "full:", hidden],
      ],
    ];
    for (const [how, ...args] of cases) {
      const runId = newRunId();
      const count = args.filter((each) => each === hidden).length;
      const { child, lines } = await startRunner(
        ["-A", "--no-check", RUNNER, runId, ...args],
        count,
      );
      const pids = lines.flatMap((line) => numbers(line.slice(5)));
      assertEquals(pids.length, 2 * count, how);
      // Until then they are marked, and found by that.
      await waitUntil(
        "all have become other programs",
        () => processesWith(runId, "environ").length === 0,
      );
      assertEquals(pids.map(isAlive), pids.map(() => true), how);
      child.kill("SIGKILL");
      await child.status;
      await waitUntil(`${how}: all are gone`, () => !pids.some(isAlive));
    }
  });
});

Deno.test({
  name:
    "an action wrote another's session where the guardian looked: nothing but what the runner says is believed",
  ignore,
}, async () => {
  const foreign = new Deno.Command("setsid", { args: ["sleep", "300"] })
    .spawn();
  await becomes(foreign.pid, "sleep 300");
  try {
    await withScratch(async (folder) => {
      const runId = newRunId();
      const write =
        `for name in sessions .sessions; do echo "${foreign.pid}      .       " >"${folder}/$name"; done`;
      const { child, lines } = await startRunner([
        ...["-A", "--no-check", RUNNER, runId, `folder:${folder}`],
        `${write}; echo ready 1`,
        "opened:",
        `${write}; echo ready $$; exec env -i sleep 300`,
      ], 2);
      const own = lines.flatMap((line) => numbers(line.slice(5)))
        .find((pid) => pid > 1) ?? 0;
      assertEquals(isAlive(own), true);
      child.kill("SIGKILL");
      await child.status;
      await waitUntil(
        "the guardian is gone",
        () => processesWith(runId, "cmdline").length === 0,
      );
      assertEquals([own, foreign.pid].map(isAlive), [false, true]);
    });
  } finally {
    foreign.kill("SIGKILL");
    await foreign.status;
  }
});

Deno.test({
  name:
    "the list of sessions has those of which something is left, no name, and nothing of a guardian before",
  ignore,
}, async () => {
  await withScratch(async (folder) => {
    const runId = newRunId();
    const supervisor = supervise({ runId, ancestors: [], folder });
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name);
    const opened = () => openedList(runId);
    const read = () => Deno.readTextFileSync(opened() ?? "").trim();
    try {
      const listener = listen();
      const held = supervisor.start(
        shell("echo ready $$; sleep 300"),
        listener,
      );
      assertEquals(names(), []);
      const session = Number(await listener.heard("ready"));
      const alone = `${session}`.padEnd(8) + ".";
      await waitUntil("it is open", () => opened() !== null);
      // It may have been opened before the action was told of.
      assert(["", alone].includes(read()));
      const { mode } = await Deno.stat(opened() ?? "");
      assertEquals(mode, 0o100600);
      await supervisor.start(shell(":")).outcome;
      await waitUntil(
        "the second one is forgotten",
        () => read().startsWith(alone),
      );
      const [guardian = 0] = processesWith(
        `ll-loop-guardian ${runId}`,
        "cmdline",
      );
      Deno.kill(guardian, "SIGKILL");
      await waitUntil("a new guardian has a list", () => {
        supervisor.start(shell(":"));
        return !isAlive(guardian) && opened() !== null && read() !== "";
      });
      held.stop({ force: true });
      await held.outcome;
      await waitUntil("the first one, too", () => read().startsWith("."));
      assertEquals(names(), []);
    } finally {
      await supervisor.sweep({ graceMs: 0 });
      await supervisor.close();
    }
  });
});

Deno.test({
  name:
    "the guardian of a dead runner killed what went on with its run: it is waited for",
  ignore,
}, async () => {
  const runId = newRunId();
  const { child } = await startRunner([
    "-A",
    "--no-check",
    RUNNER,
    runId,
    `exec ${fixtureWord("many.sh")} 100`,
  ], 1);
  assertEquals(processesWith(runId, "cmdline").length, 2);
  child.kill("SIGKILL");
  await child.status;
  const ended = await makeReaper().end(runId, { graceMs: 100 });
  assertEquals(processesWith(runId, "cmdline"), []);
  assertEquals(processesWith(runId, "environ"), []);
  assert(ended.length <= 101);
});

Deno.test({
  name:
    "the guardian has no part in the run's environment, session or pipes, and ignores signals",
  ignore,
}, async () => {
  await supervised(async (supervisor, runId) => {
    const child = supervisor.start(shell("sleep 300"));
    const find = () => processesWith(`ll-loop-guardian ${runId}`, "cmdline");
    await waitUntil("a guardian", () => find().length === 1);
    const [guardian = 0] = find();
    const read = (name: string) =>
      Deno.readTextFileSync(`/proc/${guardian}/${name}`);
    await waitUntil(
      "it waits",
      () => / S /.test(read("stat")) && read("status").includes("SigIgn"),
    );
    assertEquals(read("environ"), "LC_ALL=C\0");
    const stat = read("stat");
    const [, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(
      " ",
    );
    assertEquals([Number(group), Number(session)], [guardian, guardian]);
    const links = ["0", "1", "2"].map((fd) =>
      Deno.readLinkSync(`/proc/${guardian}/fd/${fd}`)
    );
    assertEquals(links.slice(1), ["/dev/null", "/dev/null"]);
    assertEquals(links[0]?.startsWith("pipe:"), true);
    await waitUntil("it ignores signals", () => {
      const ignored = parseInt(
        /SigIgn:\s*(\w+)/.exec(read("status"))?.[1] ?? "0",
        16,
      );
      const wanted = (1 << 0) | (1 << 1) | (1 << 14);
      return (ignored & wanted) === wanted;
    });
    for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
      Deno.kill(guardian, signal);
    }
    // One that is killed all the same is replaced with the next action.
    assertEquals(find(), [guardian]);
    Deno.kill(guardian, "SIGKILL");
    await waitUntil("it is gone", () => find().length === 0);
    await waitUntil("a new one", () => {
      supervisor.start(shell("true"));
      return find().length === 1;
    });
    child.stop();
    await child.outcome;
  });
});

Deno.test({
  name: "without bash and setsid there is no guardian, and all the rest",
  ignore,
}, async () => {
  const runId = newRunId();
  const supervisor = superviseWith({ setsid: null, bash: null })({
    runId,
    ancestors: [],
  });
  const [pid = 0] = await leaveBehind(
    supervisor,
    "sleep 300 >/dev/null 2>&1 & echo $!",
  );
  assertEquals(processesWith(runId, "cmdline"), []);
  await becomes(pid, "sleep 300");
  assertEquals(await supervisor.sweep({ graceMs: 1000 }), [{
    pid,
    command: "sleep 300",
  }]);
  await supervisor.close();
});

Deno.test({
  name:
    "where processes cannot be listed, the sweep ends the groups that were left",
  ignore,
}, async () => {
  // With narrower permissions the runtime refuses all of /proc, as if this were another system.
  const { child, lines } = await startRunner([
    "--no-check",
    "--allow-run",
    "--allow-env",
    `--allow-read=${
      decodeURIComponent(new URL("../../../../", import.meta.url).pathname)
    },/usr,/bin`,
    fixture("group_sweep.ts"),
    newRunId(),
  ]);
  assertEquals((await child.status).code, 0);
  const [left = 0, stubborn = 0, isSame = 0] = numbers(
    lines[0]?.slice(5) ?? "",
  );
  assertEquals([isAlive(left), isAlive(stubborn), isSame], [false, false, 1]);
});

Deno.test({
  name:
    "the reaper knows a run by its id: it ends what is left of it, and nobody else",
  ignore,
}, async () => {
  const reaper = makeReaper();
  await supervised(async (supervisor, runId) => {
    await supervised(async (other, otherId) => {
      const left = await leaveBehind(
        supervisor,
        "(trap '' TERM; exec sleep 300 >/dev/null 2>&1) & echo ready $!",
      );
      const [stays = 0] = await leaveBehind(
        other,
        "sleep 300 >/dev/null 2>&1 & echo ready $!",
      );
      await becomes(left[0] ?? 0, "sleep 300");
      // That of a run whose runner is alive never ends.
      const guardian = `ll-loop-guardian ${runId}`;
      await killAll(processesWith(guardian, "cmdline"));
      const found = reaper.find(runId);
      assertEquals(found.map(({ pid }) => pid), left);
      assertEquals(found.map(({ command }) => command), ["sleep 300"]);
      assertEquals(await reaper.end(runId, { graceMs: 50 }), found);
      assertEquals(left.filter(isAlive), []);
      assertEquals(reaper.find(runId), []);
      assertEquals(reaper.find(otherId).map(({ pid }) => pid), [stays]);
      assertEquals(reaper.signal(stays, "SIGTERM"), true);
      await waitUntil("its end", () => !isAlive(stays));
    });
  });
  for (const pid of [0, 1, -1]) {
    assertEquals(reaper.signal(pid, "SIGTERM"), false);
  }
});
