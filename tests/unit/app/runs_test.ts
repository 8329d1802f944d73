// deno-lint-ignore-file camelcase -- the names in the files are the reference's
import { assertEquals, assertThrows } from "@std/assert";
import {
  effectiveStatus,
  findRun,
  listRuns,
  ownerText,
  readDefinition,
  readOwner,
  readRun,
} from "../../../src/app/runs/mod.ts";
import { LoopError, type RunRecord } from "../../../src/model/mod.ts";
import { fakeSystem, memoryFiles, memoryLocks } from "../../support/fakes.ts";

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
    const { run } = findRun(files, LOOPS, "r");
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
