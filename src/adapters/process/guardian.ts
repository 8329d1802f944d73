/**
 * The process that outlives a runner killed with -9 for as long as it takes to end the runner's
 * children. It waits at the end of a pipe that only the runner holds; Linux only.
 */

import { GUARDIAN_SCRIPT } from "./guardian_script.ts";
import { readRow } from "./proc_table.ts";
import { DETACHED_VARIABLE, RUN_VARIABLE } from "./run_marker.ts";
import type { Tools } from "./spawn_child.ts";

/** By which a guardian is known among processes; the id of its run follows. */
export const GUARDIAN_NAME = "ll-loop-guardian";

/** How long a guardian may take to leave after its goodbye. */
const GOODBYE_LIMIT_MS = 1000;

/** One guardian that is running. */
interface Watch {
  readonly child: Deno.ChildProcess;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly ended: Promise<void>;
}

/** Starts and informs the guardian of one run. Nothing here throws: without a guardian a run works the same. */
export class Guardian {
  readonly #runId: string;
  readonly #tools: Tools;
  readonly #encoder = new TextEncoder();
  #watch: Watch | null = null;

  constructor(runId: string, tools: Tools) {
    this.#runId = runId;
    this.#tools = tools;
  }

  /** Starts the guardian unless it runs; waits for nothing. `sessions` are what it must know of. */
  ensure(sessions: Iterable<number>): void {
    const { setsid, bash } = this.#tools;
    if (this.#watch !== null || setsid === null || bash === null) return;
    const own = readRow(Deno.pid);
    // A system that does not let us look for processes does not let the guardian either.
    if (own === null) return;
    try {
      this.#watch = this.#start(setsid, bash, own.session);
    } catch {
      return;
    }
    for (const session of sessions) this.add(session);
  }

  /** Tells of a session that was started. */
  add(session: number): void {
    this.#tell(`+${session}\n`);
  }

  /** Tells that nothing of a session is left. */
  remove(session: number): void {
    this.#tell(`-${session}\n`);
  }

  /** Sends the guardian home; returns once it has left. */
  async close(): Promise<void> {
    const watch = this.#watch;
    if (watch === null) return;
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
  }

  #start(setsid: string, bash: string, ownSession: number): Watch {
    const options = ["--norc", "--noprofile", "-c", GUARDIAN_SCRIPT];
    const child = new Deno.Command(setsid, {
      args: [
        bash,
        ...options,
        GUARDIAN_NAME,
        this.#runId,
        RUN_VARIABLE,
        DETACHED_VARIABLE,
        `${ownSession}`,
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

  #tell(line: string): void {
    this.#watch?.writer.write(this.#encoder.encode(line)).catch(() => {});
  }
}
