/**
 * The program under test: a scratch project, a command line, and everything that is expected
 * of it compared at once. In memory by default, as a process where a signal, a pipe or an
 * exit status of the system is what is tested; with LL_LOOP_BIN always that executable.
 */

import { assertEquals } from "@std/assert";
import { dirname } from "@std/path";
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
  supervise,
} from "../../src/adapters/process/mod.ts";
import { main } from "../../src/cli/mod.ts";
import type { JournalLine, RunRecord, StateFile } from "../../src/model/mod.ts";
import type { LineInput, ProcessSpec, Stream } from "../../src/ports/mod.ts";
import { waitUntil } from "./scratch.ts";
import { TESTED_BINARY } from "./tested_binary.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const BIN = TESTED_BINARY;
const PROGRAM: readonly [string, ...string[]] = BIN === undefined
  ? [
    Deno.execPath(),
    ...["run", "-A", "--no-check", "--quiet", "--cached-only"],
    `${ROOT}main.ts`,
  ]
  : [BIN];

const VERSION = "0.0.0-test";
/** What the tests' machine sets must not reach a loop. */
const PASSED_ON = ["PATH", "TMPDIR", "DENO_DIR", "XDG_CACHE_HOME"];

/** What is expected. Text is compared exactly, after masking; of a list, each text must occur. */
export interface Expected {
  /** `any` is not compared. @default {0} */
  readonly status?: number | "any";
  /** Not compared when it is not given. */
  readonly stdout?: string | readonly string[];
  /** @default {""} */
  readonly stderr?: string | readonly string[];
  /** What must occur nowhere in either stream. */
  readonly nowhere?: readonly string[];
  /** The project is, file by file, what it was before. @default {false} */
  readonly isUntouched?: boolean;
}

/** How a command ended; texts as they were printed. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a command. */
export interface CommandOptions {
  /** On top of a bare environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder below the project to start it in. */
  readonly in?: string;
  /** Starts a process even where the program could be called. */
  readonly isProcess?: boolean;
  /** Program and arguments to start it by, as `nohup`. */
  readonly via?: readonly string[];
  /** Lines that somebody types at a terminal, where the program is called. @default no terminal */
  readonly answers?: readonly string[];
}

/** A program that is running. */
export interface Live {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves once stdout and stderr together hold `text`. */
  printed(text: string): Promise<void>;
  signal(name: Deno.Signal): void;
}

/** One folder of `.loops/runs`. */
export interface Run {
  readonly id: string;
  readonly folder: string;
  readonly record: RunRecord;
  readonly state: StateFile;
  readonly lines: readonly JournalLine[];
  /** Names of the reference's events, in order. */
  readonly events: readonly string[];
  readonly log: string;
}

/** Runs `use` with a scratch project that holds `files`, by path below it. */
export async function withProject<T>(
  files: Readonly<Record<string, string>>,
  use: (project: Project) => T | Promise<T>,
): Promise<T> {
  const home = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "ll-loop-e2e-" }),
  );
  try {
    const project = new Project(home);
    for (const [path, text] of Object.entries(files)) project.write(path, text);
    return await use(project);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** A scratch project. Its parent is HOME, above which nobody looks for a project. */
export class Project {
  readonly home: string;
  readonly root: string;

  constructor(home: string) {
    this.home = home;
    this.root = `${home}/project`;
    Deno.mkdirSync(this.root);
    // So that actions and scripts can call the program by its name.
    const command = PROGRAM.map((word) => `'${word}'`).join(" ");
    Deno.mkdirSync(`${home}/bin`);
    Deno.writeTextFileSync(
      `${home}/bin/ll-loop`,
      `#!/bin/sh\nexec ${command} "$@"\n`,
      { mode: 0o755 },
    );
  }

  /** Returns the absolute path of a file of the project. */
  path(path: string): string {
    return path.startsWith("/") ? path : `${this.root}/${path}`;
  }

  /** Writes a file, in a folder that need not be there yet. */
  write(path: string, text: string | Uint8Array): void {
    const file = this.path(path);
    Deno.mkdirSync(dirname(file), { recursive: true });
    if (typeof text === "string") Deno.writeTextFileSync(file, text);
    else Deno.writeFileSync(file, text);
  }

  /** Makes a folder. */
  mkdir(path: string): void {
    Deno.mkdirSync(this.path(path), { recursive: true });
  }

  /** Removes a file or a folder with all that is in it. */
  remove(path: string): void {
    Deno.removeSync(this.path(path), { recursive: true });
  }

  /** Sets the mode bits of a file or folder. */
  chmod(path: string, mode: number): void {
    Deno.chmodSync(this.path(path), mode);
  }

  /** Returns the size of a file in bytes. */
  size(path: string): number {
    return Deno.statSync(this.path(path)).size;
  }

  /** Returns the text of a file; `null` when there is none. */
  read(path: string): string | null {
    try {
      return Deno.readTextFileSync(this.path(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Resolves with the trimmed text of a file once it holds a whole line. */
  async line(path: string): Promise<string> {
    await waitUntil(`a line in ${path}`, () => {
      return this.read(path)?.endsWith("\n") ?? false;
    });
    return (this.read(path) ?? "").trim();
  }

  /** Returns every path below the project with mode, length and text, for comparing. */
  tree(): Record<string, string> {
    const tree: Record<string, string> = {};
    const walk = (folder: string) => {
      for (const entry of Deno.readDirSync(folder)) {
        const path = `${folder}/${entry.name}`;
        const { mode, size } = Deno.lstatSync(path);
        const name = path.slice(this.root.length + 1);
        const bits = ((mode ?? 0) & 0o777).toString(8);
        if (entry.isDirectory) {
          tree[`${name}/`] = bits;
          walk(path);
        } else {
          const text = entry.isFile && size < 10_000 ? this.read(path) : "";
          tree[name] = `${bits} ${size} ${text}`;
        }
      }
    };
    walk(this.root);
    return Object.fromEntries(
      Object.entries(tree).sort(([a], [b]) => a < b ? -1 : 1),
    );
  }

  /** Returns what the runs of this project have left, oldest first; a start that was cut off has left none. */
  runs(): readonly Run[] {
    const folder = this.path(".loops/runs");
    return names(folder).filter((name) => !name.startsWith("."))
      .filter((name) => this.read(`${folder}/${name}/run.json`) !== null)
      .map((id) => this.#run(`${folder}/${id}`, id));
  }

  /** Returns the only run. */
  run(): Run {
    const [run, ...more] = this.runs();
    assertEquals(more.map(({ id }) => id), [], "more than one run");
    if (run === undefined) throw new Error("There is no run");
    return run;
  }

  /** Carries out a command line and compares how it ended. */
  async ll(
    args: readonly string[],
    expected: Expected = {},
    options: CommandOptions = {},
  ): Promise<Ended> {
    const before = expected.isUntouched ? this.tree() : null;
    const isProcess = options.answers === undefined &&
      (BIN !== undefined || options.isProcess || options.via !== undefined);
    const ended = isProcess
      ? await this.start(args, options).ended
      : await this.#call(args, options);
    this.expect(ended, expected);
    if (before !== null) assertEquals(this.tree(), before);
    return ended;
  }

  /** Starts the program as a process. */
  start(args: readonly string[], options: CommandOptions = {}): Live {
    return this.#spawn([...(options.via ?? []), ...PROGRAM, ...args], options);
  }

  /** Starts a script in which `ll-loop` is the program. */
  bash(script: string, options: CommandOptions = {}): Live {
    return this.#spawn([
      ...(options.via ?? []),
      ...["bash", "--norc", "-c", script],
    ], options);
  }

  /** Compares how a program ended with what is expected, everything at once. */
  expect(ended: Ended, expected: Expected): void {
    const actual = {
      status: ended.status,
      stdout: this.mask(ended.stdout),
      stderr: this.mask(ended.stderr),
    };
    const wanted = {
      status: expected.status === "any" ? ended.status : expected.status ?? 0,
      stdout: wantedText(actual.stdout, expected.stdout ?? []),
      stderr: wantedText(actual.stderr, expected.stderr ?? ""),
    };
    assertEquals(actual, wanted);
    for (const text of expected.nowhere ?? []) {
      const where = (["stdout", "stderr"] as const)
        .filter((stream) => ended[stream].includes(text));
      assertEquals(where, [], `"${text}" was printed`);
    }
  }

  /** Returns `text` without what differs from run to run. */
  mask(text: string): string {
    return text.replaceAll(this.root, "<root>")
      .replaceAll(this.home, "<home>")
      .replaceAll(/\b\d{8}T\d{9}Z-[0-9a-f]{8}\b/g, "<run>")
      .replaceAll(/\bpid \d+/g, "pid <pid>")
      .replaceAll(/\b\d+(?:\.\d)? (?=% of the memory)/g, "<percent> ")
      // Times that passed; limits are whole seconds without parentheses.
      .replaceAll(/\b\d+\.\ds\b/g, "<time>")
      .replaceAll(/\((?:\d+m )?\d+s\)/g, "(<time>)");
  }

  #environment(options: CommandOptions): Record<string, string> {
    const env: Record<string, string> = {
      // Where the tests have no home, the program has none, either.
      ...(Deno.env.has("HOME") ? { HOME: this.home } : {}),
      NO_COLOR: "1",
      // How much memory others use here is nobody's business.
      LL_HOST_GUARD: "off",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
    };
    for (const name of PASSED_ON) {
      const value = Deno.env.get(name);
      if (value !== undefined) env[name] = value;
    }
    // Found by HOME otherwise.
    env["DENO_DIR"] ??= `${Deno.env.get("HOME")}/.cache/deno`;
    env["PATH"] = `${this.home}/bin:${env["PATH"]}`;
    return { ...env, ...options.env };
  }

  #spawn(argv: readonly string[], options: CommandOptions): Live {
    const [program = "", ...args] = argv;
    const child = new Deno.Command(program, {
      args,
      cwd: this.path(options.in ?? ""),
      clearEnv: true,
      env: this.#environment(options),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const texts = { stdout: "", stderr: "" };
    const drain = async (name: "stdout" | "stderr") => {
      const text = child[name].pipeThrough(new TextDecoderStream());
      for await (const piece of text) texts[name] += piece;
    };
    const drained = Promise.all([drain("stdout"), drain("stderr")]);
    const ended = child.status.then(async ({ code }) => {
      await drained;
      return { status: code, ...texts };
    });
    return {
      pid: child.pid,
      ended,
      async printed(text) {
        let hasEnded = false;
        ended.then(() => hasEnded = true);
        const all = () => texts.stdout + texts.stderr;
        await waitUntil(
          `output "${text}"`,
          () => hasEnded || all().includes(text),
        );
        if (!all().includes(text)) {
          throw new Error(`Ended without "${text}":\n${all()}`);
        }
      },
      signal: (name) => child.kill(name),
    };
  }

  async #call(
    args: readonly string[],
    options: CommandOptions,
  ): Promise<Ended> {
    const env = this.#environment(options);
    const own = Deno.env.toObject();
    // Children get our own environment first: what is not in `env` is taken away.
    const shadow: Record<string, string | null> = {
      ...Object.fromEntries(Object.keys(own).map((name) => [name, null])),
      ...env,
    };
    const withEnv = <T extends { start: Starter }>(processes: T): T => {
      const start: Starter = (spec, watcher) =>
        processes.start({ ...spec, env: { ...shadow, ...spec.env } }, watcher);
      return new Proxy(processes, {
        get(target, name) {
          if (name === "start") return start;
          // Where the children look, and not where the tests do.
          if (name === "find") {
            return (program: string) => findIn(env["PATH"] ?? "", program);
          }
          const value = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    };
    const { answers } = options;
    const stdout = new Captured();
    const stderr = new Captured(answers !== undefined);
    const status = await main(args, {
      world: {
        files: createFiles(),
        locks: createLocks(),
        match,
        connectMcp: makeConnectMcp(VERSION),
        clock: createClock(),
        system: {
          ...createSystem(),
          selfCommand: PROGRAM,
          cwd: this.path(options.in ?? "").replace(/\/$/, ""),
          home: env["HOME"] ?? null,
          env: (name) => env[name],
          environment: () => env,
        },
        signals: { onStop: () => () => {} },
        sources: createSources(),
        processes: withEnv(makeProcesses()),
        supervise: (run) => withEnv(supervise(run)),
        reaper: makeReaper(),
        startDetached: () => {
          throw new Error("Only a process can start itself again");
        },
      },
      stdin: typed(answers),
      stdout,
      stderr,
      version: VERSION,
    });
    return { status, stdout: stdout.text, stderr: stderr.text };
  }

  #run(folder: string, id: string): Run {
    const json = (name: string) =>
      JSON.parse(Deno.readTextFileSync(`${folder}/${name}`));
    const lines = Deno.readTextFileSync(`${folder}/events.jsonl`).trimEnd()
      .split("\n").map((line) => JSON.parse(line) as JournalLine);
    return {
      id,
      folder,
      record: json("run.json"),
      state: json("state.json"),
      lines,
      events: lines.flatMap((line) => "event" in line ? [line.event] : []),
      log: Deno.readTextFileSync(`${folder}/log`),
    };
  }
}

type Starter = (
  spec: ProcessSpec,
  // deno-lint-ignore no-explicit-any -- handed through as it is
  watcher?: any,
  // deno-lint-ignore no-explicit-any -- handed through as it is
) => any;

/** Returns the first executable file of that name in the folders of `path`; `null` without one. */
function findIn(path: string, program: string): string | null {
  const files = path.split(":").map((folder) => `${folder}/${program}`);
  return files.find((file) => {
    try {
      const { isFile, mode } = Deno.statSync(file);
      return isFile && ((mode ?? 0) & 0o111) !== 0;
    } catch {
      return false;
    }
  }) ?? null;
}

/** Returns an input on which lines are typed; without any it is no terminal. */
function typed(answers: readonly string[] | undefined): LineInput {
  const lines = [...answers ?? []];
  return {
    isTerminal: answers !== undefined,
    readLine: () => Promise.resolve(lines.shift() ?? null),
    readSource: () => {
      const text = lines.splice(0).map((line) => `${line}\n`).join("");
      return Promise.resolve({ kind: "text", text });
    },
  };
}

/** A stream that keeps what is printed. */
class Captured implements Stream {
  readonly isTerminal: boolean;
  readonly columns = 80;
  readonly hasColor = false;
  readonly isClosed = false;
  text = "";

  /** By default it is no terminal. */
  constructor(isTerminal = false) {
    this.isTerminal = isTerminal;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** Returns what is wanted, or the actual text where it has all that is asked of it. */
function wantedText(
  actual: string,
  expected: string | readonly string[],
): string {
  if (typeof expected === "string") return expected;
  const lacking = expected.filter((text) => !actual.includes(text));
  return lacking.length === 0
    ? actual
    : `… and somewhere in it:\n${lacking.join("\n…\n")}`;
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Returns {@linkcode oneAction} with a scope and a way for each of its ends: `validate` has nothing to say of it. */
export function wellMannered(name: string, action: string): string {
  return oneAction(name, action, "scope: [.]\n")
    .replace("on_no: bad", "on_error: bad");
}

/** Returns YAML of a loop with the states `a`, running `action`, and `done`. */
export function oneAction(name: string, action: string, more = ""): string {
  const block = action.split("\n").map((line) => `      ${line}`).join("\n");
  return `name: ${name}
description: One action
initial: a
${more}states:
  a:
    action: |
${block}
    on_yes: done
    on_no: bad
  done:
    terminal: true
  bad:
    terminal: true
    failure: true
`;
}
