// deno-lint-ignore-file camelcase no-sync-fn-in-async-fn -- the names are keys of the case
// files, and nothing else waits while a case is set up
/**
 * The conformance cases, as data in the YAML files beside this one: each is run for real, in
 * a folder of its own, and every run also proves that the journal folds to the live state.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import {
  createClock,
  createFiles,
  createLocks,
  createSources,
  createSystem,
} from "../../src/adapters/mod.ts";
import { match } from "../../src/adapters/match/mod.ts";
import { makeConnectMcp } from "../../src/adapters/mcp/mod.ts";
import {
  makeProcesses,
  makeReaper,
  startDetached,
  supervise,
} from "../../src/adapters/process/mod.ts";
import {
  findProject,
  inputsOf,
  PLAIN_REQUEST,
  prepareRun,
  readJournal,
  startRun,
  type World,
} from "../../src/app/mod.ts";
import { NEW_SNAPSHOT, step } from "../../src/engine/mod.ts";
import {
  type Definitions,
  isInputLine,
  LoopError,
  type RunEvent,
  type Snapshot,
} from "../../src/model/mod.ts";
import type { StopSignal } from "../../src/ports/mod.ts";
import { stringifyYaml } from "../support/yaml.ts";
import { withScratch } from "../support/scratch.ts";

type Fields = Record<string, unknown>;

/** One case; the keys are explained by their use below. */
interface Case {
  readonly case: number | string;
  readonly name?: string;
  /** Id of the intended difference from the reference, a line of docs/compatibility.md. */
  readonly differs?: string;
  readonly top?: Fields;
  readonly states?: Record<string, Fields>;
  readonly judge?: { readonly action: string; readonly evaluate: Fields };
  /** The whole file, where its text matters. */
  readonly text?: string;
  readonly files?: Record<string, Fields>;
  readonly setup?: string;
  readonly context?: [string, string][];
  readonly input?: string;
  /** Arrives as soon as an action has printed a line with `after`. */
  readonly signal?: { readonly name: StopSignal; readonly after: string };
  readonly expect: Expected;
}

interface Expected {
  readonly entered?: string[];
  readonly depths?: number[];
  readonly iterations?: number[];
  readonly verdicts?: string[];
  /** Of the last evaluate event. */
  readonly details?: Fields;
  readonly exit_codes?: number[];
  readonly outputs?: string[];
  readonly actions?: string[];
  readonly final?: string;
  readonly by?: string;
  readonly steps?: number;
  readonly status?: number;
  readonly saved?: string;
  readonly error?: string;
  readonly counts?: Record<string, number>;
  readonly events?: Fields[];
  readonly min_ms?: number;
  readonly max_ms?: number;
  /** Status with which nothing is run, and a part of what is said. */
  readonly refused?: number;
  readonly message?: string;
}

const FILES = [
  "routing",
  "limits",
  "actions",
  "evaluators",
  "interpolation",
  "sub_loops",
  "signals",
];
const HERE = decodeURIComponent(new URL(".", import.meta.url).pathname);

/** The cases of one file. */
function casesOf(file: string): Case[] {
  return parse(Deno.readTextFileSync(`${HERE}${file}.yaml`)) as Case[];
}

function allCases(): Case[] {
  return FILES.flatMap(casesOf);
}

for (const file of FILES) {
  for (const each of casesOf(file)) {
    const name = each.name === undefined ? "" : `, ${each.name}`;
    Deno.test(`conformance case ${each.case}${name} (${file})`, async () => {
      await withScratch((folder) => runCase(each, folder));
    });
  }
}

/** The lines of docs/compatibility.md: id and tests. */
function differences(): { readonly id: string; readonly tests: string }[] {
  const page = Deno.readTextFileSync(`${HERE}../../docs/compatibility.md`);
  return page.split("\n").flatMap((line) => {
    const [, id, , , tests] = line.split(" | ").length === 4
      ? /^\| `([a-z0-9-]+)` \| (.*) \| (.*) \| ([^|]*) \|$/.exec(line) ?? []
      : [];
    return id === undefined || tests === undefined ? [] : [{ id, tests }];
  });
}

Deno.test("every intended difference has its line in docs/compatibility.md", () => {
  const ids = new Set(differences().map(({ id }) => id));
  assert(ids.size > 40, `only ${ids.size} lines were read`);
  for (const { differs } of allCases()) {
    assert(differs === undefined || ids.has(differs), differs);
  }
});

Deno.test("every line of docs/compatibility.md names tests that exist", () => {
  const problems = differences().flatMap(({ id, tests }) => {
    const names = namedTests(tests);
    const numbers = names.filter(({ kind }) => kind === "conformance")
      .flatMap(({ name }) => numbersOf(name));
    const found = names.filter(({ kind }) => kind !== "conformance")
      .flatMap(problemsOfFile);
    return [...problemsOfCases(numbers, id), ...found]
      .map((problem) => `${id}: ${problem}`);
  });
  assertEquals(problems, []);
});

interface NamedTest {
  readonly kind: string;
  readonly name: string;
}

/** What a cell names: "unit `a`, `b`; conformance 1, 2–4"; a kind holds until another is named. */
function namedTests(cell: string): NamedTest[] {
  let kind = "";
  return cell.split(/[,;] /).map((piece) => {
    const [first = "", name] = piece.split(" ");
    if (name === undefined) return { kind, name: first };
    kind = first;
    return { kind, name };
  });
}

function problemsOfCases(numbers: readonly string[], id: string): string[] {
  const cases = allCases().map((each) => ({
    ...each,
    case: String(each.case),
  }));
  const unknown = numbers.filter((number) =>
    !cases.some((each) => each.case === number)
  );
  const isPinned = numbers.length === 0 ||
    cases.some((each) => each.differs === id && numbers.includes(each.case));
  return [
    ...unknown.map((number) => `there is no case ${number}`),
    ...isPinned ? [] : [`no case of ${numbers} has it as what differs`],
  ];
}

function problemsOfFile({ kind, name }: NamedTest): string[] {
  const file = /^`(.+)`$/.exec(name)?.[1];
  if (file === undefined) return [`"${kind} ${name}" is not understood`];
  const path = kind === "golden"
    ? `${HERE}../golden/findings/${file}.yaml`
    : `${HERE}../${kind}/${file}`;
  return [path, `${path}.ts`].some(isThere) ? [] : [`there is no ${path}`];
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== null;
  } catch {
    return false;
  }
}

/** `51–53` and `51` as the numbers of cases. */
function numbersOf(text: string): string[] {
  const [first = "", last = first] = text.split("–");
  if (first === last) return [first];
  return Array.from(
    { length: Number(last) - Number(first) + 1 },
    (_, index) => String(Number(first) + index),
  );
}

async function runCase(each: Case, root: string): Promise<void> {
  Deno.mkdirSync(`${root}/.loops`);
  for (const [name, loop] of Object.entries(each.files ?? {})) {
    const text = stringifyYaml({ name, description: name, ...loop });
    Deno.writeTextFileSync(`${root}/.loops/${name}.yaml`, text);
  }
  Deno.writeTextFileSync(`${root}/.loops/t.yaml`, each.text ?? textOf(each));
  if (each.setup !== undefined) {
    const { success } = await new Deno.Command("bash", {
      args: ["-c", each.setup],
      cwd: root,
    }).output();
    assert(success, "the set-up failed");
  }
  let onSignal: ((signal: StopSignal) => void) | null = null;
  const world = makeWorld(root, {
    onStop: (listener) => {
      onSignal = listener;
      return () => {};
    },
  });
  const before = [...Deno.readDirSync(`${root}/.loops`)].map(({ name }) => name)
    .sort();
  const events: RunEvent[] = [];
  const snapshots: Snapshot[] = [];
  const startMs = performance.now();
  try {
    const prepared = prepareRun(world, findProject(world), {
      ...PLAIN_REQUEST,
      loop: "t",
      input: each.input ?? null,
      context: each.context ?? [],
      graceMs: 200,
    });
    const result = await startRun(world, prepared, {
      version: "0.0.0",
      listeners: [{
        onEvents(batch) {
          events.push(...batch);
          if (each.signal !== undefined && isSaid(each.signal.after, batch)) {
            onSignal?.(each.signal.name);
          }
        },
        onSnapshot: (snapshot) => snapshots.push(snapshot),
      }],
    });
    assertEquals(each.expect.refused, undefined, "the run was not refused");
    const elapsedMs = performance.now() - startMs;
    compare(each.expect, {
      ...result,
      events,
      elapsedMs,
      folder: result.folder.path,
    });
    proveFold(world, result.folder.path, {
      definitions: prepared.definitions,
      snapshots,
    });
  } catch (error) {
    if (!(error instanceof LoopError) || each.expect.refused === undefined) {
      throw error;
    }
    assertEquals(error.exitStatus, each.expect.refused);
    const said = [
      error.message,
      ...error.findings.map(({ message }) => message),
    ].join("\n");
    assertStringIncludes(
      said.toLowerCase(),
      (each.expect.message ?? "").toLowerCase(),
    );
    const after = [...Deno.readDirSync(`${root}/.loops`)].map(({ name }) =>
      name
    ).sort();
    assertEquals(after, before, "something was written");
  }
}

function textOf(each: Case): string {
  const judged = each.judge === undefined ? {} : {
    a: {
      on_yes: "done",
      on_no: "bad",
      on_error: "other",
      ...each.judge,
    },
  };
  const terminal = { terminal: true };
  return stringifyYaml({
    name: "t",
    description: "A conformance case",
    initial: "a",
    ...each.top,
    states: {
      ...judged,
      ...each.states,
      ...Object.fromEntries(
        ["done", "bad", "other"].filter((name) =>
          !Object.hasOwn(each.states ?? {}, name)
        )
          .map((name) => [name, terminal]),
      ),
    },
  });
}

interface Seen {
  readonly events: readonly RunEvent[];
  readonly elapsedMs: number;
  readonly snapshot: Snapshot;
  readonly exitStatus: number;
  readonly folder: string;
}

function compare(expected: Expected, seen: Seen): void {
  const of = <E extends RunEvent["event"]>(name: E) =>
    seen.events.filter((event): event is Extract<RunEvent, { event: E }> =>
      event.event === name
    );
  const entered = of("state_enter");
  const actual: Fields = {
    entered: entered.map(({ state }) => state),
    depths: entered.map(({ depth }) => depth ?? 0),
    iterations: entered.map(({ iteration }) => iteration),
    verdicts: of("evaluate").map(({ verdict }) => verdict),
    exit_codes: of("action_complete").map(({ exit_code }) => exit_code),
    outputs: outputsOf(seen.folder),
    actions: of("action_start").map(({ action }) => action),
    final: seen.snapshot.end?.finalState,
    by: seen.snapshot.end?.terminatedBy,
    steps: seen.snapshot.end?.steps,
    status: seen.exitStatus,
    saved:
      JSON.parse(Deno.readTextFileSync(`${seen.folder}/state.json`)).status,
  };
  const wanted: Fields = { ...expected };
  const compared = Object.keys(actual).filter((key) => key in wanted);
  assertEquals(pick(actual, compared), pick(wanted, compared));
  const last = of("loop_complete").at(-1);
  assertEquals(last?.terminated_by, seen.snapshot.end?.terminatedBy);
  if (expected.error !== undefined) {
    assertStringIncludes(seen.snapshot.end?.error ?? "", expected.error);
    assertStringIncludes(last?.error ?? "", expected.error);
  }
  if (expected.details !== undefined) {
    const evaluated: Fields = { ...of("evaluate").at(-1) };
    assertEquals(
      pick(evaluated, Object.keys(expected.details)),
      expected.details,
    );
  }
  for (const [name, count] of Object.entries(expected.counts ?? {})) {
    assertEquals(
      seen.events.filter(({ event }) => event === name).length,
      count,
      name,
    );
  }
  for (const event of expected.events ?? []) {
    const found = seen.events.filter((each) => each.event === event.event)
      .map((each) => pick({ ...each }, Object.keys(event)));
    assert(
      found.some((each) => JSON.stringify(each) === JSON.stringify(event)),
      `no event ${JSON.stringify(event)} among ${JSON.stringify(found)}`,
    );
  }
  const { elapsedMs } = seen;
  assert(elapsedMs >= (expected.min_ms ?? 0), `took only ${elapsedMs} ms`);
  assert(elapsedMs <= (expected.max_ms ?? Infinity), `took ${elapsedMs} ms`);
}

/** The whole standard output of each action, from the journal. */
function outputsOf(folder: string): string[] {
  const ports = { files: createFiles(), system: createSystem() };
  return readJournal(ports, folder).lines.flatMap((line) =>
    isInputLine(line) && line.input === "outcome" &&
      line.outcome.kind === "action"
      ? [line.outcome.stdout.text]
      : []
  );
}

/** The fold of each prefix of the journal equals the live snapshot at that point. */
function proveFold(
  world: World,
  folder: string,
  run: {
    readonly definitions: Definitions;
    readonly snapshots: readonly Snapshot[];
  },
): void {
  const { lines, isTorn } = readJournal(world, folder);
  assert(!isTorn);
  assertEquals(lines.map(({ seq }) => seq), lines.map((_, index) => index + 1));
  let snapshot = NEW_SNAPSHOT;
  const folded = inputsOf(lines).map((input) => {
    snapshot = step(run.definitions, snapshot, input).snapshot;
    return snapshot;
  });
  assertEquals(folded.length, run.snapshots.length);
  for (const [index, each] of folded.entries()) {
    assertEquals(each, run.snapshots[index], `after input ${index + 1}`);
  }
}

function pick(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.map((key) => [key, fields[key]]));
}

/** Whether one of the events is a line of output that holds `text`. */
function isSaid(text: string, events: readonly RunEvent[]): boolean {
  return events.some((event) =>
    event.event === "action_output" && event.line.includes(text)
  );
}

function makeWorld(cwd: string, signals: World["signals"]): World {
  return {
    files: createFiles(),
    locks: createLocks(),
    match,
    connectMcp: makeConnectMcp("0.0.0-test"),
    clock: createClock(),
    system: { ...createSystem(), cwd, env: () => undefined },
    signals,
    sources: createSources(),
    processes: makeProcesses(),
    supervise,
    reaper: makeReaper(),
    startDetached,
  };
}
