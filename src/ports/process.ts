/** Starting programs. One adapter starts everything; it never throws for what a child does. */

import type { Output } from "../model/mod.ts";
import type { StopSignal } from "./system.ts";

/** What to start. */
export interface ProcessSpec {
  /** Program and arguments. The program is looked up on PATH. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Variables on top of this process's own; `null` removes one. */
  readonly env: Readonly<Record<string, string | null>>;
  /**
   * Text on standard input. Nobody waits for it to be read: a child that ends without reading
   * all of it has ended all the same. @default the null device
   */
  readonly stdin?: string | null;
  /** Keeps standard input open for {@linkcode RunningProcess.input}, in the place of `stdin`. @default {false} */
  readonly isInteractive?: boolean;
  /** Wall limit in ms; 0 is none. */
  readonly timeoutMs: number;
  /** Limit of silence on both streams in ms; 0 is none. */
  readonly idleTimeoutMs: number;
  /** Time between TERM and KILL in ms. */
  readonly graceMs: number;
  /** Leaves the process group alone at the end of the run. */
  readonly detach: boolean;
  /** Where streams too long to keep are written: `<spillPrefix>.stdout` and `.stderr`. `null` never spills. */
  readonly spillPrefix: string | null;
  /**
   * Lines of standard output that hold one of these are kept, up to 64 Ki characters for
   * each, even where the stream is too long. @default {[]}
   */
  readonly marks?: readonly string[];
  /** Applied to decoded text before it is kept, spilled or shown. `null` where nothing is secret. */
  readonly mask: Mask | null;
}

/** Replaces secrets in a stream that arrives in pieces. */
export interface Mask {
  /** Returns a masker for one stream. */
  start(): {
    /** Returns what may be shown of everything pushed so far. */
    push(text: string): string;
    /** Returns the rest. */
    flush(): string;
  };
}

/** Called while the child runs. Must not throw: that ends the program as an uncaught error. */
export interface ProcessWatcher {
  /**
   * Gets whole lines without their ends, several at once; a line above `lineMaxLength` comes in
   * pieces of that length.
   */
  onLines(lines: readonly string[], stream: "stdout" | "stderr"): void;
  /** Gets the text of a stream as it comes, whole lines or not; then nobody gets its lines. */
  onText?(text: string, stream: "stdout" | "stderr"): void;
  /** Called once the child has been started, with its pid. */
  onStart?(pid: number): void;
  /**
   * Lines of each stream are handed out until more than this many bytes of it have come;
   * what is not wanted costs nothing. @default {Infinity}
   */
  readonly linesMaxBytes?: number;
  /** Longest line that is handed out whole, in characters. @default {65536} */
  readonly lineMaxLength?: number;
}

/** Standard input of a child that is talked to. */
export interface ChildInput {
  /**
   * Writes behind what was written before. Resolves with whether the child has taken it: not
   * where it has closed its input or ended. Never rejects.
   */
  write(text: string): Promise<boolean>;
  /** Closes it behind what was written: the child reads to its end. */
  close(): void;
}

/** How a child ended. */
export interface ProcessOutcome {
  /** Exit code 0..255; -N after signal N; 124 after a timeout; 127 when it could not start. */
  readonly exitCode: number;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly durationMs: number;
  /** Which limit ended it; `null` when none did. */
  readonly timeoutKind: "wall" | "idle" | null;
  /** Ended by {@linkcode RunningProcess.stop}. */
  readonly isCancelled: boolean;
  /** Why it could not be started at all; `null` when it ran. */
  readonly startError: string | null;
}

/** A child that was started. */
export interface RunningProcess {
  /** How it ended; never rejects. Spill names are relative to the prefix's folder. */
  readonly outcome: Promise<ProcessOutcome>;
  /** What it reads; only of a child that is interactive and has started. */
  readonly input?: ChildInput;
  /**
   * Ends the process group: TERM, grace, KILL, at once with `force`. The outcome is then
   * cancelled, unless a timeout came first.
   */
  stop(options?: { readonly force?: boolean }): void;
}

/** Starts and ends programs. */
export interface Processes {
  start(spec: ProcessSpec, watcher?: ProcessWatcher): RunningProcess;
  /** Returns the path of `program`, or `null` when PATH has no such executable. */
  find(program: string): string | null;
  /** Returns whether `path` is an executable file. */
  isExecutable(path: string): boolean;
}

/** How a text is kept. */
export interface KeepOptions {
  /** File that gets the whole of it where that is too long to keep; where it cannot be written there is none. */
  readonly spillPath: string;
  /** Lines with one of these are kept where others are left out, see {@linkcode ProcessSpec.marks}. */
  readonly marks: readonly string[];
  /** Gets the lines as they are completed, as {@linkcode ProcessWatcher.onLines} does. Must not throw. */
  onLines(lines: readonly string[]): void;
}

/** A text that is kept within the bounds of the output of a child. */
export interface KeptText {
  /** Takes the next piece, which ends with a whole character. */
  push(text: string): void;
  /** Returns what is kept of it, with or without the line break that it may end with. To be called once. */
  finish(options: { readonly lastBreak: "kept" | "dropped" }): Output;
}

/** Watches over the processes of one run. */
export interface Supervisor extends Processes {
  /** Keeps what is made of the output of a child, whose own stream is not what it says. */
  keep(options: KeepOptions): KeptText;
  /**
   * Ends every process of the run that is left (background children, grandchildren
   * that moved to other groups), detached ones aside.
   *
   * @returns pids that were still there and what they were, for the log
   */
  sweep(options: { readonly graceMs: number }): Promise<readonly Survivor[]>;
  /** Lets go: ends the guardian. */
  close(): Promise<void>;
}

/** A process that outlived its action and was ended. */
export interface Survivor {
  readonly pid: number;
  readonly command: string;
}

/** A program that outlives this one. */
export interface DetachedProcess {
  readonly pid: number;
  /** Its exit code, 128 + n after signal n; never rejects. */
  readonly ended: Promise<number>;
  signal(signal: StopSignal): void;
  /** Lets it go: from now on nobody listens, and it keeps nobody from ending. */
  release(): Promise<void>;
}

/** Starts a program in a session of its own, with the null device as input unless it is held. */
export type StartDetached = (
  argv: readonly string[],
  options: {
    readonly cwd: string;
    /** Whether its input is a pipe that ends when it is let go, or this program ends. @default {false} */
    readonly isHeld?: boolean;
    /** Called with what it prints, piece by piece, until it is let go. */
    onStdout(text: string): void;
    onStderr(text: string): void;
  },
) => DetachedProcess;

/** Finds and ends what runs left behind whose runner is gone, by the id of the run alone. */
export interface Reaper {
  /** Returns the living processes of a run, detached ones aside; none where the system does not tell. */
  find(runId: string): readonly Survivor[];
  /** Ends them; returns what there was. Never this process, nor a process that it was started by. */
  end(
    runId: string,
    options: { readonly graceMs: number },
  ): Promise<readonly Survivor[]>;
  /** Sends a signal to one process; returns whether it was there to get it. */
  signal(pid: number, signal: "SIGTERM" | "SIGKILL"): boolean;
}

/** Makes a supervisor for the run `runId`; `ancestors` are the ids of the runs it was started from. */
export type Supervise = (
  run: {
    readonly runId: string;
    readonly ancestors: readonly string[];
    /** The run's folder, on whose disk the supervisor has what its guardian must find. */
    readonly folder?: string;
  },
) => Supervisor;
