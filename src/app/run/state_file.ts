/** Owns `state.json`, the view of a run's snapshot for people and tools. */

import {
  formatTimestamp,
  type Frame,
  type Json,
  type JsonObject,
  type RunEvent,
  type RunRecord,
  SCHEMA_VERSION,
  type Snapshot,
  type StateFile,
} from "../../model/mod.ts";
import type { Clock, Files } from "../../ports/mod.ts";
import { exitStatusOf, runStatusOf } from "./exit_status.ts";

/** An unwritten change waits this long at most while steps follow each other quickly. */
const WRITE_INTERVAL_MS = 100;
// deno-lint-ignore no-control-regex -- references to secrets are framed by NUL
const SECRET_REGEXP = /\u0000secret:(?:env|context):[^\u0000]*\u0000/g;

/** Writes the state file of a run as it goes on. */
export class StateWriter {
  readonly #options: {
    readonly files: Files;
    readonly clock: Clock;
    readonly folder: string;
    readonly record: RunRecord;
  };
  #lastResult: Json = null;
  #lastWriteMs = -Infinity;

  constructor(
    options: {
      readonly files: Files;
      readonly clock: Clock;
      readonly folder: string;
      readonly record: RunRecord;
    },
  ) {
    this.#options = options;
  }

  /** Takes a step; writes when a state was entered and the last write is a while ago. */
  note(events: readonly RunEvent[], snapshot: Snapshot): void {
    let isDue = false;
    for (const event of events) {
      if (event.event === "evaluate" && event.depth === undefined) {
        const { event: _event, ts: _ts, type: _type, verdict, ...details } =
          event;
        this.#lastResult = { verdict, details: details as JsonObject };
      } else if (event.event === "state_enter") isDue = true;
    }
    const now = this.#options.clock.monotonicMs();
    if (isDue && now - this.#lastWriteMs >= WRITE_INTERVAL_MS) {
      this.write(snapshot);
    }
  }

  /** Writes the file. @throws {LoopError} `cannot-write` */
  write(snapshot: Snapshot): void {
    const { files, folder, clock } = this.#options;
    const text = `${JSON.stringify(this.#view(snapshot), null, 2)}\n`;
    files.replace(
      `${folder}/state.json`,
      text.replace(SECRET_TEXT_REGEXP, "***"),
    );
    this.#lastWriteMs = clock.monotonicMs();
  }

  #view(snapshot: Snapshot): StateFile {
    const { clock, record } = this.#options;
    const frame = snapshot.frames["0"] as Frame;
    const nowMs = clock.nowMs();
    const { end } = snapshot;
    const child = Object.values(snapshot.frames).find((each) =>
      each.parent === "0"
    );
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
        exit_status: exitStatusOf(end, snapshot.stop),
      }),
      ...(end === null || end.error === null ? {} : { error: end.error }),
    };
  }
}

const SECRET_TEXT_REGEXP = new RegExp(
  SECRET_REGEXP.source.replaceAll("\\u0000", "\\\\u0000"),
  "g",
);

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}
