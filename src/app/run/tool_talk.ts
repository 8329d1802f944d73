/** Owns what is told of a tool while it works: what its server prints, how far it has come, what it returns. */

import type { EventBody, Output } from "../../model/mod.ts";
import type { Clock, McpProgress } from "../../ports/mod.ts";
import type { PerformOptions } from "./drive.ts";
import { JOURNALED_CHARACTERS_MAX, ToldLines } from "./told_lines.ts";

/** What the server prints is kept up to this length. */
const KEPT_CHARACTERS_MAX = 256 * 1024;
/** A server may report after every file that it looks at. */
const PROGRESS_PAUSE_MS = 1000;
const MESSAGE_CHARACTERS_MAX = 500;

/** Tells of one call. */
export class ToolTalk {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #hide: (text: string) => string;
  readonly #performing: Pick<PerformOptions, "publish" | "show">;
  readonly #lines: ToldLines;
  #said = "";
  /** When progress was last told of; the latest that was not. */
  #toldMs = -Infinity;
  #untold: EventBody | null = null;

  constructor(options: {
    readonly clock: Pick<Clock, "monotonicMs">;
    /** Returns a text without secrets. */
    readonly hide: (text: string) => string;
    readonly performing: Pick<PerformOptions, "publish" | "show">;
    readonly isVerbose: boolean;
  }) {
    this.#clock = options.clock;
    this.#hide = options.hide;
    this.#performing = options.performing;
    this.#lines = new ToldLines(options.performing, {
      isAllShown: options.isVerbose,
    });
  }

  /** Says a line on standard error. */
  say(line: string): void {
    const text = this.#hide(line.slice(0, JOURNALED_CHARACTERS_MAX));
    if (this.#said.length < KEPT_CHARACTERS_MAX) this.#said += `${text}\n`;
    this.#lines.tell([text], { stream: "stderr" });
  }

  /** Takes a report. The first one is told at once, later ones about once a second. */
  progress({ progress, total, message }: McpProgress): void {
    const event: EventBody = {
      event: "action_progress",
      progress,
      ...(total === null ? {} : { total }),
      ...(message === null
        ? {}
        : { message: this.#hide(message).slice(0, MESSAGE_CHARACTERS_MAX) }),
    };
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#toldMs < PROGRESS_PAUSE_MS) {
      this.#untold = event;
      return;
    }
    this.#toldMs = nowMs;
    this.#untold = null;
    this.#performing.publish([event]);
  }

  /** Shows what the tool has returned. */
  show({ text, sizeBytes, spill }: Output): void {
    this.#tellProgress();
    const lines = text.trimEnd().split("\n");
    const before = this.#lines.journaled;
    const isWhole = text.length <= JOURNALED_CHARACTERS_MAX;
    this.#lines.tell(isWhole ? lines : []);
    if (isWhole && spill === null) return;
    this.#performing.publish([{
      event: "output_truncated",
      size_bytes: sizeBytes,
      kept_bytes: this.#lines.journaled - before,
      file: spill === null ? null : `outputs/${spill}`,
    }]);
  }

  /** Ends the talk; returns what was said on standard error. */
  end(): string {
    this.#tellProgress();
    return this.#said;
  }

  #tellProgress(): void {
    if (this.#untold !== null) this.#performing.publish([this.#untold]);
    this.#untold = null;
  }
}
