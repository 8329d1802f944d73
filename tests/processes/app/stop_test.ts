// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  findLive,
  type StopOptions,
  type StoppedRun,
  stopRun,
} from "../../../src/app/stop/mod.ts";
import { readRun } from "../../../src/app/runs/mod.ts";
import { LoopError } from "../../../src/model/mod.ts";
import {
  fakeSystem,
  manualClock,
  memoryFiles,
  memoryLocks,
} from "../../support/fakes.ts";

const LOOPS = "/p/.loops";

/** How the runner of a test takes a signal: it ends after so many ms, or not at all. */
type Runner = (signal: string, count: number) => number | null;

function setUp(options: {
  readonly runner?: Runner;
  readonly owner?: object | string | null;
  readonly start?: string;
  readonly variables?: Record<string, string>;
  readonly ancestors?: readonly number[];
  readonly left?: readonly number[];
  /** When the last of them ends by itself, the others evenly before it. */
  readonly leftUntilMs?: number;
} = {}) {
  const path = `${LOOPS}/runs/r`;
  const files = memoryFiles({
    [`${path}/run.json`]: JSON.stringify({
      id: "r",
      loop: "x",
      loop_argument: "x",
      file: `${LOOPS}/x.yaml`,
      started_at: "",
      options: { grace_ms: 1000 },
    }),
  });
  const { owner = { pid: 50, pid_started: "boot:50", host: "host" } } = options;
  const text = typeof owner === "string" ? owner : `${JSON.stringify(owner)}\n`;
  files.create(`${path}/owner`, owner === null ? "" : text);
  const locks = memoryLocks(files);
  locks.held.add(`${path}/owner`);
  const clock = manualClock({ skipsSleep: true });
  const sent: string[] = [];
  const startMs = clock.monotonicMs();
  let diesAtMs = Infinity;
  const left = new Set(options.left ?? []);
  const isDead = () => clock.monotonicMs() >= diesAtMs;
  const system = fakeSystem({
    variables: options.variables ?? {},
    ancestors: () => options.ancestors ?? [],
    processStart: (pid) =>
      pid === 50 && !isDead() ? options.start ?? "boot:50" : null,
    isAlive: (pid) => pid === 50 && !isDead(),
  });
  const list = () => {
    const { leftUntilMs = Infinity } = options;
    const goneCount = (clock.monotonicMs() - startMs) * left.size / leftUntilMs;
    return [...left].slice(Math.floor(goneCount))
      .map((pid) => ({ pid, command: `sleep ${pid}` }));
  };
  const world = {
    files,
    clock,
    system,
    locks: {
      ...locks,
      isHeld: (file: string) =>
        isDead() ? Promise.resolve(false) : locks.isHeld(file),
    },
    reaper: {
      find: list,
      end: () => {
        const ended = list();
        left.clear();
        return Promise.resolve(ended);
      },
      signal(pid: number, signal: "SIGTERM" | "SIGKILL") {
        sent.push(`${clock.monotonicMs() - startMs} ${signal} ${pid}`);
        const afterMs = options.runner?.(signal, sent.length) ?? null;
        if (afterMs !== null) {
          diesAtMs = Math.min(diesAtMs, clock.monotonicMs() + afterMs);
        }
        return true;
      },
    },
  };
  const stop = (how: Partial<StopOptions> = {}): Promise<StoppedRun> =>
    stopRun(world, readRun(files, path), {
      graceMs: null,
      defaultGraceMs: 5000,
      isForced: false,
      onAsking: () => void sent.push("asking"),
      ...how,
    });
  return { world, files, locks, sent, stop };
}

async function failure(action: Promise<unknown>): Promise<LoopError> {
  const error = await assertRejects(() => action);
  assert(error instanceof LoopError, String(error));
  return error;
}

Deno.test("stop: asked once, it ends by itself in the time that it gives its actions", async () => {
  const { sent, stop } = setUp({ runner: () => 2400, left: [60] });
  const { how, pid, tookMs, ended } = await stop();
  assertEquals([how, pid, tookMs], ["ended", 50, 2400]);
  assertEquals(ended, [{ pid: 60, command: "sleep 60" }]);
  assertEquals(sent, ["0 SIGTERM 50"]);
});

Deno.test("stop: asked again it ends at once, else it is killed", async () => {
  const again = setUp({ runner: (_signal, count) => count > 1 ? 10 : null });
  assertEquals((await again.stop()).how, "ended");
  assertEquals(again.sent, ["0 SIGTERM 50", "2500 SIGTERM 50"]);
  const short = setUp({ runner: (signal) => signal === "SIGKILL" ? 0 : null });
  assertEquals((await short.stop({ graceMs: 300 })).how, "killed");
  assertEquals(short.sent[0], "0 SIGTERM 50");
  assertEquals(short.sent[1], "300 SIGTERM 50");
  assertEquals(short.sent.at(-1), "2300 SIGKILL 50");
  const forced = setUp({ runner: (_signal, count) => count > 1 ? 0 : null });
  assertEquals((await forced.stop({ isForced: true })).tookMs, 70);
  const stuck = setUp({ runner: () => null });
  const error = await failure(stuck.stop({ graceMs: 0 }));
  assertEquals(
    [error.message, error.exitStatus],
    ['Cannot stop run r of loop "x": processes of it do not end: 50', 75],
  );
});

Deno.test("stop: on a busy machine a runner was killed while it was ending its processes", async () => {
  const left = Array.from({ length: 100 }, (_, index) => 60 + index);
  const busy = (endsMs: number) =>
    setUp({
      left,
      leftUntilMs: endsMs - 500,
      runner: (signal, count) =>
        signal === "SIGKILL" ? 0 : count === 1 ? endsMs : null,
    });
  const slow = busy(8000);
  const { how, tookMs } = await slow.stop();
  assertEquals([how, tookMs], ["ended", 8000]);
  // Not for ever.
  const endless = busy(60_000);
  assertEquals((await endless.stop()).how, "killed");
  assertEquals(endless.sent.at(-1), "12500 SIGKILL 50");
});

Deno.test("stop: no process gets a signal that is not certainly the run's", async () => {
  const owners: [owner: object | string | null, start: string, why: string][] =
    [
      // Its number was given to another process.
      [
        { pid: 50, pid_started: "boot:50", host: "host" },
        "boot:99",
        "its process has number 50 elsewhere (another container), and another one here",
      ],
      [
        { pid: 50, pid_started: "boot:50", host: "far" },
        "boot:50",
        'process 50 on the machine "far" runs it',
      ],
      [null, "boot:50", "a process that cannot be named runs it"],
      ["{torn", "boot:50", "a process that cannot be named runs it"],
    ];
  for (const [owner, start, why] of owners) {
    const { sent, stop } = setUp({ owner, start });
    const error = await failure(stop());
    assertEquals(
      [error.message, error.exitStatus],
      [`Cannot stop run r of loop "x": ${why}`, 75],
    );
    assertEquals(sent, []);
  }
});

Deno.test("stop: a run that this program is a part of is asked, and not waited for", async () => {
  for (
    const ours of [
      { variables: { LL_RUN_ID: "outer:r:inner" } },
      { ancestors: [90, 50] },
    ]
  ) {
    const { sent, stop } = setUp({ ...ours, left: [60] });
    assertEquals((await stop()).how, "asked");
    assertEquals(sent, ["asking", "0 SIGTERM 50"]);
  }
});

Deno.test("stop: of a run that is not running only what it left is ended", async () => {
  const { sent, stop, locks } = setUp({ left: [60, 61] });
  locks.held.clear();
  const { how, pid, ended } = await stop();
  assertEquals([how, pid, ended.length], ["swept", null, 2]);
  const error = await failure(stop());
  assertEquals(
    [error.message, error.exitStatus],
    ['Run r of loop "x" is not running: it was cut off', 1],
  );
  assertEquals(sent, []);
});

Deno.test("stop: which runs are meant", async () => {
  const files = memoryFiles();
  const locks = memoryLocks(files);
  for (const [id, loop] of [["1", "fix"], ["2", "fix"], ["3", "fix-types"]]) {
    const path = `${LOOPS}/runs/${id}`;
    files.makeFolder(path);
    files.create(
      `${path}/run.json`,
      JSON.stringify({
        id,
        loop,
        loop_argument: loop,
        file: `${LOOPS}/${loop}.yaml`,
        started_at: id,
      }),
    );
    files.create(`${path}/owner`, "");
  }
  const live = (...ids: string[]) => {
    locks.held.clear();
    for (const id of ids) locks.held.add(`${LOOPS}/runs/${id}/owner`);
  };
  const find = async (asked: string | null, isAll = false) => {
    const found = await findLive({ files, locks }, LOOPS, { asked, isAll });
    return found.map(({ id }) => id);
  };
  live("1", "3");
  // The newest run of the loop is not the one that is live.
  assertEquals(await find("fix"), ["1"]);
  assertEquals(await find("2"), ["2"]);
  live("1", "2", "3");
  assertEquals(await find("fix"), ["2", "1"]);
  const [all, none]: [string | null, boolean][] = [[null, true], [null, false]];
  assertEquals(await find(...all as [null, boolean]), ["3", "2", "1"]);
  const error = await failure(find(...none as [null, boolean]));
  assertEquals(error.exitStatus, 64);
  live("2");
  assertEquals(await find(null), ["2"]);
  live();
  assertEquals(await find("fix"), ["2"]);
  await assertRejects(() => find(null), LoopError, "No run is live here");
  await assertRejects(() => find("fxi"), LoopError, "Run not found");
});
