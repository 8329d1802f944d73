/** Watches over the processes of one run: marks them, knows what is left of them, ends it. */

import type {
  KeepOptions,
  KeptText,
  ProcessSpec,
  ProcessWatcher,
  RunningProcess,
  Supervisor,
  Survivor,
} from "../../ports/mod.ts";
import type { Drain } from "./drain_stream.ts";
import { findProgram, isExecutable } from "./find_program.ts";
import { Guardian } from "./guardian.ts";
import { type Child, runChild } from "./run_child.ts";
import { DETACHED_VARIABLE, RUN_VARIABLE } from "./run_marker.ts";
import { exists } from "./send_signal.ts";
import type { Tools } from "./spawn_child.ts";
import { sweep } from "./sweep.ts";
import { TextKeeper } from "./text_keeper.ts";

/** A number that is free is given to somebody else much later. */
const FORGET_AFTER_MS = 200;

/** The run that is watched over. */
export interface SupervisedRun {
  readonly runId: string;
  /** Ids of the runs that it was started from, outermost first. */
  readonly ancestors: readonly string[];
  /** Its folder, if it has one. */
  readonly folder?: string;
}

/** {@linkcode Supervisor} over real processes. */
export class ProcessSupervisor implements Supervisor {
  readonly #runId: string;
  readonly #chain: string;
  readonly #detachedFrom: string;
  readonly #tools: Tools;
  readonly #guardian: Guardian;
  /** Actions that have not ended, detached ones aside. */
  readonly #running = new Set<Child>();
  /** Sessions whose number is certainly ours: an action that runs, or a group that it left behind. */
  readonly #sessions = new Set<number>();
  #forgetting: ReturnType<typeof setTimeout> | null = null;
  /** Pipes that a background process holds. */
  readonly #heldOpen = new Set<Drain>();

  constructor(run: SupervisedRun, tools: Tools) {
    this.#runId = run.runId;
    this.#chain = [...run.ancestors, run.runId].join(":");
    const outer = Deno.env.get(DETACHED_VARIABLE);
    this.#detachedFrom = outer ? `${outer}:${run.runId}` : run.runId;
    this.#tools = tools;
    this.#guardian = new Guardian(run, tools);
  }

  start(spec: ProcessSpec, watcher?: ProcessWatcher): RunningProcess {
    this.#guardian.ensure(this.#sessions);
    const child = runChild({ ...spec, env: this.#mark(spec) }, {
      tools: this.#tools,
      watcher,
      // A runner that is killed right now must not leave it behind.
      ...(spec.detach ? {} : { onSpawned: (session) => this.#add(session) }),
      onHeldOpen: (drain) => this.#hold(drain),
    });
    if (child.group !== null && !spec.detach) this.#follow(child);
    return child;
  }

  keep(options: KeepOptions): KeptText {
    return new TextKeeper(options);
  }

  find(program: string): string | null {
    return findOnPath(program);
  }

  isExecutable(path: string): boolean {
    return isExecutable(path);
  }

  async sweep(
    options: { readonly graceMs: number },
  ): Promise<readonly Survivor[]> {
    const running = [...this.#running];
    for (const child of running) child.stop();
    await Promise.all(running.map((child) => child.outcome));
    this.#forgetEmpty();
    const survivors = await sweep({
      runId: this.#runId,
      sessions: [...this.#sessions],
      graceMs: options.graceMs,
    });
    this.#forgetEmpty();
    return survivors;
  }

  async close(): Promise<void> {
    if (this.#forgetting !== null) clearTimeout(this.#forgetting);
    const drains = [...this.#heldOpen];
    for (const drain of drains) drain.cancel();
    await Promise.all(drains.map((drain) => drain.ended));
    await this.#guardian.close();
  }

  #mark(spec: ProcessSpec): ProcessSpec["env"] {
    const env = { ...spec.env, [RUN_VARIABLE]: this.#chain };
    return spec.detach
      ? { ...env, [DETACHED_VARIABLE]: this.#detachedFrom }
      : env;
  }

  #add(session: number): void {
    this.#dropEmpty();
    this.#sessions.add(session);
    this.#guardian.tell(this.#sessions);
  }

  #follow(child: Child): void {
    this.#running.add(child);
    child.outcome.finally(() => {
      this.#running.delete(child);
      this.#forgetSoon();
    });
  }

  #hold(drain: Drain): void {
    this.#heldOpen.add(drain);
    drain.ended.finally(() => this.#heldOpen.delete(drain));
  }

  /** The next action would have to wait for it: what is left of the last one is looked at while that one is at work. */
  #forgetSoon(): void {
    if (this.#forgetting !== null) return;
    this.#forgetting = setTimeout(() => {
      this.#forgetting = null;
      this.#forgetEmpty();
    }, FORGET_AFTER_MS);
    Deno.unrefTimer(this.#forgetting);
  }

  #forgetEmpty(): void {
    this.#dropEmpty();
    this.#guardian.tell(this.#sessions);
  }

  /**
   * Drops every session whose group is empty: its number may go to somebody else from
   * then on. What such a session left in other groups is still known by its environment.
   */
  #dropEmpty(): void {
    const running = new Set([...this.#running].map(({ group }) => group?.pid));
    for (const session of this.#sessions) {
      if (running.has(session) || exists(-session)) continue;
      this.#sessions.delete(session);
    }
  }
}

/** Returns the path of `program` by this process's PATH, or `null`. */
export function findOnPath(program: string): string | null {
  const found = findProgram(program, {
    cwd: Deno.cwd(),
    path: Deno.env.get("PATH"),
  });
  return found.kind === "found" ? found.path : null;
}
