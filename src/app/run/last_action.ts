/** Owns what is told of the last action of a run once it has ended. */

import { ROOT_FRAME, type RunEvent } from "../../model/mod.ts";
import type { LastAction } from "../../view/mod.ts";
import type { RunListener } from "./run_listener.ts";

const TAIL_LINES = 12;

/** Remembers the action that ended last, and its verdict. */
export class LastActionNote implements RunListener {
  #last: LastAction | null = null;
  /** The frame of that action. */
  #frame = ROOT_FRAME;
  /** Name of the loop, and the state that acts, by frame. */
  readonly #loops = new Map<string, string>();
  readonly #states = new Map<string, string>();

  /** The action; `null` when none ran. */
  get value(): LastAction | null {
    return this.#last;
  }

  onEvents(events: readonly RunEvent[]): void {
    for (const event of events) this.#note(event);
  }

  #note(event: RunEvent): void {
    const { frame = ROOT_FRAME } = event;
    switch (event.event) {
      case "loop_start":
        this.#loops.set(frame, event.loop);
        break;
      case "action_start":
        this.#states.set(frame, event.state);
        break;
      case "action_complete":
        this.#frame = frame;
        this.#last = {
          state: this.#states.get(frame) ?? "",
          subLoop: frame === ROOT_FRAME ? null : this.#loops.get(frame) ?? null,
          exitCode: event.exit_code,
          verdict: null,
          durationMs: event.duration_ms,
          timeoutKind: event.timeout_kind ?? null,
          isCancelled: event.cancelled ?? false,
          stdoutLines: tailOf(event.output_preview),
          stderrLines: tailOf(event.stderr_preview),
        };
        break;
      case "evaluate":
        // A state without action may be judged after it: that verdict is another one's.
        if (this.#last?.state === event.state && this.#frame === frame) {
          this.#last = { ...this.#last, verdict: event.verdict };
        }
        break;
      case "loop_complete":
        this.#loops.delete(frame);
        this.#states.delete(frame);
    }
  }
}

/** Returns the last lines of an output. */
export function tailOf(output: string | null): string[] {
  const text = output?.trimEnd() ?? "";
  return text === "" ? [] : text.split("\n").slice(-TAIL_LINES);
}
