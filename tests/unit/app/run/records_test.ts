// deno-lint-ignore-file camelcase no-boolean-literal-for-arguments -- expected values; the names in the files are the reference's
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { stopAtCheckpoint } from "../../../../src/app/run/checkpoint.ts";
import { Journal } from "../../../../src/app/run/journal.ts";
import type { Project } from "../../../../src/app/project/mod.ts";
import { scopeOfRun } from "../../../../src/app/run/run_folder.ts";
import { inputsOf, readJournal } from "../../../../src/app/runs/mod.ts";
import { pruneRuns } from "../../../../src/app/run/retention.ts";
import { StateWriter } from "../../../../src/app/run/state_file.ts";
import { tamperHint } from "../../../../src/app/run/tamper_hint.ts";
import { describeTampered } from "../../../../src/engine/mod.ts";
import {
  type Input,
  LoopError,
  type RunEvent,
  type RunRecord,
  secretReference,
} from "../../../../src/model/mod.ts";
import {
  failure,
  fakeSystem,
  manualClock,
  memoryFiles,
  memoryLocks,
} from "../../../support/fakes.ts";
import { outcomeOf, play } from "../../../support/play.ts";

const FOLDER = "/p/.loops/runs/r1";
const TS = "2026-01-01T00:00:00+00:00";

function openJournal(
  options: { readonly isSynced?: boolean; readonly lastSeq?: number } = {},
) {
  const files = memoryFiles({}, { folders: [`${FOLDER}/outputs`] });
  const system = fakeSystem();
  const journal = new Journal({
    files,
    system,
    folder: FOLDER,
    lastSeq: options.lastSeq ?? 0,
    isSynced: options.isSynced ?? true,
  });
  const text = (): string =>
    files.entries.get(`${FOLDER}/events.jsonl`)?.text ?? "";
  const setText = (next: string): void =>
    files.replace(`${FOLDER}/events.jsonl`, next);
  const read = () => readJournal({ files, system }, FOLDER);
  return { files, journal, text, setText, read };
}

const OUTPUT: RunEvent = {
  event: "action_output",
  ts: TS,
  line: "grün 😀\ud800\0",
};

function outcomeInput(stdout: string, stderr = ""): Input {
  return {
    input: "outcome",
    nowMs: 5,
    frame: "0",
    effect: 1,
    outcome: outcomeOf({ stdout, stderr }),
  };
}

Deno.test("journal: one line each, numbered, in ASCII, read back the same", () => {
  const { journal, text, read, files } = openJournal();
  const start: Input = {
    input: "start",
    nowMs: 1,
    context: { k: "ü" },
    env: {},
    maxDepth: 2,
  };
  journal.writeInput(start);
  journal.writeEvents([{ event: "loop_start", ts: TS, loop: "a" }, OUTPUT]);
  journal.writeEvents([]);
  journal.writeInput(outcomeInput("out\n"));
  assertEquals(journal.seq, 4);
  assertEquals(
    text().split("\n")[2],
    String
      .raw`{"event":"action_output","ts":"${TS}","line":"gr\u00fcn \ud83d\ude00\ud800\u0000","seq":3}`,
  );
  assertEquals(/[^\n\x20-\x7e]/.test(text()), false);
  const { lines, isTorn } = read();
  assertEquals(isTorn, false);
  assertEquals(lines.map(({ seq }) => seq), [1, 2, 3, 4]);
  assertEquals(lines[2], { ...OUTPUT, seq: 3 });
  assertEquals(inputsOf(lines), [start, outcomeInput("out\n")]);
  assertEquals(files.synced, [`${FOLDER}/events.jsonl`]);
});

Deno.test("journal: only outcomes of actions are synced, none with durability fast", () => {
  const { journal, files } = openJournal({ isSynced: false });
  journal.writeInput(outcomeInput("x".repeat(70_000)));
  assertEquals(files.synced, []);
  const synced = openJournal();
  synced.journal.writeInput({
    input: "outcome",
    nowMs: 1,
    frame: "0",
    effect: 2,
    outcome: { kind: "waited" },
  });
  assertEquals(synced.files.synced, []);
});

Deno.test("journal: long outputs stand in files of their own and come back", () => {
  const { journal, files, text, read } = openJournal();
  const exact = "y".repeat(65_536);
  const long = `${"ö".repeat(65_536)}!`;
  journal.writeInput(outcomeInput(exact, long));
  journal.writeInput(outcomeInput(long, exact));
  const [first, second] = text().trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(first.outcome.stdout.text, exact);
  const { file } = first.outcome.stderr.text;
  assertEquals(files.entries.get(`${FOLDER}/outputs/${file}`)?.text, long);
  assertEquals(second.outcome.stdout.text.file === file, false);
  assertEquals(files.synced, [
    `${FOLDER}/outputs/${file}`,
    `${FOLDER}/events.jsonl`,
    `${FOLDER}/outputs/${second.outcome.stdout.text.file}`,
    `${FOLDER}/events.jsonl`,
  ]);
  assertEquals(inputsOf(read().lines), [
    outcomeInput(exact, long),
    outcomeInput(long, exact),
  ]);
  files.replace(`${FOLDER}/outputs/${file}`, `${long}x`);
  const error = assertThrows(read, LoopError, "its content has changed");
  assertEquals(statusOf(error), 65);
  files.remove(`${FOLDER}/outputs/${file}`);
  assertThrows(read, LoopError, `outputs/${file}`);
});

Deno.test("journal: a torn last line is dropped, damage before it is named", () => {
  const { journal, text, setText, read } = openJournal();
  journal.writeEvents([OUTPUT, OUTPUT, OUTPUT]);
  const whole = text();
  for (let cut = whole.length - 1; cut > whole.length - 100; cut -= 7) {
    setText(whole.slice(0, cut));
    const { lines, isTorn, wholeBytes } = read();
    assertEquals([lines.length, isTorn], [2, true]);
    assertEquals(wholeBytes, whole.lastIndexOf("\n", whole.length - 2) + 1);
  }
  // Blocks that were never filled, as a loss of power leaves them.
  setText(`${whole}\0\0\0`);
  assertEquals([read().lines.length, read().wholeBytes], [3, whole.length]);
  setText("");
  assertEquals(read(), { lines: [], isTorn: false, wholeBytes: 0 });
  const damages: [string, (lines: string[]) => void, number][] = [
    ["not JSON", (lines) => lines.splice(1, 1, "{"), 2],
    ["zeros", (lines) => lines.splice(0, 1, "\0\0\0"), 1],
    ["a line too few", (lines) => lines.splice(1, 1), 2],
    ["a line twice", (lines) => lines.splice(1, 0, lines[0] ?? ""), 2],
    ["an empty line", (lines) => lines.splice(2, 0, ""), 3],
    ["not an object", (lines) => lines.splice(2, 1, "null"), 3],
    [
      "a character that is no byte",
      (lines) =>
        lines.splice(1, 1, lines[1]?.replace("line", "l\ufffdne") ?? ""),
      2,
    ],
  ];
  for (const [name, damage, line] of damages) {
    const lines = whole.split("\n");
    damage(lines);
    setText(lines.join("\n"));
    const error = assertThrows(
      read,
      LoopError,
      `line ${line} is damaged`,
      name,
    );
    assertEquals(statusOf(error), 65);
  }
});

Deno.test("journal: goes on counting where another left off", () => {
  const { journal, text } = openJournal({ lastSeq: 41 });
  journal.writeEvents([OUTPUT]);
  assertStringIncludes(text(), '"seq":42}');
});

Deno.test("journal: a write that fails says so", () => {
  const { journal, files } = openJournal();
  files.beforeWrite = (path) => {
    throw failure("cannot-write", path, "No space left on device");
  };
  assertEquals(
    statusOf(assertThrows(() => journal.writeEvents([OUTPUT]))),
    73,
  );
  assertThrows(() => journal.writeInput(outcomeInput("x")), LoopError);
  assertThrows(
    () => journal.writeInput(outcomeInput("x".repeat(70_000))),
    LoopError,
    "outputs/",
  );
});

const RECORD: RunRecord = {
  schema_version: 1,
  id: "r1",
  loop: "a",
  loop_argument: "a",
  file: "/p/.loops/a.yaml",
  args: [],
  context: {},
  secrets: [],
  overrides: {},
  options: {},
  loops_dir: "/p/.loops",
  project: "/p",
  scope: ["/p"],
  host: "host",
  pid: 4000,
  pid_started: null,
  started_at: TS,
  version: "0",
  runtime: "deno",
  ancestors: [],
  definition_hash: "",
};

function openState(options: { readonly writeMs?: number } = {}) {
  const manual = manualClock();
  let spentMs = 0;
  const clock = {
    ...manual,
    monotonicMs: () => manual.monotonicMs() + spentMs,
    get sleeping() {
      return manual.sleeping;
    },
  };
  const files = memoryFiles({}, { folders: [FOLDER] });
  files.beforeWrite = () => spentMs += options.writeMs ?? 0;
  const writer = new StateWriter({
    files,
    clock,
    folder: FOLDER,
    record: RECORD,
    budget: null,
    past: [],
  });
  const read = () => {
    const text = files.readTextIfExists(`${FOLDER}/state.json`);
    return text === null ? null : JSON.parse(text);
  };
  return { clock, files, writer, read };
}

Deno.test("state file: the reference's fields, then ours", async () => {
  const { clock, writer, read } = openState();
  const secret = secretReference("context", "key");
  const run = play(
    `a: {action: "x \${context.key}", capture: c, append_to_messages: m, on_no: a, on_yes: b}\nb: {loop: sub, on_yes: a}\n`,
    {
      context: { key: secret },
      others: { sub: "s: {action: y, on_yes: t}\nt: {terminal: true}" },
    },
  );
  run.act({ exitCode: 1, stdout: "out\n" }, 0);
  writer.note(run.events, run.snapshot);
  await clock.advance(2500);
  writer.write(run.snapshot);
  assertEquals(read(), {
    loop_name: "a",
    current_state: "b",
    iteration: 3,
    captured: run.root.captured,
    prev_result: { ...run.root.prev },
    last_result: {
      verdict: "yes",
      details: { exit_code: 0 },
    },
    started_at: TS,
    updated_at: "2026-01-01T00:00:02.500000+00:00",
    status: "running",
    accumulated_ms: 2500,
    edge_revisit_counts: { "a->a": 1, "a->b": 1 },
    messages: ["m", "m"],
    pid: 4000,
    context: { key: "***" },
    active_sub_loop: "/p/.loops/sub.yaml",
    schema_version: 1,
    run_id: "r1",
  });
  run.stop().cancel();
  writer.write(run.snapshot);
  const { status, terminated_by, exit_status, error } = read();
  assertEquals([status, terminated_by, exit_status, error], [
    "interrupted",
    "interrupted",
    130,
    "Stopped by SIGINT",
  ]);
});

Deno.test("state file: the second of two quick states was not shown while it ran", async () => {
  const { clock, writer, read } = openState();
  const run = play("a: {action: x, on_yes: b}\nb: {action: y, on_yes: a}\n");
  writer.note(run.events, run.snapshot);
  assertEquals(read().current_state, "a");
  await clock.advance(50);
  const seen = run.events.length;
  run.act(0);
  writer.note(run.events.slice(seen), run.snapshot);
  assertEquals(read().current_state, "a");
  await clock.advance(199);
  assertEquals(read().current_state, "a");
  await clock.advance(1);
  assertEquals([read().current_state, clock.sleeping], ["b", 0]);
});

Deno.test("state file: a large one took a good part of the time of quick steps", async () => {
  const { clock, writer, read } = openState({ writeMs: 30 });
  const run = play("a: {action: x, on_yes: b}\nb: {action: y, on_yes: a}\n");
  writer.note(run.events, run.snapshot);
  const seen = run.events.length;
  run.act(0);
  writer.note(run.events.slice(seen), run.snapshot);
  // Twenty times as long as it took to write.
  await clock.advance(599);
  assertEquals(read().current_state, "a");
  await clock.advance(1);
  assertEquals(read().current_state, "b");
});

Deno.test("state file: the last write and closing drop what was pending", async () => {
  const { clock, writer, read, files } = openState();
  const run = play("a: {action: x, on_yes: b}\nb: {action: y, on_yes: a}\n");
  writer.note(run.events, run.snapshot);
  writer.note(run.events, run.snapshot);
  assertEquals(clock.sleeping, 1);
  run.act(0);
  writer.write(run.snapshot);
  assertEquals(read().current_state, "b");
  writer.note(run.events, run.snapshot);
  writer.close();
  files.remove(`${FOLDER}/state.json`);
  await clock.advance(1000);
  assertEquals([read(), clock.sleeping], [null, 0]);
});

Deno.test("state file: a late write that fails is told with the next step", async () => {
  const { clock, writer, files } = openState();
  const run = play("a: {action: x, on_yes: a}\n");
  writer.note(run.events, run.snapshot);
  writer.note(run.events, run.snapshot);
  files.beforeWrite = (path) => {
    throw failure("cannot-write", path, "No space left on device");
  };
  await clock.advance(1000);
  assertThrows(() => writer.note([], run.snapshot), LoopError, "No space left");
});

Deno.test("state file: a first write that fails is told before anything is done, a later one with the next step", async () => {
  const { clock, writer, files } = openState();
  const run = play("a: {action: x, on_yes: a}\n");
  const fail = (path: string) => {
    throw failure("cannot-write", path, "No space left on device");
  };
  const note = () => writer.note(run.events, run.snapshot);
  files.beforeWrite = fail;
  assertThrows(note, LoopError, "No space left");
  files.beforeWrite = () => {};
  note();
  await clock.advance(1000);
  files.beforeWrite = fail;
  note();
  assertThrows(() => writer.note([], run.snapshot), LoopError, "No space left");
});

Deno.test("state file: what looks like an escaped secret broke it", () => {
  const { writer, read } = openState();
  const text = String.raw`\u0000secret:env:X\u0000`;
  const run = play("a: {action: x, on_yes: a}\n", { context: { text } });
  writer.write(run.snapshot);
  assertEquals(read().context, { text });
});

Deno.test("runs whose scope is their own folder kept each other out", () => {
  const files = memoryFiles({}, { links: { "/link": "/p" } });
  const prepared = {
    project: { loopsDir: "/link/.loops" } as Project,
    scope: ["/p/src", "/p/<run folder>/work", "/p/<run folder>/work/a"],
  };
  assertEquals(scopeOfRun({ files }, prepared, "r1"), [
    "/p/src",
    "/p/.loops/runs/r1/work",
    "/p/.loops/runs/r1/work/a",
  ]);
});

Deno.test("retention: runs beyond count and age, newest kept; what can be resumed stays", async () => {
  const clock = manualClock();
  const files = memoryFiles({}, { clock, folders: ["/p/.loops/runs"] });
  const locks = memoryLocks(files);
  const add = (
    id: string,
    status: string,
    options: { loop?: string; days?: number; by?: string } = {},
  ): void => {
    const { loop = "a", days = 0, by = "terminal" } = options;
    const folder = `/p/.loops/runs/${id}`;
    files.makeFolder(folder);
    files.replace(
      `${folder}/run.json`,
      JSON.stringify({ ...RECORD, id, loop }),
    );
    files.replace(
      `${folder}/state.json`,
      JSON.stringify({
        status,
        terminated_by: by,
        updated_at: new Date(clock.nowMs() - days * 86_400_000).toISOString(),
      }),
    );
  };
  add("01", "completed", { days: 40 });
  add("02", "completed");
  add("03", "failed");
  add("04", "failed", { by: "handoff_terminated" });
  add("05", "interrupted", { days: 99, by: "interrupted" });
  add("06", "running", { days: 99 });
  add("07", "completed", { loop: "b", days: 40 });
  add("08", "completed");
  add("09", "failed", { by: "error" });
  add("10", "timed_out", { days: 80, by: "timeout" });
  add("11", "running", { days: 99 });
  files.makeFolder("/p/.loops/runs/12");
  files.replace(
    "/p/.loops/runs/12/run.json",
    JSON.stringify({
      ...RECORD,
      id: "12",
      started_at: "2020-01-01T00:00:00+00:00",
    }),
  );
  // Starts that were cut off: just now, long ago, and one that is being made.
  files.makeFolder("/p/.loops/runs/13");
  for (const id of ["14", "15"]) {
    files.makeFolder(`/p/.loops/runs/${id}`);
    files.folders.set(`/p/.loops/runs/${id}`, { uid: 1000, modifiedMs: 0 });
  }
  locks.held.add("/p/.loops/runs/15/owner");
  locks.held.add("/p/.loops/runs/11/owner");
  locks.held.add("/p/.loops/runs/02/owner");
  files.create("/p/.loops/runs/02/owner", "");
  const world = { clock, files, locks };
  const prune = (runs: number, days: number) =>
    pruneRuns(world, "/p/.loops", { runs, days });
  assertEquals(await prune(0, 0), ["14"]);
  assertEquals(await prune(0, 30), ["07", "01"]);
  assertEquals(await prune(2, 30), ["03"]);
  files.beforeWrite = (path) => {
    throw failure("cannot-write", path, "Read-only file system");
  };
  assertEquals(await prune(1, 30), []);
  files.beforeWrite = null;
  assertEquals(files.list("/p/.loops/runs"), [
    "02",
    "04",
    "05",
    "06",
    "08",
    "09",
    "10",
    "11",
    "12",
    "13",
    "15",
  ]);
  assertEquals(await prune(1, 0), ["04"]);
  assertEquals(await pruneRuns(world, "/nowhere", { runs: 1, days: 1 }), []);
});

function statusOf(error: unknown): number | null {
  return error instanceof LoopError ? error.exitStatus : null;
}

// ------------------------------------------------------------------ checkpoint

Deno.test("a checkpoint stops once its time has come, and a signal stops before it", async () => {
  const clock = manualClock();
  const stopped = new AbortController();
  const forced = new AbortController();
  const signals = { stop: stopped.signal, force: forced.signal };
  const never = stopAtCheckpoint(signals, { clock, afterMs: null });
  assertEquals(never.stop, stopped.signal);
  const due = stopAtCheckpoint(signals, { clock, afterMs: 5_400_000 });
  const closed = stopAtCheckpoint(signals, { clock, afterMs: 5_400_000 });
  assertEquals(clock.sleeping, 2);
  closed.close();
  await clock.advance(5_399_999);
  assertEquals([due.stop.aborted, clock.sleeping], [false, 1]);
  await clock.advance(1);
  assertEquals(due.stop.reason, {
    by: "caller",
    text: "The checkpoint after 1h 30m has come",
  });
  assertEquals([due.force.aborted, closed.stop.aborted], [false, false]);
  const later = stopAtCheckpoint(signals, { clock, afterMs: 1000 });
  stopped.abort({ by: "signal", signal: "SIGINT" });
  assertEquals(later.stop.reason, { by: "signal", signal: "SIGINT" });
  later.close();
  await clock.advance(0);
  assertEquals(clock.sleeping, 0);
});

Deno.test("git diff was named where no repository shows anything, with paths of another folder", () => {
  const files = [{
    path: "tests/a b.sh",
    change: "changed" as const,
    isReverted: false,
  }];
  const hint = (texts: Record<string, string>, cwd: string) =>
    tamperHint(
      { tampered: { state: "fix", files } },
      { error: describeTampered("fix", files) },
      { files: memoryFiles(texts), root: "/r/p", cwd },
    );
  const more = "; --allow-test-edits lets agents change tests";
  const git = { "/r/.git": "gitdir: /elsewhere" };
  assertEquals(
    [hint(git, "/r/p"), hint(git, "/r/p/src"), hint({}, "/r/p")],
    [
      `Look at them (git diff -- 'tests/a b.sh')${more}`,
      `Look at them (git diff -- '/r/p/tests/a b.sh')${more}`,
      `Look at them, no git repository shows what was changed${more}`,
    ],
  );
});
