/** Owns `state.json`, the view of a run's snapshot for people and tools. */

import {
  type Budget,
  formatTimestamp,
  type Frame,
  hideReferences,
  type Json,
  type JsonObject,
  LoopError,
  ROOT_FRAME,
  type RunEvent,
  type RunRecord,
  SCHEMA_VERSION,
  type Snapshot,
  type StateFile,
} from "../../model/mod.ts";
import type { Clock, Files } from "../../ports/mod.ts";
import { spendJson } from "../../view/mod.ts";
import { exitStatusOf, runStatusOf } from "./exit_status.ts";
import { raiseBudget } from "./raise_budget.ts";

/**
 * An unwritten change waits this long while steps follow each other quickly. A new file in the place of an old
 * one is given its blocks at once, for which the next sync of the journal has to wait.
 */
const WRITE_INTERVAL_MS = 250;
/** Writing a file that has become large takes no greater part of the time than one in this. */
const WRITE_SHARE = 20;
const WRITE_INTERVAL_MAX_MS = 5000;

/** Writes the state file of a run as it goes on. */
export class StateWriter {
  readonly #options: {
    readonly files: Files;
    readonly clock: Clock;
    readonly folder: string;
    readonly record: RunRecord;
    readonly past: readonly RunEvent[];
    readonly budget: Budget | null;
  };
  #lastResult: Json = null;
  #lastWriteMs = -Infinity;
  #intervalMs = WRITE_INTERVAL_MS;
  /** What is to be written when the interval is over. */
  #pending: { snapshot: Snapshot; readonly timer: AbortController } | null =
    null;
  #failure: { readonly error: unknown } | null = null;

  constructor(
    options: {
      readonly files: Files;
      readonly clock: Clock;
      readonly folder: string;
      readonly record: RunRecord;
      /** Events of earlier segments of the run. */
      readonly past: readonly RunEvent[];
      /** Of the started loop; `null` without one. */
      readonly budget: Budget | null;
    },
  ) {
    this.#options = options;
    for (const event of options.past) this.#noteResult(event);
  }

  /**
   * Takes a step. A state that was entered is written at once when the last write is a while
   * ago, else soon.
   *
   * @throws {LoopError} `cannot-write` for the first one, before anything is done; later ones are told with
   * the next step, since the action is at work already and is to end in its own time
   */
  note(events: readonly RunEvent[], snapshot: Snapshot): void {
    let isDue = false;
    for (const event of events) {
      this.#noteResult(event);
      if (event.event === "state_enter") isDue = true;
    }
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#pending !== null) this.#pending.snapshot = snapshot;
    else if (isDue) this.#writeSoon(snapshot);
  }

  /** Drops what is still to be written. */
  close(): void {
    this.#forget();
  }

  /** Writes the file. @throws {LoopError} `cannot-write` */
  write(snapshot: Snapshot): void {
    const { files, clock } = this.#options;
    this.#forget();
    const startMs = clock.monotonicMs();
    files.replace(this.#path, this.#text(snapshot));
    this.#lastWriteMs = clock.monotonicMs();
    this.#intervalMs = Math.min(
      Math.max(WRITE_INTERVAL_MS, (this.#lastWriteMs - startMs) * WRITE_SHARE),
      WRITE_INTERVAL_MAX_MS,
    );
  }

  #noteResult(event: RunEvent): void {
    if (event.event !== "evaluate" || event.frame !== undefined) return;
    const { event: _, ts: _ts, type: _type, state: _state, ...rest } = event;
    const { verdict, ...details } = rest;
    this.#lastResult = { verdict, details: details as JsonObject };
  }

  /**
   * Writes the end of a run that cannot write its files any more, if there is any way to: over
   * the file where it lies. Never throws; a reader knows that nobody is running it.
   */
  writeLast(snapshot: Snapshot, exitStatus: number): void {
    const { files } = this.#options;
    this.#forget();
    const text = this.#text(snapshot, exitStatus);
    try {
      files.replace(this.#path, text, { orInPlace: true });
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
    }
  }

  get #path(): string {
    return `${this.#options.folder}/state.json`;
  }

  #text(snapshot: Snapshot, exitStatus?: number): string {
    const view = this.#view(snapshot, exitStatus);
    return `${
      JSON.stringify(
        view,
        (_key, value) =>
          typeof value === "string" ? hideReferences(value) : value,
        2,
      )
    }\n`;
  }

  #writeSoon(snapshot: Snapshot): void {
    const { clock } = this.#options;
    const waitMs = this.#lastWriteMs + this.#intervalMs - clock.monotonicMs();
    if (!(waitMs > 0)) {
      try {
        return this.write(snapshot);
      } catch (error) {
        const isFirst = this.#lastWriteMs === -Infinity;
        if (isFirst) throw error;
        this.#failure = { error };
        return;
      }
    }
    const pending = { snapshot, timer: new AbortController() };
    this.#pending = pending;
    clock.sleep(waitMs, pending.timer.signal).then(() => {
      if (this.#pending === pending) this.write(pending.snapshot);
    }).catch((error) => {
      this.#failure = { error };
    });
  }

  #forget(): void {
    this.#pending?.timer.abort();
    this.#pending = null;
  }

  #view(snapshot: Snapshot, exitStatus?: number): StateFile {
    const { budget, clock, record } = this.#options;
    const frame = snapshot.frames[ROOT_FRAME] as Frame;
    const nowMs = clock.nowMs();
    const { end } = snapshot;
    const child = Object.values(snapshot.frames).find((each) =>
      each.parent === ROOT_FRAME
    );
    const raise = end?.terminatedBy === "budget_exceeded"
      ? raiseBudget(snapshot, budget)
      : null;
    const elapsedMs = (end?.endedAtMs ?? nowMs) - frame.startedAtMs;
    return {
      loop_name: record.loop,
      current_state: frame.state,
      iteration: frame.steps,
      captured: frame.captured,
      prev_result: frame.prev === null ? null : { ...frame.prev },
      last_result: this.#lastResult,
      started_at: record.started_at,
      updated_at: formatTimestamp(nowMs),
      status: end === null ? "running" : runStatusOf(end),
      accumulated_ms: Math.max(
        0,
        Math.round(frame.elapsedOffsetMs + elapsedMs),
      ),
      ...(end?.continuation ? { continuation_prompt: end.continuation } : {}),
      ...(isEmpty(frame.retries) ? {} : { retry_counts: frame.retries }),
      ...(isEmpty(frame.edges) ? {} : { edge_revisit_counts: frame.edges }),
      ...(frame.passes === 0 ? {} : { iteration_count: frame.passes }),
      ...(frame.messages.length === 0 ? {} : { messages: frame.messages }),
      pid: record.pid,
      context: frame.context,
      ...(child === undefined ? {} : { active_sub_loop: child.loop }),
      schema_version: SCHEMA_VERSION,
      run_id: record.id,
      ...(end === null ? {} : {
        terminated_by: end.terminatedBy,
        exit_status: exitStatus ?? exitStatusOf(end, snapshot.stop),
      }),
      ...(end === null || end.error === null ? {} : { error: end.error }),
      ...(snapshot.spend === undefined
        ? {}
        : { spend: spendJson(snapshot.spend) }),
      ...(raise === null ? {} : { raise_budget: raise }),
    };
  }
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}
