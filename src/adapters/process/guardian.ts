/**
 * The process that outlives a runner killed with -9 for as long as it takes to end the runner's
 * children. It waits at the end of a pipe that only the runner holds; Linux only.
 */

import { GUARDIAN_SCRIPT } from "./guardian_script.ts";
import { readRow } from "./proc_table.ts";
import { DETACHED_VARIABLE, RUN_VARIABLE } from "./run_marker.ts";
import { SessionFile } from "./session_file.ts";
import type { Tools } from "./spawn_child.ts";

/** By which a guardian is known among processes; the id of its run follows. */
export const GUARDIAN_NAME = "ll-loop-guardian";

/** The file with the sessions of a run, in its folder for as long as there is a guardian. */
const SESSIONS_NAME = "sessions";

/** How long a guardian may take to leave after its goodbye. */
const GOODBYE_LIMIT_MS = 1000;

/** One guardian that is running. */
interface Watch {
  readonly child: Deno.ChildProcess;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly ended: Promise<void>;
}

/** Whom a guardian is for. */
export interface GuardedRun {
  readonly runId: string;
  /** The run's folder. Without it the guardian is told of each session as it comes and goes. */
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
    const { folder } = this.#run;
    if (folder !== undefined) {
      this.#file ??= SessionFile.open(`${folder}/${SESSIONS_NAME}`);
    }
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
    if (this.#file !== null) {
      if (this.#file.write(sessions)) return;
      this.#send("void\n");
      this.#forget();
    }
    for (const session of this.#told) {
      if (sessions.has(session)) continue;
      this.#told.delete(session);
      this.#send(`-${session}\n`);
    }
    for (const session of sessions) {
      if (this.#told.has(session)) continue;
      this.#told.add(session);
      this.#send(`+${session}\n`);
    }
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
        this.#file?.path ?? "",
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
    const ended = child.status.then(() => {
      // Whoever ended it: the next action gets a new one.
      if (this.#watch?.child === child) {
        this.#watch = null;
        writer.close().catch(() => {});
      }
    });
    return { child, writer, ended };
  }

  #forget(): void {
    this.#file?.remove();
    this.#file = null;
  }

  #send(line: string): void {
    this.#watch?.writer.write(this.#encoder.encode(line)).catch(() => {});
  }
}
