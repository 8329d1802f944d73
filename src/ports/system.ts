/** The machine around the program: time, randomness, environment, signals, streams. */

import type { SourceText } from "./sources.ts";

/** Real time. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Milliseconds of a clock that never jumps. */
  monotonicMs(): number;
  /** Resolves after `durationMs`, or early when `signal` aborts; never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** What the system lets be promised about the processes of a run. */
export interface ProcessAbilities {
  /** Path of the bash that actions run in; `null` where there is none. */
  readonly bash: string | null;
  /** Path of `setsid`; without it the runtime makes the session, which takes longer. */
  readonly setsid: string | null;
  /** Whether every process can be looked at, so that what left its group is found, too. */
  readonly canSeeAll: boolean;
  /** Whether a guardian ends the processes of a run whose runner is killed with -9. */
  readonly isGuarded: boolean;
}

/** Facts about this process and machine. */
export interface System {
  readonly pid: number;
  readonly hostname: string;
  readonly uid: number | null;
  readonly os: "linux" | "darwin" | "windows" | string;
  /** Name and version of the runtime. */
  readonly runtime: string;
  /** Program and first arguments that start this program again; its own arguments follow. */
  readonly selfCommand: readonly string[];
  readonly cwd: string;
  readonly home: string | null;
  /** Returns a variable; `undefined` when unset. */
  env(name: string): string | undefined;
  /** Returns every variable. */
  environment(): Readonly<Record<string, string>>;
  /** Returns `count` random bytes. */
  randomBytes(count: number): Uint8Array;
  /** Returns a token that changes when the pid is reused; `null` when it cannot be known. */
  processStart(pid: number): string | null;
  /**
   * Returns when a process started, epoch milliseconds to about a second; `null` when
   * it cannot be known.
   */
  processStartedMs(pid: number): number | null;
  /** Returns whether a process lives (a zombie does not); `null` when it cannot be known. */
  isAlive(pid: number): boolean | null;
  /** Returns how much of the machine's memory is in use, in percent; `null` when it cannot be known. */
  memoryUsedPercent(): number | null;
  /** Returns what can be promised about the processes that this one starts. */
  processAbilities(): ProcessAbilities;
  /** Returns the pids of the parents of this process, nearest first. */
  ancestors(): readonly number[];
  /** Returns SHA-256 in lower-case hex digits. */
  sha256(text: string): string;
}

/** Signals that ask this process to stop. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Listens for signals. One that was ignored when the program started stays ignored. */
export interface Signals {
  /** Calls `handler` for each; returns a function that stops listening. */
  onStop(handler: (signal: StopSignal) => void): () => void;
}

/** A place to print to. */
export interface Stream {
  /** Writes `text`; a closed pipe is silently ignored from then on. */
  write(text: string): void;
  /** Whether whoever reads has gone, as a write has shown. */
  readonly isClosed: boolean;
  readonly isTerminal: boolean;
  /** Columns; 80 when unknown. */
  readonly columns: number;
  /** Whether colours may be used, decided once for the stream. */
  readonly hasColor: boolean;
}

/** Where people type answers. */
export interface LineInput {
  readonly isTerminal: boolean;
  /** Returns the next line without its end; `null` when nothing more will come. */
  readLine(): Promise<string | null>;
  /** Returns all that comes until the end, as a definition. */
  readSource(): Promise<SourceText>;
}
