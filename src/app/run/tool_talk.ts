/** Owns what is told of a tool while it works: what its server prints, how far it has come, what it returns. */

import type { EventBody, Output } from "../../model/mod.ts";
import type { Clock, McpProgress } from "../../ports/mod.ts";
import type { PerformOptions } from "./drive.ts";

/** More lines than that are not in the journal, as of a shell action. */
const JOURNALED_CHARACTERS_MAX = 64 * 1024;
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
  readonly #isVerbose: boolean;
  #journaled = 0;
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
    this.#isVerbose = options.isVerbose;
  }

  /** Says a line on standard error. */
  say(line: string): void {
    const text = this.#hide(line.slice(0, JOURNALED_CHARACTERS_MAX));
    if (this.#said.length < KEPT_CHARACTERS_MAX) this.#said += `${text}\n`;
    this.#tell([text], { stream: "stderr" });
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
    const before = this.#journaled;
    const isWhole = text.length <= JOURNALED_CHARACTERS_MAX;
    this.#tell(isWhole ? lines : [], {});
    if (isWhole && spill === null) return;
    this.#performing.publish([{
      event: "output_truncated",
      size_bytes: sizeBytes,
      kept_bytes: this.#journaled - before,
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

  #tell(
    lines: readonly string[],
    where: { readonly stream?: "stderr" },
  ): void {
    const events = lines.map((line): EventBody => ({
      event: "action_output",
      line: line.trimEnd(),
      ...where,
    }));
    if (this.#journaled > JOURNALED_CHARACTERS_MAX) {
      if (this.#isVerbose) this.#performing.show(events);
      return;
    }
    for (const line of lines) this.#journaled += line.length + 1;
    this.#performing.publish(events);
  }
}
