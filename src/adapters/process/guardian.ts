/**
 * The process that outlives a runner killed with -9 for as long as it takes to end the runner's
 * children. It waits at the end of a pipe that only the runner holds; Linux only.
 */

import { GUARDIAN_SCRIPT, LIST_DESCRIPTOR } from "./guardian_script.ts";
import { readRow } from "./proc_table.ts";
import { DETACHED_VARIABLE, RUN_VARIABLE } from "./run_marker.ts";
import { SessionFile } from "./session_file.ts";
import type { Tools } from "./spawn_child.ts";

/** By which a guardian is known among processes; the id of its run follows. */
export const GUARDIAN_NAME = "ll-loop-guardian";

/** How long a guardian may take to leave after its goodbye. */
const GOODBYE_LIMIT_MS = 1000;

/** One guardian that is running. */
interface Watch {
  readonly child: Deno.ChildProcess;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** The same pipe for what must be in it at once: a stream may keep its second line for the next turn. */
  readonly pipe: Deno.FsFile | null;
  readonly ended: Promise<void>;
}

/** Whom a guardian is for. */
export interface GuardedRun {
  readonly runId: string;
  /** A folder of its own. Without one the guardian is told of each session as it comes and goes. */
  readonly folder?: string;
}

/** Starts and informs the guardian of one run. Nothing here throws: without a guardian a run works the same. */
export class Guardian {
  readonly #run: GuardedRun;
  readonly #tools: Tools;
  readonly #encoder = new TextEncoder();
  /** What it was told of. */
  readonly #told = new Set<number>();
  #watch: Watch | null = null;
  /** Where it looks once it has to; `null` where it is told instead. */
  #file: SessionFile | null = null;
  /** Whether it has opened that; until then it is told, since nobody could after the runner's death. */
  #isOpened = false;

  constructor(run: GuardedRun, tools: Tools) {
    this.#run = run;
    this.#tools = tools;
  }

  /** Starts the guardian unless it runs; waits for nothing. `sessions` are what it must know of. */
  ensure(sessions: ReadonlySet<number>): void {
    const { setsid, bash } = this.#tools;
    if (this.#watch !== null || setsid === null || bash === null) return;
    const own = readRow(Deno.pid);
    // A system that does not let us look for processes does not let the guardian either.
    if (own === null) return;
    // Another guardian must not find what the list of the last one said.
    this.#forget();
    const { folder } = this.#run;
    if (folder !== undefined) this.#file = SessionFile.open(folder);
    try {
      this.#watch = this.#start(setsid, bash, own.session);
    } catch {
      return;
    }
    this.#told.clear();
    this.tell(sessions);
  }

  /** Says of which sessions something is left. */
  tell(sessions: ReadonlySet<number>): void {
    // All of it by one write: after a part of it the runner may be killed.
    let lines = "";
    if (this.#file !== null && this.#isReadable(this.#file)) {
      if (this.#file.write(sessions)) return;
      lines += "void\n";
      this.#told.clear();
      this.#forget();
    }
    for (const session of this.#told) {
      if (sessions.has(session)) continue;
      this.#told.delete(session);
      lines += `-${session}\n`;
    }
    for (const session of sessions) {
      if (this.#told.has(session)) continue;
      this.#told.add(session);
      lines += `+${session}\n`;
    }
    if (lines !== "") this.#send(lines);
  }

  /** Sends the guardian home; returns once it has left. */
  async close(): Promise<void> {
    const watch = this.#watch;
    if (watch === null) return this.#forget();
    this.#watch = null;
    const bye = this.#encoder.encode("bye\n");
    watch.writer.write(bye).catch(() => {});
    const timer = setTimeout(() => {
      // Already gone is as good.
      try {
        watch.child.kill("SIGKILL");
      } catch {
        return;
      }
    }, GOODBYE_LIMIT_MS);
    await watch.ended;
    clearTimeout(timer);
    await watch.writer.close().catch(() => {});
    watch.pipe?.close();
    this.#forget();
  }

  #start(setsid: string, bash: string, ownSession: number): Watch {
    const options = ["--norc", "--noprofile", "-c", GUARDIAN_SCRIPT];
    const child = new Deno.Command(setsid, {
      args: [
        bash,
        ...options,
        GUARDIAN_NAME,
        this.#run.runId,
        RUN_VARIABLE,
        DETACHED_VARIABLE,
        `${ownSession}`,
        this.#file?.source ?? "",
      ],
      cwd: "/",
      // It must not be found by the search for what belongs to this or an outer run.
      clearEnv: true,
      env: { LC_ALL: "C" },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
    const writer = child.stdin.getWriter();
    writer.closed.catch(() => {});
    const pipe = openPipe(child.pid);
    const ended = child.status.then(() => {
      // Whoever ended it: the next action gets a new one.
      if (this.#watch?.child === child) {
        this.#watch = null;
        writer.close().catch(() => {});
        pipe?.close();
      }
    });
    return { child, writer, pipe, ended };
  }

  #isReadable(file: SessionFile): boolean {
    const pid = this.#watch?.child.pid;
    if (pid === undefined) return this.#isOpened;
    this.#isOpened ||= file.isOpenAs(`/proc/${pid}/fd/${LIST_DESCRIPTOR}`);
    return this.#isOpened;
  }

  #forget(): void {
    this.#file?.close();
    this.#file = null;
    this.#isOpened = false;
  }

  #send(lines: string): void {
    if (this.#watch === null) return;
    const { pipe, writer } = this.#watch;
    const bytes = this.#encoder.encode(lines);
    if (pipe === null) return void writer.write(bytes).catch(() => {});
    try {
      pipe.writeSync(bytes);
    } catch {
      // It has just been killed; the next action starts another one.
      return;
    }
  }
}

/** Returns the writing end of what a child reads, or `null` where the system does not open it again. */
function openPipe(pid: number): Deno.FsFile | null {
  try {
    return Deno.openSync(`/proc/${pid}/fd/0`, { write: true });
  } catch {
    return null;
  }
}
