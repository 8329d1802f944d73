// deno-lint-ignore-file camelcase -- the names in the files are the reference's
import { assertEquals, assertRejects } from "@std/assert";
import {
  chooseRuns,
  folderSize,
  type PruneRule,
  removeLeftovers,
  removeRun,
} from "../../../src/app/prune/mod.ts";
import { LoopError } from "../../../src/model/mod.ts";
import { failure, memoryFiles, memoryLocks } from "../../support/fakes.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 100);
const RUNS = "/p/.loops/runs";

/** A run in short: its loop, how long ago it was heard of, and how it stands. */
type Short = readonly [
  loop: string,
  days: number,
  stands?: "live" | "resumable",
];

/** Newest first. */
const THESE: readonly Short[] = [
  ["a", 0, "live"],
  ["a", 1],
  ["b", 2],
  ["a", 3, "resumable"],
  ["a", 4],
  ["a", 40, "live"],
  ["a", 41],
  ["a", 42, "resumable"],
  ["b", 43],
  ["a", 99, "resumable"],
];

function chosen(rule: PruneRule): number[] {
  const runs = THESE.map(([loop, days, stands]) => {
    const updated_at = new Date(NOW_MS - days * DAY_MS).toISOString();
    return {
      record: { loop, started_at: updated_at },
      state: days === 42 ? null : { updated_at },
      isAlive: stands === "live",
      canResume: stands === "resumable",
    };
  }) as unknown as Parameters<typeof chooseRuns>[0];
  return chooseRuns(runs, { rule, nowMs: NOW_MS })
    .map((run) => runs.indexOf(run));
}

Deno.test("prune: by the configuration, runs that could go on stay", () => {
  const kept = (runs: number, days: number) =>
    chosen({ kind: "retention", retention: { runs, days } });
  assertEquals(kept(0, 0), []);
  assertEquals(kept(200, 30), [6, 8]);
  assertEquals(kept(1, 0), [4, 6, 8]);
  assertEquals(kept(2, 0), [6]);
});

Deno.test("prune: what is asked for must all apply, and never takes a live run", () => {
  const asked = (rule: Partial<Extract<PruneRule, { kind: "asked" }>>) =>
    chosen({
      kind: "asked",
      keep: null,
      olderThanMs: null,
      isAllEnded: false,
      ...rule,
    });
  assertEquals(asked({ keep: 0 }), [1, 2, 4, 6, 8]);
  assertEquals(asked({ keep: 1 }), [4, 6, 8]);
  assertEquals(asked({ olderThanMs: 30 * DAY_MS }), [6, 8]);
  assertEquals(asked({ olderThanMs: 30 * DAY_MS, keep: 1 }), [6, 8]);
  assertEquals(asked({ olderThanMs: 3 * DAY_MS, keep: 2 }), [6]);
  assertEquals(asked({ isAllEnded: true }), [1, 2, 3, 4, 6, 7, 8, 9]);
  assertEquals(asked({ isAllEnded: true, keep: 1 }), [4, 6, 7, 8, 9]);
});

function setUp() {
  const files = memoryFiles({
    [`${RUNS}/r/run.json`]: "{}",
    [`${RUNS}/r/owner`]: "",
    [`${RUNS}/r/outputs/1`]: "größer",
    [`${RUNS}/.live/r`]: "",
  });
  return { files, locks: memoryLocks(files) };
}

Deno.test("a run is removed under its lock and out of sight at once", async () => {
  const { files, locks } = setUp();
  assertEquals(folderSize(files, `${RUNS}/r`), 10);
  locks.held.add(`${RUNS}/r/owner`);
  assertEquals(await removeRun({ files, locks }, `${RUNS}/r`), "live");
  locks.held.clear();
  // Somebody resumes it, and waits for the scope.
  files.makeFolder("/p/.loops/.queue");
  files.create("/p/.loops/.queue/r.json", "{}");
  locks.held.add("/p/.loops/.queue/r.json");
  assertEquals(await removeRun({ files, locks }, `${RUNS}/r`), "waiting");
  locks.held.clear();
  const seen: string[] = [];
  files.beforeWrite = (path) => {
    const visible = files.list(RUNS).filter((name) => !name.startsWith("."));
    seen.push(
      `${path.slice(RUNS.length)}: ${visible.join()} ${
        locks.held.has(`${RUNS}/r/owner`) ? "held" : ""
      }`.trimEnd(),
    );
  };
  assertEquals(await removeRun({ files, locks }, `${RUNS}/r`), "removed");
  assertEquals(seen, [
    "/r: r held",
    "/.removed-r: r held",
    "/.removed-r:  held",
    "/.live/r:  held",
  ]);
  assertEquals(files.list(RUNS), [".live"]);
  assertEquals(locks.held.size, 0);
  assertEquals(await removeRun({ files, locks }, `${RUNS}/r`), "gone");
});

Deno.test("a run that cannot be removed stays whole, or out of sight until the next time", async () => {
  const { files, locks } = setUp();
  files.beforeWrite = (path) => {
    throw failure("cannot-write", path, "Read-only file system");
  };
  await assertRejects(
    () => removeRun({ files, locks }, `${RUNS}/r`),
    LoopError,
  );
  assertEquals(files.list(`${RUNS}/r`), ["outputs", "owner", "run.json"]);
  files.beforeWrite = (path) => {
    if (files.stat(`${RUNS}/.removed-r`) === null) return;
    throw failure("cannot-write", path, "Directory not empty");
  };
  await assertRejects(
    () => removeRun({ files, locks }, `${RUNS}/r`),
    LoopError,
  );
  assertEquals(files.list(RUNS), [".live", ".removed-r"]);
  removeLeftovers({ files }, "/p/.loops");
  assertEquals(files.list(RUNS), [".live", ".removed-r"]);
  files.beforeWrite = null;
  removeLeftovers({ files }, "/p/.loops");
  assertEquals(files.list(RUNS), [".live"]);
  assertEquals(locks.held.size, 0);
});
