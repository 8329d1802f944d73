/**
 * Ports without a machine: small, exact and in memory. They obey the contracts in
 * `src/ports`, so that what passes with them passes with the real ones.
 */

import { dirname, normalize } from "@std/path";
import {
  BUILTIN_PREFIX,
  EMPTY_OUTPUT,
  LoopError,
} from "../../src/model/mod.ts";
import type {
  Clock,
  ConnectMcp,
  FileInfo,
  Files,
  Locks,
  ProcessAbilities,
  Processes,
  ProcessOutcome,
  ProcessSpec,
  Reaper,
  Signals,
  Sources,
  SourceText,
  StopSignal,
  Stream,
  System,
} from "../../src/ports/mod.ts";
import { sha256 } from "../../src/adapters/system/mod.ts";

/** A file in memory. */
interface Entry {
  text: string;
  modifiedMs: number;
  uid: number | null;
}

/** Files in memory, with doors for tests. */
export interface MemoryFiles extends Files {
  /** Text by absolute path. */
  readonly entries: Map<string, Entry>;
  readonly folders: Map<string, { uid: number | null; modifiedMs?: number }>;
  /** Paths that were synced, in order. */
  readonly synced: string[];
  /** When set, called before each write with the path; throw to make it fail. */
  beforeWrite: ((path: string) => void) | null;
}

/** Options of {@linkcode memoryFiles}. */
export interface MemoryFilesOptions {
  readonly clock?: Clock;
  /** Owner of what is there from the start and of what is made. @default {1000} */
  readonly uid?: number | null;
  /** Folders beside the parents of the files. */
  readonly folders?: readonly string[];
  /** Targets of symbolic links by path. */
  readonly links?: Readonly<Record<string, string>>;
}

/** Returns files in memory that hold `texts` by absolute path. */
export function memoryFiles(
  texts: Readonly<Record<string, string>> = {},
  options: MemoryFilesOptions = {},
): MemoryFiles {
  const { uid = 1000, links = {} } = options;
  const nowMs = (): number => options.clock?.nowMs() ?? 0;
  const entries = new Map<string, Entry>();
  const folders: MemoryFiles["folders"] = new Map([["/", { uid }]]);
  const synced: string[] = [];
  let temporary = 0;

  const realPath = (path: string): string => {
    let real = "";
    for (const part of path.split("/")) {
      if (part === "" || part === ".") continue;
      if (part === "..") real = real === "" ? "" : dirname(real);
      else real = `${real === "/" ? "" : real}/${part}`;
      const target = links[real];
      if (target !== undefined) {
        real = realPath(
          target.startsWith("/") ? target : `${dirname(real)}/${target}`,
        );
      }
    }
    return real === "" ? "/" : normalize(real);
  };
  const addFolder = (path: string): void => {
    const real = realPath(path);
    if (entries.has(real)) throw failure("cannot-write", path, "File exists");
    if (folders.has(real)) return;
    addFolder(dirname(real));
    folders.set(real, { uid, modifiedMs: nowMs() });
  };
  const beforeWrite = (path: string): void => {
    self.beforeWrite?.(path);
    if (!folders.has(realPath(dirname(path)))) {
      throw failure("cannot-write", path, "No such file or directory");
    }
    if (folders.has(realPath(path))) {
      throw failure("cannot-write", path, "Is a directory");
    }
  };
  const put = (path: string, text: string): void => {
    beforeWrite(path);
    entries.set(realPath(path), { text, modifiedMs: nowMs(), uid });
  };

  const self: MemoryFiles = {
    entries,
    folders,
    synced,
    beforeWrite: null,
    stat(path): FileInfo | null {
      const real = realPath(path);
      const file = entries.get(real);
      const folder = folders.get(real);
      if (file === undefined && folder === undefined) return null;
      return {
        isFile: file !== undefined,
        isDirectory: folder !== undefined,
        sizeBytes: new TextEncoder().encode(file?.text ?? "").length,
        modifiedMs: file?.modifiedMs ?? folder?.modifiedMs ?? 0,
        uid: file?.uid ?? folder?.uid ?? null,
      };
    },
    isAbsent: (path) => self.stat(path) === null,
    owners(path) {
      const owner = self.stat(path)?.uid ?? null;
      return owner === null ? [] : [owner];
    },
    realPath,
    readText(path) {
      const text = self.readTextIfExists(path);
      if (text !== null) return text;
      throw failure("not-found", path, "No such file or directory");
    },
    readTextIfExists(path) {
      const real = realPath(path);
      if (folders.has(real)) {
        throw failure("unreadable", path, "Is a directory");
      }
      return entries.get(real)?.text ?? null;
    },
    readEnd(path, maxBytes) {
      const bytes = new TextEncoder().encode(self.readText(path));
      const isWhole = bytes.length <= maxBytes;
      const text = new TextDecoder()
        .decode(bytes.subarray(Math.max(0, bytes.length - maxBytes)))
        .replace(isWhole ? "" : /^\ufffd+/, "");
      return { text, isWhole };
    },
    openGrowing(path) {
      let seen = "";
      return {
        readMore() {
          const text = self.readTextIfExists(path) ?? "";
          const more = text.startsWith(seen) ? text.slice(seen.length) : text;
          seen = text;
          return more;
        },
        close() {},
      };
    },
    list(path) {
      const real = realPath(path);
      if (entries.has(real)) {
        throw failure("unreadable", path, "Not a directory");
      }
      return [...entries.keys(), ...folders.keys()]
        .filter((name) => name !== "/" && dirname(name) === real)
        .map((name) => name.slice(name.lastIndexOf("/") + 1))
        .sort();
    },
    scan(folder, { skippedFolders, skipMarker, max }) {
      const real = realPath(folder);
      const below = [...entries].filter(([name]) => name.startsWith(`${real}/`))
        .map(([name, entry]) => ({ path: name.slice(real.length + 1), entry }));
      const marked = below.filter(({ path }) => path.endsWith(`/${skipMarker}`))
        .map(({ path }) => dirname(path));
      const seen = below.filter(({ path }) =>
        !dirname(path).split("/").some((part) => skippedFolders.has(part)) &&
        !marked.some((skipped) => path.startsWith(`${skipped}/`))
      );
      return seen.length > max ? null : seen.map(({ path, entry }) => ({
        path,
        sizeBytes: new TextEncoder().encode(entry.text).length,
        modifiedMs: entry.modifiedMs,
      }));
    },
    makeFolder(path) {
      self.beforeWrite?.(path);
      addFolder(path);
    },
    makeNewFolder(path) {
      self.beforeWrite?.(path);
      addFolder(dirname(path));
      const real = realPath(path);
      if (folders.has(real) || entries.has(real)) return false;
      folders.set(real, { uid, modifiedMs: nowMs() });
      return true;
    },
    replace(path, content, replaceOptions = {}) {
      // A byte a character, so that tests can look at bytes, too.
      const text = typeof content === "string"
        ? content
        : new TextDecoder("latin1").decode(content);
      put(path, text);
      if (replaceOptions.sync === true) synced.push(path);
    },
    create(path, text) {
      if (entries.has(realPath(path))) return false;
      put(path, text);
      return true;
    },
    openAppend(path) {
      if (!entries.has(realPath(path))) put(path, "");
      return {
        write(text) {
          beforeWrite(path);
          const entry = entries.get(realPath(path));
          if (entry !== undefined) {
            entry.text += text;
            entry.modifiedMs = nowMs();
          }
        },
        sync: () => void synced.push(path),
        close() {},
      };
    },
    cut(path, sizeBytes) {
      beforeWrite(path);
      const entry = entries.get(realPath(path));
      if (entry === undefined) {
        throw failure("cannot-write", path, "No such file or directory");
      }
      const bytes = new TextEncoder().encode(entry.text).slice(0, sizeBytes);
      entry.text = new TextDecoder().decode(bytes);
    },
    move(path, newPath) {
      self.beforeWrite?.(path);
      self.beforeWrite?.(newPath);
      const [from, to] = [realPath(path), realPath(newPath)];
      const renamed = <T>(map: Map<string, T>) => {
        for (const [name, value] of [...map]) {
          if (name !== from && !name.startsWith(`${from}/`)) continue;
          map.delete(name);
          map.set(to + name.slice(from.length), value);
        }
      };
      renamed(entries);
      renamed(folders);
    },
    remove(path) {
      self.beforeWrite?.(path);
      const real = realPath(path);
      for (const map of [entries, folders]) {
        for (const name of [...map.keys()]) {
          if (name === real || name.startsWith(`${real}/`)) map.delete(name);
        }
      }
    },
    makeTempFolder(prefix) {
      const path = `/tmp/${prefix}${++temporary}`;
      addFolder(path);
      return path;
    },
  };
  options.folders?.forEach(addFolder);
  for (const [path, text] of Object.entries(texts)) {
    addFolder(dirname(path));
    put(path, text);
  }
  return self;
}

/** Returns an error as the real files throw it. */
export function failure(
  code: "cannot-write" | "unreadable" | "not-found",
  path: string,
  cause: string,
): LoopError {
  const verb = code === "cannot-write" ? "write" : "read";
  return new LoopError(code, `Cannot ${verb} "${path}": ${cause}`);
}

/** Locks in memory, with doors for tests. */
export interface MemoryLocks extends Locks {
  /** Paths that are locked. Add one to play another process; delete it to play its death. */
  readonly held: Set<string>;
}

/** Returns locks over files in memory. Waiting takes no time: a held lock is given up on at once. */
export function memoryLocks(files: Files): MemoryLocks {
  const held = new Set<string>();
  const locks: MemoryLocks = {
    held,
    tryExclusive(path) {
      if (held.has(path)) return Promise.resolve(null);
      files.create(path, "");
      held.add(path);
      return Promise.resolve({
        write: (text) => files.replace(path, text),
        release(options = {}) {
          if (!held.delete(path)) return;
          if (options.remove === true) files.remove(path);
        },
      });
    },
    async exclusive(path, options = {}) {
      while (options.signal?.aborted !== true) {
        const lock = await locks.tryExclusive(path);
        if (lock !== null) return lock;
        await new Promise((resolve) => setTimeout(resolve));
      }
      throw new LoopError("interrupted", `Stopped while waiting for "${path}"`);
    },
    isHeld: (path) =>
      Promise.resolve(held.has(path) && files.stat(path) !== null),
  };
  return locks;
}

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes who has slept enough, in order; returns once they have run. */
  advance(durationMs: number): Promise<void>;
  /** Sleepers that wait for time to pass. */
  readonly sleeping: number;
}

/** Options of {@linkcode manualClock}. */
export interface ManualClockOptions {
  /** Epoch milliseconds at the start. @default {Date.UTC(2026, 0, 1)} */
  readonly nowMs?: number;
  /** Whether a sleep moves time on by itself and ends at once. @default {false} */
  readonly skipsSleep?: boolean;
}

/** Returns a clock for tests. */
export function manualClock(options: ManualClockOptions = {}): ManualClock {
  const startMs = options.nowMs ?? Date.UTC(2026, 0, 1);
  let elapsedMs = 0;
  const sleepers = new Set<{ dueMs: number; wake: () => void }>();
  const settle = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve));
  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    get sleeping() {
      return sleepers.size;
    },
    async sleep(durationMs, signal) {
      if (signal?.aborted === true || !(durationMs > 0)) return;
      if (options.skipsSleep === true) {
        elapsedMs += durationMs;
        return await settle();
      }
      await new Promise<void>((resolve) => {
        const sleeper = {
          dueMs: elapsedMs + durationMs,
          wake(): void {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake);
      });
    },
    async advance(durationMs) {
      const endMs = elapsedMs + durationMs;
      await settle();
      while (true) {
        const [next] = [...sleepers].sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined || next.dueMs > endMs) break;
        elapsedMs = Math.max(elapsedMs, next.dueMs);
        next.wake();
        await settle();
      }
      elapsedMs = endMs;
    },
  };
}

/** Options of {@linkcode fakeSystem}. */
export interface FakeSystemOptions extends Partial<System> {
  /** The whole environment. @default {{}} */
  readonly variables?: Readonly<Record<string, string>>;
  /** Processes that live, by pid; every other one is dead. */
  readonly processes?: Readonly<
    Record<number, { readonly start?: string; readonly startedMs?: number }>
  >;
  /** What is different from a Linux with everything. */
  readonly abilities?: Partial<ProcessAbilities>;
}

/** Returns a machine: pid 4000, uid 1000, host "host", in `/p`; random bytes count upwards. */
export function fakeSystem(options: FakeSystemOptions = {}): System {
  const { variables = {}, processes = {}, abilities, ...overrides } = options;
  const table: NonNullable<FakeSystemOptions["processes"]> = {
    4000: { start: "boot:4000" },
    ...processes,
  };
  let nextByte = 0;
  return {
    pid: 4000,
    hostname: "host",
    uid: 1000,
    os: "linux",
    runtime: "deno 0.0.0",
    selfCommand: ["/usr/bin/ll-loop"],
    cwd: "/p",
    home: "/home/me",
    env: (name) => Object.hasOwn(variables, name) ? variables[name] : undefined,
    environment: () => variables,
    randomBytes: (count) =>
      Uint8Array.from({ length: count }, () => nextByte++),
    processStart: (pid) => table[pid]?.start ?? null,
    processStartedMs: (pid) => table[pid]?.startedMs ?? null,
    isAlive: (pid) => Object.hasOwn(table, pid),
    processAbilities: () => ({
      bash: "/usr/bin/bash",
      setsid: "/usr/bin/setsid",
      canSeeAll: true,
      isGuarded: true,
      ...abilities,
    }),
    memoryUsedPercent: () => 10,
    ancestors: () => [],
    sha256,
    ...overrides,
  };
}

/** Returns a reaper that finds nothing. */
export function fakeReaper(): Reaper {
  return {
    find: () => [],
    end: () => Promise.resolve([]),
    signal: () => false,
  };
}

/** Starts nothing in the background. */
export function noDetached(): never {
  throw new Error("Started in the background");
}

/** Signals that tests send. */
export interface FakeSignals extends Signals {
  send(signal: StopSignal): void;
  /** How many listen. */
  readonly listeners: number;
}

/** Returns signals for tests. */
export function fakeSignals(): FakeSignals {
  const handlers = new Set<(signal: StopSignal) => void>();
  return {
    onStop(handler) {
      const own = (signal: StopSignal): void => handler(signal);
      handlers.add(own);
      return () => void handlers.delete(own);
    },
    send: (signal) => [...handlers].forEach((handler) => handler(signal)),
    get listeners() {
      return handlers.size;
    },
  };
}

/** A stream that keeps what is written. */
export interface CaptureStream extends Stream {
  /** Everything so far. */
  readonly text: string;
  clear(): void;
}

/** Returns a stream for tests: no terminal, 80 columns, no colours unless told otherwise. */
export function captureStream(
  options: Partial<Pick<Stream, "isTerminal" | "columns" | "hasColor">> = {},
): CaptureStream {
  let text = "";
  return {
    isTerminal: options.isTerminal ?? false,
    columns: options.columns ?? 80,
    hasColor: options.hasColor ?? false,
    isClosed: false,
    write(more) {
      text += more;
    },
    get text() {
      return text;
    },
    clear() {
      text = "";
    },
  };
}

/**
 * Returns sources that hold `files`: by absolute path, or with the prefix of embedded
 * files. A value that is no text stands for what reading it gives.
 */
export function fakeSources(
  files: Readonly<Record<string, string | SourceText>>,
): Sources {
  return {
    builtins: Object.keys(files)
      .filter((file) => file.startsWith(BUILTIN_PREFIX))
      .map((file) => file.slice(BUILTIN_PREFIX.length))
      .sort(),
    read(file) {
      const found = Object.hasOwn(files, file) ? files[file] : undefined;
      if (found === undefined) {
        const isFolder = namesIn(Object.keys(files), file).length > 0;
        return { kind: isFolder ? "directory" : "missing" };
      }
      return typeof found === "string" ? { kind: "text", text: found } : found;
    },
    list: (folder) => namesIn(Object.keys(files), folder),
    isExecutable: () => false,
  };
}

/** What starting a program of {@linkcode fakeProcesses} gives; everything else is that of success. */
export type FakeAnswer = Partial<ProcessOutcome> | { readonly out: string };

/** Options of {@linkcode fakeProcesses}. */
export interface FakeProcessesOptions {
  /** Paths of the programs on PATH, by name. */
  readonly programs?: Readonly<Record<string, string>>;
  /** What a program does; fails the test where it is not given. */
  readonly answer?: (spec: ProcessSpec) => FakeAnswer;
}

/** Returns processes for tests: programs by name, each start answered at once. */
export function fakeProcesses(options: FakeProcessesOptions = {}): Processes {
  const { programs = {}, answer } = options;
  return {
    find: (program) =>
      Object.hasOwn(programs, program) ? programs[program] ?? null : null,
    isExecutable: (path) => Object.values(programs).includes(path),
    start(spec) {
      if (answer === undefined) {
        throw new Error(`Started: ${spec.argv.join(" ")}`);
      }
      const given = answer(spec);
      const change = "out" in given
        ? {
          stdout: { ...EMPTY_OUTPUT, text: given.out },
        }
        : given;
      return {
        outcome: Promise.resolve({ ...SUCCESS, ...change }),
        stop() {},
      };
    },
  };
}

const SUCCESS: ProcessOutcome = {
  exitCode: 0,
  stdout: EMPTY_OUTPUT,
  stderr: EMPTY_OUTPUT,
  durationMs: 0,
  timeoutKind: null,
  isCancelled: false,
  startError: null,
};
/** Returns the names directly in a folder, of the paths of files, sorted. */
export function namesIn(paths: readonly string[], folder: string): string[] {
  const start = folder.replace(/\/?$/, "/");
  const below = paths.filter((path) => path.startsWith(start))
    .map((path) => path.slice(start.length).split("/", 1)[0] ?? "");
  return [...new Set(below)].sort();
}

/** Connects to no server, in tests in which nobody should try. */
export const noMcp: ConnectMcp = (): never => {
  throw new Error("No MCP server is to be started");
};
