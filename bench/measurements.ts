/** What is measured, against which budget of `docs/architecture.md`. */

import { createFiles, createSystem } from "../src/adapters/mod.ts";
import { inputsOf, readJournal } from "../src/app/mod.ts";
import { fold } from "../src/engine/mod.ts";
import { endlessLoop, longLoop, oneAction } from "./loops.ts";
import {
  type Argv,
  compare,
  isRunning,
  median,
  middle,
  peakMegabytes,
  timeOf,
} from "./measure.ts";
import { measureStreams } from "./streams.ts";

/** One line of the report. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: "×" | "ms" | "MB" | "processes";
  /** The largest value that is within the budget; `null` where there is none. */
  readonly budget: number | null;
  /** The numbers behind it. */
  readonly detail: string;
}

/** Where to measure and how thoroughly. */
export interface Bench {
  /** A scratch project: a folder with `.loops/`. */
  readonly project: string;
  /** The command line that starts the program. */
  readonly program: Argv;
  /** The one-file program. */
  readonly bundle: string;
  /** An executable of it; `null` when the bundle is measured alone. */
  readonly executable: string | null;
  /** Runs of a short program; long ones run a fifth as often. */
  readonly rounds: number;
}

/** Runs of programs that take seconds. */
function longRounds({ rounds }: Bench): number {
  return Math.max(1, Math.round(rounds / 5));
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

async function writeLoop(
  { project }: Bench,
  name: string,
  text: string,
): Promise<void> {
  await Deno.writeTextFile(`${project}/.loops/${name}.yaml`, text);
}

/** Start-up against an empty program. */
async function measureStart(bench: Bench): Promise<Row[]> {
  const { project: cwd, program, rounds } = bench;
  await writeLoop(bench, "fifty", longLoop(50));
  await Deno.writeTextFile(`${cwd}/empty.js`, "");
  const deno = Deno.execPath();
  const times = await compare({
    bash: { cwd, argv: ["bash", "-c", ":"] },
    empty: { cwd, argv: [deno, "run", "-A", "empty.js"] },
    version: { cwd, argv: [...program, "--version"] },
    list: { cwd, argv: [...program, "list"] },
    loops: { cwd, argv: [...program, "__complete", "--", "run", ""] },
    validate: { cwd, argv: [...program, "validate", "fifty"] },
  }, rounds);
  const beside = `empty program ${ms(middle(times, (t) => t.empty))}, bash ${
    ms(middle(times, (t) => t.bash))
  }`;
  const row = (
    what: string,
    pick: (round: typeof times[number]) => number,
    budget: number,
  ): Row => ({
    what,
    value: middle(times, (t) => pick(t) / t.empty),
    unit: "×",
    budget,
    detail: `${ms(middle(times, pick))}; ${beside}`,
  });
  return [
    row("start: --version", (t) => t.version, 1.8),
    row("start: list", (t) => t.list, 1.8),
    row("start: completion of a loop", (t) => t.loops, 1.8),
    row("start: validate, 50 states", (t) => t.validate, 4),
  ];
}

/** Megabytes of a file, and of it compressed, for people who download it. */
async function sizeOf(path: string): Promise<{ mb: number; gzipMb: number }> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  let packed = 0;
  const stream = file.readable.pipeThrough(new CompressionStream("gzip"));
  for await (const chunk of stream) packed += chunk.length;
  return { mb: size / 1e6, gzipMb: packed / 1e6 };
}

/** Makes an executable of an empty program; `null` where nothing can be compiled. */
async function compileEmpty(folder: string): Promise<string | null> {
  await Deno.writeTextFile(`${folder}/empty.js`, "");
  const output = `${folder}/empty`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["compile", "--quiet", "--allow-all", "--no-check", "--no-config"],
      ...["--no-code-cache", "--output", output, "empty.js"],
    ],
    cwd: folder,
    stdout: "null",
    stderr: "null",
  }).output();
  return success ? output : null;
}

/** The forms in which the program comes, each against an empty program in the same form. */
async function measureForms(bench: Bench): Promise<Row[]> {
  const { project: cwd, bundle, executable, rounds } = bench;
  const deno = Deno.execPath();
  await Deno.writeTextFile(`${cwd}/empty.js`, "");
  const bash: Argv = ["bash", "-c", ":"];
  const forms: {
    readonly name: string;
    readonly file: string;
    readonly own: Argv;
    readonly empty: Argv;
    readonly budget: number | null;
  }[] = [{
    name: "ll-loop.js",
    file: bundle,
    own: [deno, "run", "-A", bundle],
    empty: [deno, "run", "-A", "empty.js"],
    budget: 1.8,
  }];
  if (executable !== null) {
    const empty = await compileEmpty(cwd);
    if (empty === null) {
      throw new Error("Cannot compile an empty program to compare with");
    }
    forms.push({
      name: "executable",
      file: executable,
      own: [executable],
      empty: [empty],
      budget: null,
    });
  }
  const rows: Row[] = [];
  for (const { name, file, own, empty, budget } of forms) {
    const size = await sizeOf(file);
    rows.push({
      what: `size: ${name}`,
      value: size.mb,
      unit: "MB",
      budget: null,
      detail: `${size.gzipMb.toFixed(1)} MB compressed`,
    });
    const times = await compare({
      bash: { cwd, argv: bash },
      empty: { cwd, argv: empty },
      version: { cwd, argv: [...own, "--version"] },
    }, rounds);
    const beside = `empty program ${ms(middle(times, (t) => t.empty))}, bash ${
      ms(middle(times, (t) => t.bash))
    }`;
    rows.push({
      what: `start: --version, ${name}`,
      value: middle(times, (t) => t.version / t.empty),
      unit: "×",
      budget,
      detail: `${ms(middle(times, (t) => t.version))}; ${beside}`,
    });
    if (Deno.build.os !== "linux") continue;
    const peak = async (argv: Argv) => {
      const peaks: number[] = [];
      for (let round = 0; round < longRounds(bench); round++) {
        peaks.push(await peakMegabytes(argv, { cwd, pollMs: 1 }));
      }
      return median(peaks);
    };
    const [ownMb, emptyMb, bashMb] = [
      await peak([...own, "--version"]),
      await peak(empty),
      // It must live long enough to be looked at.
      await peak(["bash", "-c", "sleep 0.1; :"]),
    ];
    rows.push({
      what: `memory: --version, ${name}, above an empty program`,
      value: ownMb - emptyMb,
      unit: "MB",
      budget: null,
      detail: `${ownMb.toFixed(0)} MB; empty program ${
        emptyMb.toFixed(0)
      } MB, bash ${bashMb.toFixed(0)} MB`,
    });
  }
  return rows;
}

/** Validation of a large loop beyond that of a small one. */
async function measureValidate(bench: Bench): Promise<Row[]> {
  const { project: cwd, program } = bench;
  await writeLoop(bench, "tiny", longLoop(1));
  await writeLoop(bench, "huge", longLoop(2000));
  const times = await compare({
    tiny: { cwd, argv: [...program, "validate", "tiny"] },
    huge: { cwd, argv: [...program, "validate", "huge"] },
  }, longRounds(bench));
  return [{
    what: "validate, 2,000 states, beyond 1 state",
    value: middle(times, (t) => t.huge - t.tiny),
    unit: "ms",
    budget: 300,
    detail: `${ms(middle(times, (t) => t.huge))} and ${
      ms(middle(times, (t) => t.tiny))
    }`,
  }];
}

/** The same loop again in a process that has checked it before. */
async function measureWarmCheck(bench: Bench): Promise<Row[]> {
  const script = new URL("warm_check.ts", import.meta.url).href;
  const config = new URL("../deno.json", import.meta.url).pathname;
  const firsts: number[] = [];
  const warms: number[] = [];
  for (let round = 0; round < longRounds(bench); round++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", config, script, "200"],
      stdin: "null",
      stderr: "inherit",
    }).output();
    const { first, warm } = JSON.parse(new TextDecoder().decode(stdout));
    firsts.push(first);
    warms.push(warm);
  }
  return [{
    what: "another check in a warm process, 200 states",
    value: median(warms),
    unit: "ms",
    budget: 10,
    detail: `the first took ${ms(median(firsts))}; ${warms.length} runs`,
  }];
}

const STEPS = 1000;
/** Few enough that a round is short against what else the machine does. */
const SHELL_STEPS = 200;
/** A run that is ended by its step limit. */
const LIMIT_STATUS = 1;

/** Shell steps against bare spawns of the same shell. */
async function measureShellSteps(bench: Bench): Promise<Row[]> {
  const { project: cwd, program } = bench;
  const floor = new URL("floor.ts", import.meta.url).href;
  const deno = Deno.execPath();
  const bare = (way: string, count: number) => ({
    cwd,
    argv: [deno, "run", "-A", floor, way, String(count)] as const,
  });
  const steps = SHELL_STEPS;
  const action = ":";
  await writeLoop(bench, "shell", endlessLoop("shell", { steps, action }));
  await writeLoop(bench, "shell1", endlessLoop("shell1", { steps: 1, action }));
  const run = (...args: string[]) => ({
    cwd,
    status: LIMIT_STATUS,
    argv: [...program, "run", ...args] as const,
  });
  const times = await compare({
    plain1: bare("plain", 1),
    plain: bare("plain", steps),
    setsid1: bare("setsid", 1),
    setsid: bare("setsid", steps),
    run1: run("shell1"),
    run: run("shell"),
    fast: run("shell", "--durability", "fast"),
  }, Math.ceil(longRounds(bench) * STEPS / steps));
  type Times = typeof times[number];
  const each = (many: number, one: number): number =>
    (many - one) / (steps - 1);
  const step = (t: Times): number => each(t.run, t.run1);
  const fast = (t: Times): number => each(t.fast, t.run1);
  const plain = (t: Times): number => each(t.plain, t.plain1);
  const setsid = (t: Times): number => each(t.setsid, t.setsid1);
  const detail = `step ${ms(middle(times, step))}, setsid bash ${
    ms(middle(times, setsid))
  }, bash ${ms(middle(times, plain))}; ${times.length * steps} steps`;
  return [
    {
      what: "shell step, against a bare spawn",
      value: middle(times, (t) => step(t) / plain(t)),
      unit: "×",
      budget: 2.1,
      detail,
    },
    {
      what: "shell step, against a spawn in its own session",
      value: middle(times, (t) => step(t) / setsid(t)),
      unit: "×",
      budget: null,
      detail,
    },
    {
      what: "shell step, beyond a spawn in its own session",
      value: middle(times, (t) => step(t) - setsid(t)),
      unit: "ms",
      budget: 0.7,
      detail,
    },
    {
      what: "shell step without disk sync, beyond the same",
      value: middle(times, (t) => fast(t) - setsid(t)),
      unit: "ms",
      budget: null,
      detail: `step ${ms(middle(times, fast))}`,
    },
  ];
}

/** Transitions between states that do nothing. */
async function measureTransitions(bench: Bench): Promise<Row[]> {
  const { project: cwd, program } = bench;
  await writeLoop(bench, "idle", endlessLoop("idle", { steps: STEPS }));
  await writeLoop(bench, "idle1", endlessLoop("idle1", { steps: 1 }));
  const run = (name: string) => ({
    cwd,
    status: LIMIT_STATUS,
    argv: [...program, "run", name] as const,
  });
  const times = await compare(
    { many: run("idle"), one: run("idle1") },
    longRounds(bench),
  );
  return [{
    what: "transition without an effect",
    value: middle(times, (t) => (t.many - t.one) / (STEPS - 1)),
    unit: "ms",
    budget: 0.1,
    detail: `${STEPS} in ${ms(middle(times, (t) => t.many))}, 1 in ${
      ms(middle(times, (t) => t.one))
    }`,
  }];
}

/** Memory of a run whose action prints 1 GB. */
async function measureMemory(bench: Bench): Promise<Row[]> {
  if (Deno.build.os !== "linux") return [];
  const { project: cwd, program } = bench;
  await writeLoop(bench, "silent", oneAction("silent", ":"));
  const line = "x".repeat(99);
  await writeLoop(
    bench,
    "loud",
    oneAction("loud", `yes ${line} | head -c 1000000000`),
  );
  const idle: number[] = [];
  const loud: number[] = [];
  let tookMs = 0;
  for (let round = 0; round < longRounds(bench); round++) {
    idle.push(await peakMegabytes([...program, "run", "silent"], { cwd }));
    const startMs = performance.now();
    loud.push(await peakMegabytes([...program, "run", "loud"], { cwd }));
    tookMs = performance.now() - startMs;
  }
  return [{
    what: "peak memory, action printing 1 GB, above idle",
    value: median(loud) - median(idle),
    unit: "MB",
    budget: 40,
    detail: `${median(loud).toFixed(0)} MB and ${
      median(idle).toFixed(0)
    } MB; took ${ms(tookMs)}`,
  }];
}

const GRACE_MS = 1000;

/** The way from TERM to the end of a run whose processes do not listen. */
async function measureStop(bench: Bench): Promise<Row[]> {
  if (Deno.build.os !== "linux") return [];
  const { project: cwd, program } = bench;
  await writeLoop(
    bench,
    "stubborn",
    oneAction(
      "stubborn",
      [
        "trap '' TERM INT HUP",
        "for i in 1 2 3 4 5; do",
        "  setsid bash -c 'trap \"\" TERM; echo $$ >> pids; while :; do sleep 60; done' &",
        "  bash -c 'trap \"\" TERM; echo $$ >> pids; while :; do sleep 60; done' &",
        "done",
        "while [ $(wc -l < pids) -lt 10 ]; do sleep 0.05; done",
        "echo ready > ready",
        "wait",
      ].join("\n"),
    ),
  );
  await Deno.writeTextFile(
    `${cwd}/.loops/config.yaml`,
    `grace: ${GRACE_MS / 1000}\n`,
  );
  const [executable, ...args] = program;
  const times: number[] = [];
  let survivors = 0;
  for (let round = 0; round < longRounds(bench); round++) {
    await Deno.writeTextFile(`${cwd}/pids`, "");
    await Deno.remove(`${cwd}/ready`).catch(() => {});
    const child = new Deno.Command(executable, {
      args: [...args, "run", "stubborn"],
      cwd,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    while (!await Deno.stat(`${cwd}/ready`).catch(() => null)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const startMs = performance.now();
    child.kill("SIGTERM");
    await child.status;
    times.push(performance.now() - startMs);
    const pids = (await Deno.readTextFile(`${cwd}/pids`)).trim().split("\n");
    survivors += pids.map(Number).filter(isRunning).length;
  }
  await Deno.remove(`${cwd}/.loops/config.yaml`);
  return [
    {
      what: `TERM to exit, stubborn tree, grace ${ms(GRACE_MS)}`,
      value: median(times),
      unit: "ms",
      budget: GRACE_MS + 1000,
      detail:
        `10 processes, half in sessions of their own; ${times.length} runs`,
    },
    {
      what: "survivors of that",
      value: survivors,
      unit: "processes",
      budget: 0,
      detail: `of ${10 * times.length}`,
    },
  ];
}

const JOURNAL_LINES = 100_000;

/** Reading a long journal back and folding it. */
async function measureFold(bench: Bench): Promise<Row[]> {
  const { project: cwd, program } = bench;
  // Each step leaves at least three lines.
  const steps = Math.ceil(JOURNAL_LINES / 3);
  await writeLoop(bench, "journal", endlessLoop("journal", { steps }));
  await timeOf({
    argv: [...program, "run", "journal"],
    cwd,
    status: LIMIT_STATUS,
  });
  const runs = `${cwd}/.loops/runs`;
  let folder = "";
  for await (const { name } of Deno.readDir(runs)) {
    const record = await Deno.readTextFile(`${runs}/${name}/run.json`)
      .catch(() => "{}");
    if (JSON.parse(record).loop === "journal") folder = `${runs}/${name}`;
  }
  // The first lines of it, to the number that the budget names.
  const text = await Deno.readTextFile(`${folder}/events.jsonl`);
  const lines = text.split("\n").slice(0, JOURNAL_LINES);
  await Deno.writeTextFile(`${folder}/events.jsonl`, `${lines.join("\n")}\n`);
  const stored = JSON.parse(
    await Deno.readTextFile(`${folder}/definition.json`),
  );
  const ports = { files: createFiles(), system: createSystem() };
  const readTimes: number[] = [];
  const foldTimes: number[] = [];
  let inputCount = 0;
  for (let round = 0; round < longRounds(bench); round++) {
    const startMs = performance.now();
    const journal = readJournal(ports, folder);
    const readMs = performance.now();
    const inputs = inputsOf(journal.lines);
    fold(stored.definitions, inputs);
    readTimes.push(readMs - startMs);
    foldTimes.push(performance.now() - readMs);
    inputCount = inputs.length;
  }
  return [{
    what: "reading and folding a journal of 100,000 lines",
    value: median(readTimes) + median(foldTimes),
    unit: "ms",
    budget: 1000,
    detail: `read ${ms(median(readTimes))}, fold of ${inputCount} inputs ${
      ms(median(foldTimes))
    }, ${lines.length} lines`,
  }];
}

const RUNS = 1000;

/** Telling how runs stand where there are many of them. */
async function measureStatus(bench: Bench): Promise<Row[]> {
  const { project, program, rounds } = bench;
  await Deno.writeTextFile(`${project}/empty.js`, "");
  await writeLoop(bench, "seen", endlessLoop("seen", { steps: 3 }));
  await timeOf({
    argv: [...program, "run", "seen"],
    cwd: project,
    status: LIMIT_STATUS,
  });
  const many = `${project}/many`;
  const one = `${project}/one`;
  await copyRuns(project, one, 1);
  await copyRuns(project, many, RUNS);
  const deno = Deno.execPath();
  const status = (cwd: string, ...args: string[]) => ({
    cwd,
    argv: [...program, "status", ...args] as const,
  });
  const times = await compare({
    empty: { cwd: one, argv: [deno, "run", "-A", "../empty.js"] },
    one: status(one),
    many: status(many),
    loop: status(many, "seen"),
    list: {
      cwd: many,
      argv: [...program, "list", "--running"],
    },
  }, rounds);
  type Times = typeof times[number];
  const beyond = (
    what: string,
    pick: (t: Times) => number,
    budget: number | null,
  ): Row => ({
    what: `${what}, 1,000 runs, beyond 1 run`,
    value: middle(times, (t) => pick(t) - t.one),
    unit: "ms",
    budget,
    detail: ms(middle(times, pick)),
  });
  return [
    {
      what: "start: status",
      value: middle(times, (t) => t.one / t.empty),
      unit: "×",
      budget: 1.8,
      detail: `${ms(middle(times, (t) => t.one))}; empty program ${
        ms(middle(times, (t) => t.empty))
      }`,
    },
    beyond("status", (t) => t.many, 5),
    beyond("status LOOP", (t) => t.loop, 5),
    beyond("list --running", (t) => t.list, null),
  ];
}

/** Makes a project with so many runs, each a copy of the one that ended last. */
async function copyRuns(
  from: string,
  to: string,
  count: number,
): Promise<void> {
  const runs = `${from}/.loops/runs`;
  const names: string[] = [];
  for await (const { name } of Deno.readDir(runs)) {
    if (!name.startsWith(".")) names.push(name);
  }
  const last = names.sort().at(-1) ?? "";
  const texts = new Map<string, string>();
  for (
    const name of ["run.json", "state.json", "events.jsonl", "log", "owner"]
  ) {
    texts.set(name, await Deno.readTextFile(`${runs}/${last}/${name}`));
  }
  for (let index = 0; index < count; index++) {
    const id = `20260101T00000${String(index).padStart(4, "0")}Z-00000000`;
    const folder = `${to}/.loops/runs/${id}`;
    await Deno.mkdir(folder, { recursive: true });
    for (const [name, text] of texts) {
      await Deno.writeTextFile(
        `${folder}/${name}`,
        text.replaceAll(last, id),
      );
    }
  }
}

/** Every measurement by its name. */
export const MEASUREMENTS: Readonly<
  Record<string, (bench: Bench) => Promise<Row[]>>
> = {
  forms: measureForms,
  start: measureStart,
  validate: measureValidate,
  warm: measureWarmCheck,
  shell: measureShellSteps,
  transitions: measureTransitions,
  memory: measureMemory,
  stop: measureStop,
  fold: measureFold,
  status: measureStatus,
  streams: measureStreams,
};
