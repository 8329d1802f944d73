// deno-lint-ignore-file camelcase -- the names in the files are the reference's
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  allStandings,
  askedRuns,
  currentRuns,
  effectiveStatus,
  filterEvents,
  findHistory,
  findRun,
  lastEvent,
  listRuns,
  liveRuns,
  lookAtRun,
  ownerText,
  readDefinition,
  readEvents,
  readOwner,
  readRun,
  recentRun,
  recentRuns,
  standingOf,
} from "../../../src/app/runs/mod.ts";
import { followFile, watchRun } from "../../../src/app/watch/mod.ts";
import { findProject } from "../../../src/app/project/mod.ts";
import {
  LoopError,
  type RunEvent,
  type RunRecord,
} from "../../../src/model/mod.ts";
import {
  fakeSources,
  fakeSystem,
  manualClock,
  memoryFiles,
  memoryLocks,
} from "../../support/fakes.ts";

const LOOPS = "/p/.loops";
const RUNS = `${LOOPS}/runs`;

/** A run in short: id, `name:`, file, and the second at which it started. */
type Short = readonly [id: string, loop: string, file: string, second: number];

function setUp(...runs: readonly Short[]) {
  const files = memoryFiles({}, { folders: [RUNS] });
  files.create(`${RUNS}/.gitignore`, "*\n");
  for (const [id, loop, file, second] of runs) {
    const started_at = new Date(Date.UTC(2026, 0, 1, 0, 0, second))
      .toISOString();
    const record: Partial<RunRecord> = {
      schema_version: 1,
      id,
      loop,
      file,
      loop_argument: loop,
      started_at,
    };
    files.makeFolder(`${RUNS}/${id}`);
    files.replace(`${RUNS}/${id}/run.json`, JSON.stringify(record));
  }
  const setState = (id: string, state: object) =>
    files.replace(
      `${RUNS}/${id}/state.json`,
      JSON.stringify({ updated_at: "", ...state }),
    );
  return { files, setState };
}

function failing(action: () => unknown): [string, number, string | null] {
  const { message, exitStatus, hint } = assertThrows<LoopError>(
    action,
    LoopError,
  );
  return [message, exitStatus, hint];
}

const FIX = `${LOOPS}/fix.yaml`;
const THREE: readonly Short[] = [
  ["20260101-aa", "fix", FIX, 1],
  ["20260102-ab", "fix", FIX, 9],
  ["20260103-b", "other", `${LOOPS}/sub/deep.fsm.yaml`, 5],
];

Deno.test("runs: newest first by their record, damaged ones aside", () => {
  const { files } = setUp(...THREE);
  files.makeFolder(`${RUNS}/empty`);
  files.makeFolder(`${RUNS}/torn`);
  files.replace(`${RUNS}/torn/run.json`, '{"id": "to');
  files.makeFolder(`${RUNS}/later`);
  files.replace(
    `${RUNS}/later/run.json`,
    '{"schema_version": 2, "id": "later", "loop": "x"}',
  );
  const { runs, damaged } = listRuns(files, LOOPS);
  assertEquals(runs.map(({ id }) => id), [
    "20260102-ab",
    "20260103-b",
    "20260101-aa",
  ]);
  assertEquals(damaged.map(({ problem }) => problem), [
    `Cannot read "${RUNS}/empty/run.json": No such file or directory`,
    `Cannot read "${RUNS}/later/run.json": it has schema version 2, and this program knows versions up to 1`,
    `Cannot read "${RUNS}/torn/run.json": it is damaged`,
  ]);
  assertEquals(listRuns(files, "/nowhere"), { runs: [], damaged: [] });
  assertEquals(
    failing(() => findRun(files, LOOPS, "torn"))[0],
    `Cannot read "${RUNS}/torn/run.json": it is damaged`,
  );
});

Deno.test("recent runs: a run that waited stands where it started, and none is read in vain", () => {
  const { files } = setUp(
    ["20260101-waited", "a", FIX, 50],
    ...Array.from(
      { length: 30 },
      (_, index): Short => [`20260102-${10 + index}`, "b", FIX, index],
    ),
  );
  const read: string[] = [];
  const spy = {
    list: files.list,
    readText: (path: string) => {
      read.push(path);
      return files.readText(path);
    },
  };
  assertEquals(recentRun({ ...files, ...spy }, LOOPS)?.id, "20260102-39");
  assertEquals(read.length, 21);
  assertEquals(
    [...recentRuns(files, LOOPS)].map(({ id }) => id.slice(9)).slice(8, 13),
    ["31", "30", "waited", "29", "28"],
  );
  assertEquals(recentRun(setUp().files, LOOPS), null);
});

Deno.test("a run is found by its id, its loop, or the start of its id", () => {
  const { files } = setUp(...THREE);
  const found = (asked: string) => findRun(files, LOOPS, asked).run.id;
  const cases: [asked: string, id: string][] = [
    ["20260101-aa", "20260101-aa"],
    ["fix", "20260102-ab"],
    [FIX, "20260102-ab"],
    ["other", "20260103-b"],
    ["deep", "20260103-b"],
    ["sub/deep", "20260103-b"],
    ["20260103", "20260103-b"],
    ["20260101-", "20260101-aa"],
  ];
  for (const [asked, id] of cases) assertEquals(found(asked), id, asked);
});

Deno.test("a run that is not one is told with what comes near", () => {
  const { files } = setUp(...THREE);
  const find = (asked: string) => failing(() => findRun(files, LOOPS, asked));
  assertEquals(find("2026010"), [
    '"2026010" is the start of 3 run ids',
    64,
    "Give more of the id:\n  20260102-ab (fix)\n  20260103-b (other)\n  20260101-aa (fix)",
  ]);
  assertEquals(find("fxi"), [
    'Run not found: "fxi"',
    65,
    'Did you mean "fix"?',
  ]);
  assertEquals(find("zzzzzzzzz"), [
    'Run not found: "zzzzzzzzz"',
    65,
    'A run is found by its id, the start of its id, or the name of its loop; the newest run is 20260102-ab of loop "fix"',
  ]);
  assertEquals(find("")[0], 'Run not found: ""');
  assertEquals(failing(() => findRun(setUp().files, LOOPS, "fix")), [
    'Run not found: "fix"',
    65,
    `There are no runs in ${RUNS}`,
  ]);
});

Deno.test("a name that is one loop's and another one's file is told", () => {
  const { files } = setUp(
    ["1", "a", `${LOOPS}/b.yaml`, 1],
    ["2", "b", "builtin:a.yaml", 2],
    ["3", "b", "builtin:a.yaml", 3],
    ["4", "c", `${LOOPS}/c.yaml`, 4],
  );
  const { run, others } = findRun(files, LOOPS, "a");
  assertEquals([run.id, others.map(({ id }) => id)], ["3", ["1"]]);
  assertEquals(findRun(files, LOOPS, "c").others, []);
});

Deno.test("a run that was killed was told as running", async () => {
  const { files, setState } = setUp(["r", "a", FIX, 1]);
  const locks = memoryLocks(files);
  const owner = `${RUNS}/r/owner`;
  const standing = async (state: object | null, isHeld: boolean) => {
    files.remove(`${RUNS}/r/state.json`);
    if (state !== null) setState("r", state);
    files.create(owner, "");
    if (isHeld) locks.held.add(owner);
    else locks.held.delete(owner);
    const found = await effectiveStatus(locks, readRun(files, `${RUNS}/r`));
    const marks = [
      ...(found.isAlive ? ["alive"] : []),
      ...(found.isCutOff ? ["cut off"] : []),
    ];
    return [found.status, ...marks].join(" ");
  };
  const cases: [object | null, string, string][] = [
    [null, "running alive", "interrupted cut off"],
    [{ status: "running" }, "running alive", "interrupted cut off"],
    // Resumed, and its first state is not written yet.
    [{ status: "interrupted" }, "running alive", "interrupted"],
    [{ status: "timed_out" }, "running alive", "timed_out"],
    [{ status: "completed" }, "completed alive", "completed"],
    [
      { status: "failed", terminated_by: "terminal" },
      "failed alive",
      "failed",
    ],
    [{ status: "failed", terminated_by: "error" }, "running alive", "failed"],
  ];
  for (const [state, held, free] of cases) {
    const name = JSON.stringify(state);
    const [isHeld, isFree] = [true, false];
    assertEquals(await standing(state, isHeld), held, name);
    assertEquals(await standing(state, isFree), free, name);
  }
  const before = [...files.entries.keys()];
  await effectiveStatus(locks, readRun(files, `${RUNS}/r`));
  assertEquals([...files.entries.keys()], before);
});

Deno.test("who runs a run stands in its owner file; half a line there is nobody", () => {
  const { files } = setUp(["r", "a", FIX, 1]);
  const folder = `${RUNS}/r`;
  assertEquals(readOwner(files, folder), null);
  const text = ownerText(fakeSystem(), { version: "1.2.3" });
  const owner = {
    pid: 4000,
    pid_started: "boot:4000",
    host: "host",
    version: "1.2.3",
  };
  // The second is what a reader may meet while a shorter text replaces a longer one.
  for (const text2 of [text, `${text}01", "host": "elsewhere"}\n`]) {
    files.replace(`${folder}/owner`, text2);
    assertEquals(readOwner(files, folder), owner);
  }
  for (const broken of ["", "12", '{"pid": 1', '{"pid": 1}\n', "[]\n"]) {
    files.replace(`${folder}/owner`, broken);
    assertEquals(readOwner(files, folder), null, broken);
  }
});

Deno.test("a run with a damaged state file could not be found any more", () => {
  const { files } = setUp(["r", "a", FIX, 1]);
  const path = `${RUNS}/r/state.json`;
  assertEquals(readRun(files, `${RUNS}/r`).stateProblem, null);
  for (const text of ["", '{"status": "runn', "[]", '{"status": 1}']) {
    files.replace(path, text);
    const run = readRun(files, findRun(files, LOOPS, "r").run.path);
    assertEquals(
      [run.state, run.stateProblem],
      [null, `Cannot read "${path}": it is damaged`],
    );
  }
});

Deno.test("the definition of a run: what is damaged is named", () => {
  const { files } = setUp(["r", "a", FIX, 1]);
  const path = `${RUNS}/r/definition.json`;
  const definitions = { root: FIX, loops: {}, names: {} };
  files.replace(path, JSON.stringify({ definitions, files: { a: "b" } }));
  assertEquals(readDefinition(files, `${RUNS}/r`), {
    definitions,
    texts: { a: "b" },
  });
  for (const text of ["", "{}", '{"definitions": {}}']) {
    files.replace(path, text);
    assertEquals(failing(() => readDefinition(files, `${RUNS}/r`)), [
      `Cannot read "${path}": it is damaged`,
      65,
      null,
    ]);
  }
});

// ------------------------------------------------------------------ how runs stand

function setUpWorld(...runs: readonly Short[]) {
  const { files, setState } = setUp(...runs);
  const locks = memoryLocks(files);
  const sources = fakeSources({});
  const world = {
    files,
    locks,
    sources,
    clock: manualClock({ nowMs: Date.UTC(2026, 0, 1, 0, 1) }),
    system: fakeSystem(),
  };
  const hold = (id: string) => {
    files.makeFolder(`${RUNS}/.live`);
    files.create(`${RUNS}/.live/${id}`, "");
    files.create(`${RUNS}/${id}/owner`, "");
    locks.held.add(`${RUNS}/${id}/owner`);
  };
  return { ...world, world, setState, hold };
}

Deno.test("a run that ended while it was looked at was told as cut off", async () => {
  const { files, locks, setState, hold, world } = setUpWorld(
    ["r", "a", FIX, 1],
  );
  setState("r", { status: "running" });
  hold("r");
  // The state is read after the lock: whatever happens in between, both agree.
  const racing = {
    files,
    locks: {
      isHeld: async (path: string) => {
        const isHeld = await locks.isHeld(path);
        if (!isHeld) return false;
        setState("r", { status: "completed" });
        locks.held.delete(path);
        return true;
      },
    },
  };
  const look = await lookAtRun(racing, `${RUNS}/r`);
  assertEquals([look.run.state?.status, look.condition], [
    "completed",
    { status: "completed", isAlive: true, isCutOff: false },
  ]);
  // Resumed between two looks: it is not cut off.
  setState("r", { status: "running" });
  let looks = 0;
  const resumed = {
    files,
    locks: { isHeld: () => Promise.resolve(looks++ > 0) },
  };
  assertEquals(
    (await lookAtRun(resumed, `${RUNS}/r`)).condition.status,
    "running",
  );
  assertEquals((await standingOf(world, `${RUNS}/r`)).status, "interrupted");
});

Deno.test("live runs are found by their sign and believed by their lock", async () => {
  const { files, locks, world, hold } = setUpWorld(...THREE);
  assertEquals(await liveRuns(world, LOOPS), []);
  hold("20260101-aa");
  hold("20260103-b");
  hold("20260102-ab");
  locks.held.delete(`${RUNS}/20260102-ab/owner`);
  files.create(`${RUNS}/.live/gone`, "");
  const ids = async (asked: string) =>
    (await askedRuns(world, findProject(world), asked)).map(({ id }) => id);
  assertEquals((await liveRuns(world, LOOPS)).map(({ id }) => id), [
    "20260103-b",
    "20260101-aa",
  ]);
  const { running, last } = await currentRuns(world, LOOPS);
  assertEquals(running.map(({ id }) => id), ["20260103-b", "20260101-aa"]);
  assertEquals(last?.id, "20260102-ab");
  // Who goes on now comes before who started last.
  assertEquals(await ids("fix"), ["20260101-aa"]);
  assertEquals(await ids("20260102-ab"), ["20260102-ab"]);
  assertEquals(await ids("20260102"), ["20260102-ab"]);
  locks.held.clear();
  assertEquals(await ids("fix"), ["20260102-ab"]);
  files.makeFolder(`${RUNS}/20260104-new`);
  await assertRejects(
    () => ids("20260104-new"),
    LoopError,
    `Cannot read "${RUNS}/20260104-new/run.json": No such file or directory`,
  );
});

Deno.test("a run that is being started or removed was told as damaged", async () => {
  const { files, world, clock } = setUpWorld(...THREE);
  files.makeFolder(`${RUNS}/20260104-new`);
  const stat = (path: string) => {
    const info = files.stat(path);
    return info === null ? null : { ...info, modifiedMs: world.clock.nowMs() };
  };
  const young = { ...world, files: { ...files, stat } };
  assertEquals((await allStandings(young, LOOPS)).damaged, []);
  await clock.advance(60_000);
  const { runs, damaged } = await allStandings(world, LOOPS);
  assertEquals(runs.map(({ record }) => record.id), [
    "20260102-ab",
    "20260103-b",
    "20260101-aa",
  ]);
  assertEquals(damaged.map(({ path }) => path), [`${RUNS}/20260104-new`]);
});

Deno.test("a run whose record came while it was looked at was told as damaged", async () => {
  const { files, world } = setUpWorld(...THREE);
  const record = `${RUNS}/20260104-new/run.json`;
  files.makeFolder(`${RUNS}/20260104-new`);
  const readText = (path: string) => {
    try {
      return files.readText(path);
    } finally {
      if (path === record) files.replace(record, "{}");
    }
  };
  const looking = { ...world, files: { ...files, readText } };
  assertEquals((await allStandings(looking, LOOPS)).damaged, []);
  // What is no record is damaged, however young it is.
  assertEquals((await allStandings(world, LOOPS)).damaged.length, 1);
});

Deno.test("a run stands as its files and its lock say", async () => {
  const { files, setState, hold, world } = setUpWorld(["r", "a", FIX, 1]);
  const told = async () => {
    const { record: _record, lastEvent, ...rest } = await standingOf(
      world,
      `${RUNS}/r`,
      { hasLastEvent: true },
    );
    return { ...rest, lastEvent: lastEvent?.event ?? null };
  };
  const cutOff = {
    state: null,
    status: "interrupted" as const,
    isAlive: false,
    isCutOff: true,
    pid: 4000,
    canResume: true,
    folder: ".loops/runs/r/",
    elapsedMs: 0,
    nowMs: Date.UTC(2026, 0, 1, 0, 1),
    logUpdatedMs: null,
    lastEvent: null,
    problem: null,
  };
  // Somebody else resumed it.
  files.replace(
    `${RUNS}/r/owner`,
    ownerText(fakeSystem(), { version: "1" }),
  );
  assertEquals(await told(), cutOff);
  const state = {
    status: "running",
    accumulated_ms: 2000,
    updated_at: "2026-01-01T00:00:40+00:00",
  };
  setState("r", state);
  files.replace(`${RUNS}/r/log`, "");
  files.replace(
    `${RUNS}/r/events.jsonl`,
    '{"event":"route","ts":"2026-01-01T00:00:40+00:00","from":"a","to":"b","seq":1}\n{"inp',
  );
  hold("r");
  const alive = {
    ...cutOff,
    state: { ...state, updated_at: state.updated_at },
    status: "running",
    isAlive: true,
    isCutOff: false,
    canResume: false,
    elapsedMs: 22_000,
    logUpdatedMs: 0,
    lastEvent: "route",
  };
  assertEquals(await told() as unknown, alive);
});

// ------------------------------------------------------------------ events

const EVENTS = [
  { event: "loop_start", ts: "2026-01-01T00:00:00+00:00", loop: "a" },
  {
    event: "state_enter",
    ts: "2026-01-01T00:00:01+00:00",
    state: "a",
    iteration: 1,
  },
  { event: "action_output", ts: "2026-01-01T00:00:02+00:00", line: "x" },
  { event: "action_output", ts: "2026-01-01T00:00:02+00:00", line: "y" },
  { event: "route", ts: "2026-01-01T00:00:03+00:00", from: "a", to: "b" },
  {
    event: "state_enter",
    ts: "2026-01-01T00:00:04+00:00",
    state: "b",
    iteration: 2,
  },
] as unknown as readonly RunEvent[];

Deno.test("events: what can be read is shown, damage is numbered, a torn end is none", () => {
  const file = "/e.jsonl";
  const [first, second] = EVENTS.map((event) => JSON.stringify(event));
  const read = (text: string) =>
    readEvents(memoryFiles({ [file]: text }), file);
  assertEquals(
    read(`${first}\n{"input":"stop","seq":2}\n[]\n\nx\n${second}\n{"eve`),
    { events: EVENTS.slice(0, 2), damagedLines: [3, 5], definitions: null },
  );
  assertEquals(read("").events, []);
});

Deno.test("events: audit and history failed for a run that was just starting", () => {
  assertEquals(readEvents(memoryFiles({}), "/e.jsonl"), {
    events: [],
    damagedLines: [],
    definitions: null,
  });
  const lost = memoryFiles({ "/state.json": "{}" });
  assertThrows(() => readEvents(lost, "/e.jsonl"), LoopError, "/e.jsonl");
});

Deno.test("events: the last one is found behind long inputs without reading it all", () => {
  const file = "/e.jsonl";
  const long = JSON.stringify({ input: "outcome", text: "x".repeat(80_000) });
  const line = JSON.stringify(EVENTS[4]);
  const files = memoryFiles({
    [file]: `${"padding\n".repeat(160_000)}${line}\n${long}\n{"ev`,
  });
  const asked: number[] = [];
  const spy = {
    stat: files.stat,
    readEnd: (path: string, maxBytes: number) => {
      asked.push(maxBytes);
      return files.readEnd(path, maxBytes);
    },
  };
  assertEquals(lastEvent(spy, file), EVENTS[4]);
  assertEquals(asked, [65_536, 1_048_576]);
  assertEquals(lastEvent(memoryFiles({ [file]: `${long}\n` }), file), null);
  assertEquals(lastEvent(memoryFiles(), file), null);
});

Deno.test("events: filtered first, then cut to the last", () => {
  const wanted = (filter: Partial<Parameters<typeof filterEvents>[1]>) =>
    filterEvents(EVENTS, {
      event: null,
      state: null,
      sinceMs: null,
      hasOutput: false,
      tail: 50,
      ...filter,
    }).map((event) => EVENTS.indexOf(event));
  assertEquals(wanted({}), [0, 1, 4, 5]);
  assertEquals(wanted({ hasOutput: true }), [0, 1, 2, 3, 4, 5]);
  // The tail was cut before the output was left out.
  assertEquals(wanted({ tail: 3 }), [1, 4, 5]);
  assertEquals(wanted({ state: "b" }), [4, 5]);
  assertEquals(wanted({ state: "a", tail: 1 }), [4]);
  assertEquals(wanted({ event: "state_enter" }), [1, 5]);
  assertEquals(wanted({ sinceMs: Date.UTC(2026, 0, 1, 0, 0, 3) }), [4, 5]);
});

// ------------------------------------------------------------------ watching

Deno.test("a file is followed to the last word of its run, also where it is replaced", async () => {
  const { files, locks, clock, hold } = setUpWorld(["r", "a", FIX, 1]);
  const folder = `${RUNS}/r`;
  const log = `${folder}/log`;
  const seen: string[] = [];
  const follow = async (stop = new AbortController()) => {
    const world = { files, locks, clock };
    const options = { folder, file: "log", stop: stop.signal };
    for await (const { text, isUpToDate } of followFile(world, options)) {
      seen.push(`${text}${isUpToDate ? "." : "…"}`);
    }
  };
  hold("r");
  const following = follow();
  await clock.advance(200);
  assertEquals(seen, []);
  files.replace(log, "one\n");
  await clock.advance(100);
  files.replace(log, "one\ntwo");
  await clock.advance(100);
  files.replace(log, "rotated\n");
  await clock.advance(100);
  // What was written before the lock was let go is read.
  files.replace(log, "rotated\nlast\n");
  locks.held.clear();
  await clock.advance(100);
  await following;
  assertEquals(seen.splice(0), ["one\n.", "two.", "rotated\n.", "last\n."]);
  await follow();
  assertEquals(seen.splice(0), ["rotated\nlast\n."]);
  locks.held.add(`${folder}/owner`);
  const stop = new AbortController();
  const stopped = follow(stop);
  await clock.advance(100);
  stop.abort();
  await clock.advance(0);
  await stopped;
  assertEquals(seen, ["rotated\nlast\n."]);
});

Deno.test("a run is watched by its journal, with the definitions that hold in the end", async () => {
  const { files, locks, clock } = setUpWorld(["r", "a", FIX, 1]);
  const folder = `${RUNS}/r`;
  const definitions = { root: "x", loops: {}, names: {} };
  const resume = { input: "resume", nowMs: 1, context: {}, env: {} };
  files.replace(
    `${folder}/events.jsonl`,
    [EVENTS[0], { ...resume, definitions }, "torn", EVENTS[1], resume]
      .map((line) => line === "torn" ? "{" : JSON.stringify(line)).join("\n") +
      '\n{"event":',
  );
  const seen = [];
  const stop = new AbortController().signal;
  for await (
    const each of watchRun({ files, locks, clock }, { folder, stop })
  ) seen.push(each);
  assertEquals(seen.length, 1);
  assertEquals(seen[0]?.definitions, definitions);
  assertEquals(
    seen[0]?.parts.map((part) =>
      part.kind === "event" ? part.event.event : part.input.input
    ),
    ["loop_start", "resume", "state_enter", "resume"],
  );
});

// ------------------------------------------------------------------ history

Deno.test("history: runs of ours and of the reference, in both of its layouts", async () => {
  const { files, world, setState } = setUpWorld(...THREE);
  setState("20260102-ab", {
    status: "completed",
    iteration: 4,
    accumulated_ms: 61_000.4,
  });
  const archive = (path: string, state: object | string | null) => {
    const folder = `${LOOPS}/.history/${path}`;
    files.makeFolder(folder);
    files.replace(`${folder}/events.jsonl`, "");
    if (state === null) return;
    const text = typeof state === "string" ? state : JSON.stringify(state);
    files.replace(`${folder}/state.json`, text);
  };
  const started = (second: number) => ({
    status: "running",
    iteration: 3,
    started_at: `2025-03-01T00:00:0${second}+00:00`,
    accumulated_ms: 5,
  });
  archive("fix/2025-03-01T000001", { loop_name: "fix", ...started(1) });
  archive("2025-03-01T000002-fix", started(2));
  // Its folder ends like one of "fix": the name inside counts.
  archive("2025-03-01T000002-auto-fix", { loop_name: "auto-fix" });
  archive("2025-03-01T000003-sub/deep", "{ torn");
  const project = findProject(world);
  const ask = async (asked: string | null, run: string | null = null) => {
    const found = await findHistory(world, project, { asked, run });
    if (found.kind === "run") return found.run.events.slice(LOOPS.length + 1);
    return found.entries.map(({ runId, loop, status }) =>
      `${runId} ${loop} ${status}`
    );
  };
  assertEquals(await ask(null), [
    "20260102-ab fix completed",
    "20260103-b other interrupted",
    "20260101-aa fix interrupted",
    "2025-03-01T000002 fix interrupted",
    "2025-03-01T000001 fix interrupted",
    "2025-03-01T000002 auto-fix null",
    "2025-03-01T000003 sub/deep null",
  ]);
  assertEquals((await ask("fix")).length, 4);
  assertEquals(await ask("auto-fix"), ["2025-03-01T000002 auto-fix null"]);
  assertEquals(await ask("20260102"), "runs/20260102-ab/events.jsonl");
  assertEquals(
    await ask("fix", "2025-03-01T000002"),
    ".history/2025-03-01T000002-fix/events.jsonl",
  );
  assertEquals(
    await ask("fix", "2025-03-01T000001"),
    ".history/fix/2025-03-01T000001/events.jsonl",
  );
  const refused = async (asked: string, run: string | null = null) => {
    try {
      await ask(asked, run);
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      return `${error.exitStatus} ${error.message}: ${error.hint}`;
    }
  };
  assertEquals(
    await refused("2025-03-01T000002"),
    '64 "2025-03-01T000002" may be 2 runs: Name one of them:\n' +
      "  ll-loop history fix 2025-03-01T000002\n" +
      "  ll-loop history auto-fix 2025-03-01T000002",
  );
  assertEquals(
    await refused("fxi"),
    '65 Run or loop not found: "fxi": Did you mean "fix"?',
  );
  assertEquals(
    await refused("fix", "2019"),
    '65 Run not found: "2019" of loop "fix": `ll-loop history` lists the runs that there are',
  );
});
