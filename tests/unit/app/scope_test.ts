// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { normalize } from "@std/path";
import {
  acquireScope,
  type Blocker,
  describeBlocker,
  findOverlap,
  findWaiters,
  type LiveClaim,
  parseLock,
  parseWaiter,
  readHolders,
  readWaiters,
  renderLock,
  renderWaiter,
  resolveScope,
  type ScopeRequest,
} from "../../../src/app/scope/mod.ts";
import { LoopError } from "../../../src/model/mod.ts";
import {
  failure,
  fakeSystem,
  type FakeSystemOptions,
  manualClock,
  type ManualClockOptions,
  memoryFiles,
  memoryLocks,
} from "../../support/fakes.ts";
import { waitUntil } from "../../support/scratch.ts";

const RUNNING = "/p/.loops/.running";
const QUEUE = "/p/.loops/.queue";

function fakeWorld(
  options: { system?: FakeSystemOptions; clock?: ManualClockOptions } = {},
) {
  const clock = manualClock({ skipsSleep: true, ...options.clock });
  const files = memoryFiles({}, { clock, folders: [RUNNING, QUEUE] });
  return {
    clock,
    files,
    locks: memoryLocks(files),
    system: fakeSystem(options.system),
  };
}

function request(overrides: Partial<ScopeRequest> = {}): ScopeRequest {
  return {
    runningDir: RUNNING,
    queueDir: QUEUE,
    runId: "me",
    loopName: "mine",
    singleton: false,
    scope: ["/p"],
    ancestors: [],
    queue: false,
    queueTimeoutMs: 5000,
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** Text of a lock file as the reference writes it. */
function foreignLock(overrides: Record<string, unknown> = {}): string {
  return JSON.stringify({
    loop_name: "theirs",
    scope: ["/p/src"],
    pid: 77,
    started_at: "2026-01-01T00:00:00+00:00",
    ...overrides,
  });
}

/** Text of a lock file as we write it. */
function ourLock(
  runId: string,
  overrides: Record<string, unknown> = {},
): string {
  return foreignLock({ run_id: runId, pid_started: "boot:1", ...overrides });
}

function ourWaiter(
  runId: string,
  since: string,
  scope: readonly string[] = ["/p/src"],
): string {
  return renderWaiter({
    loopName: `loop-${runId}`,
    runId,
    pid: 55,
    pidStarted: "boot:2",
    scope,
    isSingleton: false,
    since,
  }, "x");
}

async function lockedError(
  world: ReturnType<typeof fakeWorld>,
  overrides: Partial<ScopeRequest> = {},
): Promise<LoopError> {
  const error = await assertRejects<LoopError>(
    () => acquireScope(world, request(overrides)),
    LoopError,
  );
  assertEquals(error.code, "locked");
  assertEquals(error.exitStatus, 75);
  return error;
}

Deno.test("scopes overlap by whole components", () => {
  const cases: [string[], string[], [string, string] | null][] = [
    [["/p/src"], ["/p/src2"], null],
    [["/p/src"], ["/p/src/a"], ["/p/src", "/p/src/a"]],
    [["/p/src/a"], ["/p/src"], ["/p/src/a", "/p/src"]],
    [["/p"], ["/p"], ["/p", "/p"]],
    [["/"], ["/p/x"], ["/", "/p/x"]],
    [["/a", "/b"], ["/c", "/b/d"], ["/b", "/b/d"]],
    [["/p/src.bak"], ["/p/src"], null],
    [[], ["/p"], null],
  ];
  for (const [scope, other, wanted] of cases) {
    assertEquals(findOverlap(scope, other), wanted, `${scope} ${other}`);
  }
});

Deno.test("scope entries are made absolute under the root, each once", () => {
  const cases: [string[], string[]][] = [
    [[], ["/p"]],
    [["."], ["/p"]],
    [[""], ["/p"]],
    [["src/", "src", "./src//"], ["/p/src"]],
    [["../other", "/abs/x/"], ["/abs/x", "/other"]],
    [["src/**"], ["/p/src/**"]],
    [["/"], ["/"]],
  ];
  for (const [entries, wanted] of cases) {
    assertEquals(resolveScope("/p", entries, normalize), wanted, `${entries}`);
  }
  const files = memoryFiles({}, {
    folders: ["/p", "/real/deep"],
    links: { "/p/link": "/real/deep" },
  });
  assertEquals(resolveScope("/p", ["link/new", "link/.."], files.realPath), [
    "/real",
    "/real/deep/new",
  ]);
});

Deno.test("the record has the reference's fields first, and comes back", () => {
  const claim = {
    loopName: "mine",
    runId: "me",
    pid: 4000,
    pidStarted: "boot:4000",
    scope: ["/p/src"],
    isSingleton: true,
    since: "2026-01-01T00:00:00.000Z",
  };
  const lock = renderLock(claim);
  assertEquals(
    lock,
    '{"loop_name":"mine","scope":["/p/src"],"pid":4000,"started_at":"2026-01-01T00:00:00.000Z","singleton":true,"run_id":"me","pid_started":"boot:4000"}',
  );
  assertEquals(parseLock(lock), claim);
  const waiter = renderWaiter(claim, "theirs");
  assertEquals(
    waiter,
    '{"id":"me","loopName":"mine","enqueuedAt":"2026-01-01T00:00:00.000Z","context":{"waitingFor":"theirs","scope":["/p/src"],"pid":4000},"singleton":true,"run_id":"me","pid_started":"boot:4000"}',
  );
  assertEquals(parseWaiter(waiter), claim);
});

Deno.test("a scope that is a text is a list of one; times come in any form", () => {
  assertEquals(parseLock(foreignLock({ scope: "/p/x" }))?.scope, ["/p/x"]);
  const cases: [unknown, string][] = [
    ["2026-01-01T01:00:00.123456+01:00", "2026-01-01T00:00:00.123Z"],
    [1_767_225_600.5, "2026-01-01T00:00:00.500Z"],
    [1_767_225_600_500, "2026-01-01T00:00:00.500Z"],
    ["soon", ""],
    [null, ""],
    ["+275760-09-13T00:00:00.000Z", ""],
  ];
  for (const [started, wanted] of cases) {
    const claim = parseLock(foreignLock({ started_at: started }));
    assertEquals(claim?.since, wanted, String(started));
  }
});

const GARBAGE = {
  "a list": "[]",
  "a pid": "4121",
  "a text": '"x"',
  "null": "null",
  "nothing": "",
  "half a record": '{"loop_name":"x","sco',
  "pid 0": foreignLock({ pid: 0 }),
  "a negative pid": foreignLock({ pid: -5 }),
  "a pid that is text": foreignLock({ pid: "77" }),
  "a pid with a fraction": foreignLock({ pid: 1.5 }),
  "no scope": foreignLock({ scope: null }),
  "a scope of numbers": foreignLock({ scope: [1] }),
  "a relative scope": foreignLock({ scope: ["src"] }),
  "no name": foreignLock({ loop_name: 5 }),
};

for (const [what, text] of Object.entries(GARBAGE)) {
  Deno.test(`a lock file with ${what} is ignored with a warning, and stays`, async () => {
    const world = fakeWorld();
    const file = `${RUNNING}/x.lock`;
    world.files.create(file, text);
    const warnings: string[] = [];
    const lock = await acquireScope(
      world,
      request({ onWarning: (warning) => warnings.push(warning) }),
    );
    assertEquals(warnings, [
      `Ignored "${file}": it does not say who holds what`,
    ]);
    assertEquals(world.files.readText(file), text);
    await lock.release();
  });
}

Deno.test("what a start that was cut off left of its own lock stayed, with a warning for ever", async () => {
  for (const text of ["", '{"loop_name":"x","sco']) {
    const world = fakeWorld();
    const name = "20260101T000000000Z-0a1b2c3d";
    const files = [`${RUNNING}/${name}.lock`, `${QUEUE}/${name}.json`];
    for (const file of files) world.files.create(file, text);
    const warnings: string[] = [];
    const lock = await acquireScope(
      world,
      request({
        queue: true,
        onWarning: (warning) => warnings.push(warning),
      }),
    );
    assertEquals(warnings, []);
    assertEquals(files.map((file) => world.files.stat(file)), [null, null]);
    await lock.release();
  }
});

Deno.test("garbage in the queue does not block, and is warned of once", async () => {
  const world = fakeWorld();
  world.files.create(`${QUEUE}/x.json`, "[]");
  world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
  world.locks.held.add(`${RUNNING}/them.lock`);
  const warnings: string[] = [];
  await lockedError(world, {
    queue: true,
    queueTimeoutMs: 200,
    onWarning: (warning) => warnings.push(warning),
  });
  assertEquals(warnings.length, 1);
});

Deno.test("a locked file that says nothing holds everything", async () => {
  const world = fakeWorld();
  world.files.create(`${RUNNING}/x.lock`, "");
  world.locks.held.add(`${RUNNING}/x.lock`);
  const error = await lockedError(world);
  assertEquals(
    error.message,
    `Cannot start loop "mine": a process that cannot be named holds the lock "${RUNNING}/x.lock"`,
  );
});

Deno.test("a lock file that must not be read counts by its lock", async () => {
  const world = fakeWorld();
  const file = `${RUNNING}/x.lock`;
  world.files.create(file, "");
  const files = {
    ...world.files,
    readTextIfExists(path: string): string | null {
      if (path === file) throw failure("unreadable", path, "Permission denied");
      return world.files.readTextIfExists(path);
    },
  };
  await (await acquireScope({ ...world, files }, request())).release();
  world.locks.held.add(file);
  await assertRejects(
    () => acquireScope({ ...world, files }, request()),
    LoopError,
    "cannot be named",
  );
});

Deno.test("the record stands while the scope is held and goes with it", async () => {
  const world = fakeWorld();
  const lock = await acquireScope(world, request({ scope: ["/p/src"] }));
  assertEquals(world.files.list(RUNNING), [
    ".acquire.lock",
    ".gitignore",
    "me.lock",
  ]);
  assertEquals(world.files.readText(`${RUNNING}/.gitignore`), "*\n");
  const claims = await readHolders(world, RUNNING);
  assertEquals(claims.live.map((claim) => [claim.runId, claim.scope]), [
    ["me", ["/p/src"]],
  ]);
  assertEquals(claims.live[0]?.pid, 4000);
  assertEquals(claims.live[0]?.pidStarted, "boot:4000");
  assertEquals([...world.locks.held], [`${RUNNING}/me.lock`]);
  await lock.release();
  await lock.release();
  assertEquals(world.files.list(RUNNING), [".acquire.lock", ".gitignore"]);
  assertEquals([...world.locks.held], []);
});

Deno.test("a refused run leaves nothing behind and says who, what and the way out", async () => {
  const world = fakeWorld();
  world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
  world.locks.held.add(`${RUNNING}/them.lock`);
  const error = await lockedError(world);
  assertEquals(
    error.message,
    'Cannot start loop "mine": loop "theirs" (run them, pid 77) holds "/p/src", which overlaps "/p"',
  );
  assertEquals(
    error.hint,
    'Wait for it with --queue, or give the loops a "scope:" each that does not overlap',
  );
  assertEquals(world.files.list(RUNNING), [
    ".acquire.lock",
    ".gitignore",
    "them.lock",
  ]);
  assertEquals(world.files.list(QUEUE), []);
});

Deno.test("disjoint scopes run side by side", async () => {
  const world = fakeWorld();
  const first = await acquireScope(
    world,
    request({ runId: "a", scope: ["/p/src"] }),
  );
  const second = await acquireScope(
    world,
    request({ runId: "b", scope: ["/p/src2"] }),
  );
  await lockedError(world, { runId: "c", scope: ["/p/src/deep"] });
  await first.release();
  const third = await acquireScope(
    world,
    request({ runId: "c", scope: ["/p/src/deep"] }),
  );
  await second.release();
  await third.release();
});

Deno.test("our dead holder is removed, the live one by its lock alone stays", async () => {
  const world = fakeWorld({ system: { processes: { 77: {} } } });
  world.files.create(`${RUNNING}/dead.lock`, ourLock("dead"));
  const lock = await acquireScope(world, request());
  assertEquals(world.files.stat(`${RUNNING}/dead.lock`), null);
  await lock.release();
});

Deno.test("the reference's holders are believed by pid and time of start", async () => {
  const writtenMs = Date.UTC(2026, 0, 1);
  const cases: [
    string,
    FakeSystemOptions,
    { isFree: boolean; isRemoved: boolean },
  ][] = [
    ["dead", {}, { isFree: true, isRemoved: true }],
    [
      "alive, start unknown",
      { processes: { 77: {} } },
      { isFree: false, isRemoved: false },
    ],
    [
      "alive, older than its file",
      { processes: { 77: { startedMs: writtenMs - 60_000 } } },
      { isFree: false, isRemoved: false },
    ],
    [
      "another process by now",
      { processes: { 77: { startedMs: writtenMs + 60_000 } } },
      { isFree: true, isRemoved: false },
    ],
    ["unknown", { isAlive: () => null }, { isFree: false, isRemoved: false }],
    ["our own pid", { pid: 77 }, { isFree: true, isRemoved: true }],
  ];
  for (const [what, system, wanted] of cases) {
    const world = fakeWorld({ system, clock: { nowMs: writtenMs } });
    world.files.create(`${RUNNING}/theirs.lock`, foreignLock());
    const lock = await acquireScope(world, request()).catch(() => null);
    assertEquals(lock !== null, wanted.isFree, what);
    assertEquals(
      world.files.stat(`${RUNNING}/theirs.lock`) === null,
      wanted.isRemoved,
      what,
    );
    await lock?.release();
  }
});

Deno.test("the reference's holder is named without a run", async () => {
  const world = fakeWorld({ system: { processes: { 77: {} } } });
  world.files.create(`${RUNNING}/theirs.lock`, foreignLock());
  const error = await lockedError(world, { scope: ["/p/src"] });
  assertEquals(
    error.message,
    'Cannot start loop "mine": loop "theirs" (pid 77) holds "/p/src"',
  );
});

Deno.test("a loop that starts a loop does not block itself", async () => {
  const cases: [
    string,
    string,
    Partial<ScopeRequest>,
    FakeSystemOptions,
    boolean,
  ][] = [
    ["by run id", ourLock("up"), { ancestors: ["top", "up"] }, {}, true],
    ["another run", ourLock("up"), { ancestors: ["top"] }, {}, false],
    [
      "by parent process",
      ourLock("up"),
      {},
      {
        ancestors: () => [9, 77, 1],
        processes: { 77: { start: "boot:1" } },
      },
      true,
    ],
    [
      "by the same pid of another start",
      ourLock("up"),
      {},
      {
        ancestors: () => [9, 77, 1],
        processes: { 77: { start: "boot:2" } },
      },
      false,
    ],
    [
      "the reference as parent",
      foreignLock(),
      {},
      { ancestors: () => [9, 77, 1], processes: { 77: {} } },
      true,
    ],
    ["the reference as stranger", foreignLock(), {}, {
      ancestors: () => [9, 1],
      processes: { 77: {} },
    }, false],
  ];
  for (const [what, text, overrides, system, isFree] of cases) {
    const world = fakeWorld({ system });
    world.files.create(`${RUNNING}/up.lock`, text);
    world.locks.held.add(`${RUNNING}/up.lock`);
    const lock = await acquireScope(world, request(overrides)).catch(() =>
      null
    );
    assertEquals(lock !== null, isFree, what);
    assert(world.files.stat(`${RUNNING}/up.lock`) !== null, what);
    await lock?.release();
  }
});

Deno.test("siblings conflict although they share their parent", async () => {
  const world = fakeWorld();
  for (const name of ["up", "sibling"]) {
    world.files.create(`${RUNNING}/${name}.lock`, ourLock(name));
    world.locks.held.add(`${RUNNING}/${name}.lock`);
  }
  const error = await lockedError(world, { ancestors: ["up"] });
  assertStringIncludes(error.message, "run sibling");
});

Deno.test("a singleton runs alone by name, whatever the scopes", async () => {
  const cases: [boolean, boolean, string, boolean][] = [
    [true, true, "mine", false],
    [true, true, "other", true],
    [true, false, "mine", true],
    [false, true, "mine", true],
  ];
  for (const [isOurs, isTheirs, name, isFree] of cases) {
    const world = fakeWorld();
    world.files.create(
      `${RUNNING}/them.lock`,
      ourLock("them", {
        loop_name: name,
        ...(isTheirs ? { singleton: true } : {}),
      }),
    );
    world.locks.held.add(`${RUNNING}/them.lock`);
    const asked = { singleton: isOurs, scope: ["/elsewhere"] };
    if (isFree) {
      await (await acquireScope(world, request(asked))).release();
    } else {
      const error = await lockedError(world, asked);
      assertEquals(
        error.message,
        'Cannot start loop "mine": loop "mine" (run them, pid 77) is running, and only one at a time may run (singleton)',
      );
      assertEquals(error.hint, "Wait for it with --queue");
    }
  }
});

Deno.test("waiting ends at its deadline with the holder's name, and leaves the queue", async () => {
  const world = fakeWorld();
  world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
  world.locks.held.add(`${RUNNING}/them.lock`);
  const waits: Blocker[] = [];
  const error = await lockedError(world, {
    queue: true,
    queueTimeoutMs: 1000,
    onWait(blocker) {
      waits.push(blocker);
      assertEquals(world.files.readText(`${QUEUE}/.gitignore`), "*\n");
      const waiter = JSON.parse(world.files.readText(`${QUEUE}/me.json`));
      assertEquals(waiter.context.waitingFor, "theirs");
    },
  });
  assertEquals(waits.map(describeBlocker), [
    'loop "theirs" (run them, pid 77) holds "/p/src", which overlaps "/p"',
  ]);
  assertEquals(
    error.message,
    'Cannot start loop "mine": loop "theirs" (run them, pid 77) holds "/p/src", which overlaps "/p", after waiting 1 s',
  );
  assertStringIncludes(error.hint ?? "", "Wait longer with --queue-timeout");
  assertEquals(world.files.list(QUEUE), [".gitignore"]);
  assertEquals(world.clock.monotonicMs(), 1000);
});

Deno.test("a long queue kept the acquire lock busy: who waits only looks", async () => {
  const world = fakeWorld({ system: { processes: { 55: {} } } });
  world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
  world.locks.held.add(`${RUNNING}/them.lock`);
  for (const id of ["w1", "w2"]) {
    const since = `2025-12-31T23:59:0${id[1]}.000Z`;
    world.files.create(`${QUEUE}/${id}.json`, ourWaiter(id, since));
    world.locks.held.add(`${QUEUE}/${id}.json`);
  }
  const touched: string[] = [];
  const locks = {
    ...world.locks,
    tryExclusive(path: string) {
      touched.push(`take ${path.split("/").at(-1)}`);
      return world.locks.tryExclusive(path);
    },
    isHeld(path: string) {
      touched.push(`probe ${path.split("/").at(-1)}`);
      return world.locks.isHeld(path);
    },
  };
  await assertRejects(
    () =>
      acquireScope(
        { ...world, locks },
        request({ queue: true, queueTimeoutMs: 5000 }),
      ),
    LoopError,
    'loop "theirs" (run them, pid 77) holds',
  );
  const count = (what: string): number =>
    touched.filter((each) => each === what).length;
  assertEquals(count("take .acquire.lock"), 1);
  // Every now and then at all of them, meanwhile at the last one in line.
  assert(count("probe w1.json") < 5, `${count("probe w1.json")} looks`);
  assert(count("probe w2.json") > 30, `${count("probe w2.json")} probes`);
});

Deno.test("a queued run gave up on a busy acquire lock after 10 s", async () => {
  const world = fakeWorld();
  const sentinel = `${RUNNING}/.acquire.lock`;
  const patienceMs: (number | undefined)[] = [];
  const warnings: string[] = [];
  const locks = {
    ...world.locks,
    tryExclusive(path: string, options: { retryMs?: number } = {}) {
      if (path !== sentinel) return world.locks.tryExclusive(path);
      patienceMs.push(options.retryMs);
      return patienceMs.length === 1
        ? Promise.resolve(null)
        : world.locks.tryExclusive(path);
    },
  };
  const waiting = request({
    queue: true,
    queueTimeoutMs: 60_000,
    onWarning: (message) => warnings.push(message),
  });
  const lock = await acquireScope({ ...world, locks }, waiting);
  assertEquals(patienceMs, [10_000, 50_000]);
  assertEquals(warnings, [
    `another process has held "${sentinel}" for 10 s; still waiting for it`,
  ]);
  await lock.release();
  patienceMs.length = 0;
  const error = await assertRejects<LoopError>(
    () => acquireScope({ ...world, locks }, request()),
    LoopError,
  );
  assertEquals([error.code, patienceMs], ["locked", [10_000]]);
  assertEquals(
    error.message,
    `Cannot start loop "mine": another process has held "${sentinel}" for 10 s`,
  );
});

Deno.test("of a crowd that starts at once, who did not even get to look was told of the acquire lock", async () => {
  const world = fakeWorld({ system: { processes: { 77: {} } } });
  world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
  world.locks.held.add(`${RUNNING}/them.lock`);
  world.locks.held.add(`${RUNNING}/.acquire.lock`);
  const { message } = await lockedError(world);
  assertEquals(
    message,
    'Cannot start loop "mine": loop "theirs" (run them, pid 77) holds "/p/src", which overlaps "/p"',
  );
});

Deno.test("an owner that is seen to live needs no probe, a zombie does", async () => {
  const probed: string[] = [];
  for (const isZombie of [false, true]) {
    const world = fakeWorld({
      system: {
        processes: { 77: { start: "boot:1" } },
        isAlive: () => !isZombie,
      },
    });
    world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
    const locks = {
      ...world.locks,
      isHeld(path: string) {
        probed.push(`${isZombie ? "zombie" : "alive"} ${path}`);
        return world.locks.isHeld(path);
      },
    };
    const { live, dead } = await readHolders({ ...world, locks }, RUNNING);
    assertEquals([live.length, dead.length], isZombie ? [0, 1] : [1, 0]);
  }
  assertEquals(probed, [`zombie ${RUNNING}/them.lock`]);
});

Deno.test("a look from outside does not probe what is just being written", async () => {
  const world = fakeWorld();
  world.files.create(`${RUNNING}/new.lock`, "");
  world.locks.held.add(`${RUNNING}/new.lock`);
  assertEquals((await readHolders(world, RUNNING)).unnamed, []);
  assertEquals((await readHolders(world, RUNNING, { isAlone: true })).unnamed, [
    `${RUNNING}/new.lock`,
  ]);
});

Deno.test("a queue time of 0 tries once and waits for nobody", async () => {
  const world = fakeWorld();
  world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
  world.locks.held.add(`${RUNNING}/them.lock`);
  await lockedError(world, { queue: true, queueTimeoutMs: 0 });
  assertEquals(world.clock.monotonicMs(), 0);
  assertEquals(world.files.list(QUEUE), []);
});

Deno.test("waiting stops with the signal, and the signal's own error is kept", async () => {
  for (const reason of [undefined, new LoopError("interrupted", "Why")]) {
    const world = fakeWorld({ clock: { skipsSleep: false } });
    world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
    world.locks.held.add(`${RUNNING}/them.lock`);
    const stop = new AbortController();
    const waiting = assertRejects<LoopError>(
      () => acquireScope(world, request({ queue: true, signal: stop.signal })),
      LoopError,
    );
    await waitUntil("it sleeps", () => world.clock.sleeping === 1);
    stop.abort(reason);
    const error = await waiting;
    assertEquals(error.code, "interrupted");
    assertEquals(error.message === "Why", reason !== undefined);
    assertEquals(world.files.list(QUEUE), [".gitignore"]);
  }
});

Deno.test("a signal before the start takes nothing", async () => {
  const world = fakeWorld();
  const error = await assertRejects<LoopError>(
    () => acquireScope(world, request({ signal: AbortSignal.abort() })),
    LoopError,
  );
  assertEquals(error.exitStatus, 130);
  assertEquals(world.files.list(RUNNING), [".gitignore"]);
});

Deno.test("waiters are served in order, and only where scopes overlap", async () => {
  const world = fakeWorld({ clock: { skipsSleep: false } });
  const holder = await acquireScope(world, request({ runId: "holder" }));
  const order: string[] = [];
  const start = (runId: string, scope: string[]): Promise<void> =>
    acquireScope(
      world,
      request({ runId, scope, queue: true, queueTimeoutMs: Infinity }),
    ).then(async (lock) => {
      order.push(runId);
      await world.clock.sleep(250);
      order.push(`${runId} ends`);
      await lock.release();
    });
  const runs: Promise<void>[] = [];
  for (
    const [i, [runId, scope]] of ([
      ["a", "/p/src"],
      ["b", "/p/src/deep"],
      ["c", "/p/docs"],
    ] as const).entries()
  ) {
    runs.push(start(runId, [scope]));
    await waitUntil(`${runId} waits`, () => world.clock.sleeping === i + 1);
  }
  assertEquals((await readWaiters(world, QUEUE)).live.map((w) => w.runId), [
    "a",
    "b",
    "c",
  ]);
  await holder.release();
  for (let i = 0; i < 20; i++) await world.clock.advance(100);
  await Promise.all(runs);
  assertEquals(order.indexOf("a ends") < order.indexOf("b"), true);
  assertEquals(order.indexOf("c") < order.indexOf("a ends"), true);
  assertEquals(order.filter((entry) => !entry.includes("ends")), [
    "a",
    "c",
    "b",
  ]);
  assertEquals(world.files.list(QUEUE), [".gitignore"]);
});

Deno.test("a newcomer with --queue stands behind those who wait, one without takes what is free", async () => {
  const world = fakeWorld();
  world.files.create(
    `${QUEUE}/first.json`,
    ourWaiter("first", "2026-01-01T00:00:00.000Z"),
  );
  world.locks.held.add(`${QUEUE}/first.json`);
  const error = await lockedError(world, { queue: true, scope: ["/p/src"] });
  assertEquals(
    error.message,
    'Cannot start loop "mine": loop "loop-first" (run first, pid 55) waits first for "/p/src", after waiting 5 s',
  );
  await (await acquireScope(world, request())).release();
});

Deno.test("dead waiters are cleaned up and block nobody", async () => {
  const world = fakeWorld({ system: { processes: { 88: {} } } });
  world.files.create(
    `${QUEUE}/dead.json`,
    ourWaiter("dead", "2025-01-01T00:00:00.000Z"),
  );
  const foreign = (pid: number): string =>
    JSON.stringify({
      id: `w${pid}`,
      loopName: "theirs",
      enqueuedAt: "2025-01-01T00:00:00",
      context: { waitingFor: "x", scope: ["/elsewhere"], pid },
    });
  world.files.create(`${QUEUE}/w77.json`, foreign(77));
  world.files.create(`${QUEUE}/w88.json`, foreign(88));
  const lock = await acquireScope(world, request({ queue: true }));
  assertEquals(world.files.list(QUEUE), ["w88.json"]);
  await lock.release();
});

Deno.test("a clock that jumped back does not let a newcomer pass", async () => {
  const world = fakeWorld({ clock: { skipsSleep: false } });
  world.files.create(
    `${QUEUE}/first.json`,
    ourWaiter("first", "2026-06-01T00:00:00.000Z"),
  );
  world.locks.held.add(`${QUEUE}/first.json`);
  world.files.create(`${RUNNING}/them.lock`, ourLock("them"));
  world.locks.held.add(`${RUNNING}/them.lock`);
  const stop = new AbortController();
  const waiting = assertRejects(() =>
    acquireScope(world, request({ queue: true, signal: stop.signal }))
  );
  await waitUntil("it sleeps", () => world.clock.sleeping === 1);
  assertEquals((await readWaiters(world, QUEUE)).live.map((w) => w.runId), [
    "first",
    "me",
  ]);
  stop.abort();
  await waiting;
});

// A waits for P, whose child C must not stand behind A: P waits for C.
Deno.test("who waits for our ancestor is passed by, and who waits for them", () => {
  const claim = (runId: string | null, scope: string): LiveClaim => ({
    loopName: `loop-${runId}`,
    runId,
    pid: 1,
    pidStarted: null,
    scope: [scope],
    isSingleton: false,
    since: "",
    file: `${runId}`,
  });
  const parent = claim("parent", "/p/a");
  const child = claim("child", "/p");
  const wants = (
    waiters: LiveClaim[],
    ancestors: LiveClaim[] = [parent],
  ): string | null =>
    findWaiters(child, { waiters, ancestors: new Set(ancestors) })[0]?.file ??
      null;
  assertEquals(wants([claim("w", "/p/a/x")]), null);
  assertEquals(wants([claim("w", "/p/b")]), "w");
  const onA = { ...claim("w1", "/p/a"), scope: ["/p/a", "/p/b"] };
  assertEquals(wants([onA, claim("w2", "/p/b")]), null);
  assertEquals(wants([claim("w2", "/p/b"), onA]), "w2");
  assertEquals(wants([onA, claim(null, "/p/c")]), null);
  assertEquals(wants([claim(null, "/p/c")]), "null");
  assertEquals(wants([claim("child", "/p"), claim("w", "/p/b")]), null);
  assertEquals(wants([onA], []), "w1");
});

Deno.test("a run that is live elsewhere is not started again", async () => {
  const world = fakeWorld();
  const first = await acquireScope(world, request({ scope: ["/a"] }));
  const error = await lockedError(world, { scope: ["/b"] });
  assertEquals(
    error.message,
    'Cannot start loop "mine": run me is live in another process',
  );
  await first.release();
});

Deno.test("a folder that cannot be written stops the start with its cause", async () => {
  const world = fakeWorld();
  world.files.beforeWrite = (path) => {
    throw failure("cannot-write", path, "Read-only file system");
  };
  const error = await assertRejects<LoopError>(
    () => acquireScope(world, request()),
    LoopError,
  );
  assertEquals(error.exitStatus, 73);
  assertStringIncludes(error.message, "Read-only file system");
  assertEquals([...world.locks.held], []);
});

Deno.test("a record that cannot be written is given up, and the lock with it", async () => {
  const world = fakeWorld();
  world.files.beforeWrite = (path) => {
    if (path.endsWith("me.lock") && world.locks.held.has(path)) {
      throw failure("cannot-write", path, "No space left on device");
    }
  };
  const failing = acquireScope(world, request());
  const error = await assertRejects<LoopError>(() => failing, LoopError);
  assertEquals(error.code, "cannot-write");
  assertEquals([...world.locks.held], []);
});
