/** Owns printing a run that is watched: its header, its events, and what it was told. */

import {
  LastActionNote,
  type Project,
  type RecordedRun,
  runHeader,
  type Seen,
  stepCaps,
  type StoredDefinition,
  storedFacts,
  watchRun,
} from "../app/mod.ts";
import { type Definitions, ROOT_FRAME, type RunEvent } from "../model/mod.ts";
import {
  formatRunHeader,
  formatStopRequest,
  type LastAction,
  type Style,
} from "../view/mod.ts";
import { EventPrinter } from "./event_printer.ts";
import { printLines, type Session } from "./program.ts";
import type { Watching } from "./until_left.ts";

/** What is watched, and how it is shown. */
export interface WatchReportOptions {
  readonly project: Project;
  readonly stored: StoredDefinition & { readonly run: RecordedRun };
  readonly style: Style;
  readonly stream: Session["stdout"];
  /** Steps of the past that are shown; `null` is all. */
  readonly tail: number | null;
}

/** Prints one run that somebody else runs. */
export class WatchReport {
  readonly #session: Session;
  readonly #options: WatchReportOptions;
  readonly #lastAction = new LastActionNote();
  #definitions: Definitions;
  /** Of the segment that is shown. */
  #printer: EventPrinter | null = null;
  #segmentStartMs: number | null = null;
  #lastEventMs = 0;
  #elapsedMs = 0;

  constructor(session: Session, options: WatchReportOptions) {
    this.#session = session;
    this.#options = options;
    this.#definitions = options.stored.definitions;
  }

  /** The definitions that hold now. */
  get current(): { readonly definitions: Definitions } {
    return { definitions: this.#definitions };
  }

  /** The action that ended last; `null` when none did. */
  get lastAction(): LastAction | null {
    return this.#lastAction.value;
  }

  /** Prints what was and what comes until the run ends, or until who watches leaves. */
  async follow(watching: Watching): Promise<void> {
    const { world } = this.#session;
    const folder = this.#options.stored.run.path;
    let isFirst = true;
    for await (
      const seen of watchRun(world, { folder, stop: watching.stop })
    ) {
      this.#definitions = seen.definitions ?? this.#definitions;
      if (isFirst) this.#printHeader();
      const { tail } = this.#options;
      const hidden = isFirst && tail !== null ? startOfTail(seen, tail) : 0;
      isFirst = false;
      for (const [index, part] of seen.parts.entries()) {
        if (part.kind === "event") {
          this.#take(part.event, { isHidden: index < hidden });
        } else if (index >= hidden && part.input.input === "stop") {
          const { request } = part.input;
          if (request.by === "signal") {
            this.#say(formatStopRequest(request.signal, { isForced: false }));
          }
        }
      }
      watching.check();
    }
  }

  /** Prints what still waits for an event that will not come. */
  end(): void {
    this.#printer?.end();
  }

  #take(event: RunEvent, { isHidden }: { readonly isHidden: boolean }): void {
    const nowMs = Date.parse(event.ts);
    if (event.event === "loop_resume" && event.frame === undefined) {
      this.#printer?.end();
      this.#printer = null;
    }
    if (this.#printer === null) {
      // The time between segments is no running time.
      this.#elapsedMs += this.#lastEventMs - (this.#segmentStartMs ?? 0);
      this.#segmentStartMs = nowMs;
      this.#printer = this.#newPrinter();
    }
    this.#lastEventMs = nowMs;
    this.#lastAction.onEvents([event]);
    if (isHidden) this.#printer.skip([event]);
    else this.#printer.print([event]);
  }

  #newPrinter(): EventPrinter {
    const { options } = this.#session;
    const { style, stream } = this.#options;
    return new EventPrinter({
      style,
      stream,
      verbosity: options.flag("quiet")
        ? "quiet"
        : options.flag("verbose")
        ? "verbose"
        : "normal",
      isFollowing: false,
      isClearing: options.flag("clear") && !options.flag("no-clear"),
      view: { ...stepCaps(this.#facts()), elapsedOffsetMs: this.#elapsedMs },
    });
  }

  #facts(): ReturnType<typeof storedFacts> {
    const { project, stored } = this.#options;
    return storedFacts(this.#session.world, project, {
      ...stored,
      definitions: this.#definitions,
    });
  }

  #printHeader(): void {
    const { stored: { run }, stream, style } = this.#options;
    const { world, options } = this.#session;
    if (options.flag("quiet")) return;
    const header = runHeader(world, this.#facts(), {
      ...run,
      resumedAt: null,
    });
    printLines(stream, [...formatRunHeader(header, style), ""]);
  }

  #say(text: string): void {
    if (this.#session.options.flag("quiet")) return;
    printLines(this.#session.stderr, [text]);
  }
}

/** Returns the number of the part with which the last `steps` steps of the loop itself begin. */
function startOfTail({ parts }: Seen, steps: number): number {
  const starts = parts.flatMap((part, index) =>
    part.kind === "event" && part.event.event === "state_enter" &&
      (part.event.frame ?? ROOT_FRAME) === ROOT_FRAME
      ? [index]
      : []
  );
  if (steps === 0) return parts.length;
  return starts.at(-steps) ?? 0;
}
