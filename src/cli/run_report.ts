/** Owns printing a run on the terminal while it goes on. */

import {
  type Prepared,
  type RunFolder,
  runHeader,
  type RunListener,
  stepCaps,
} from "../app/mod.ts";
import type { RunEvent } from "../model/mod.ts";
import {
  formatHistoryLines,
  formatRunHeader,
  formatStopRequest,
  formatSurvivors,
  formatWait,
  RunView,
  type RunViewOptions,
  type Style,
} from "../view/mod.ts";
import { printLines, type Session } from "./program.ts";

const CLEAR_SCREEN = "\x1b[2J\x1b[H";

/** How a run is shown. */
export interface RunReportOptions {
  readonly style: Style;
  readonly verbosity: RunViewOptions["verbosity"];
  /** Prints each event as a line of the history instead of the view. */
  readonly isFollowing: boolean;
  /** Clears the screen at each state, on a terminal. */
  readonly isClearing: boolean;
  /** Where the view goes: stdout, or stderr where stdout is for a program. */
  readonly stream: Session["stdout"];
  /** Running time before it. */
  readonly elapsedOffsetMs: number;
}

/** Prints one run. */
export class RunReport implements RunListener {
  readonly #session: Session;
  readonly #prepared: Prepared;
  readonly #options: RunReportOptions;
  readonly #view: RunView;

  constructor(session: Session, prepared: Prepared, options: RunReportOptions) {
    this.#session = session;
    this.#prepared = prepared;
    this.#options = options;
    const { style, verbosity, elapsedOffsetMs } = options;
    this.#view = new RunView({
      ...stepCaps(prepared),
      hasAllOutput: prepared.request.isVerbose,
      elapsedOffsetMs,
      style,
      verbosity,
    });
  }

  onStart(folder: RunFolder): void {
    const { stream, style, verbosity } = this.#options;
    if (verbosity === "quiet") return;
    const header = runHeader(this.#session.world, this.#prepared, folder);
    printLines(stream, [...formatRunHeader(header, style), ""]);
  }

  onEvents(events: readonly RunEvent[]): void {
    const { stream, style, isFollowing, isClearing, verbosity } = this.#options;
    const lines: string[] = [];
    for (const event of events) {
      if (isFollowing) {
        const isVerbose = verbosity === "verbose";
        lines.push(...formatHistoryLines(event, { style, isVerbose }));
        continue;
      }
      if (isClearing && event.event === "state_enter" && stream.isTerminal) {
        printLines(stream, lines.splice(0));
        stream.write(CLEAR_SCREEN);
      }
      lines.push(...this.#view.push(event));
    }
    printLines(stream, lines);
  }

  onWait(blocker: Parameters<NonNullable<RunListener["onWait"]>>[0]): void {
    this.#say(formatWait(blocker));
  }

  onWarning(message: string): void {
    this.#say(`warning: ${message}`);
  }

  onNote(message: string): void {
    this.#say(`note: ${message}`);
  }

  onStopRequest(signal: string, isForced: boolean): void {
    this.#say(formatStopRequest(signal, { isForced }));
  }

  onSurvivors(
    survivors: Parameters<NonNullable<RunListener["onSurvivors"]>>[0],
  ): void {
    this.#say(formatSurvivors(survivors));
  }

  /** Prints what still waits for an event that will not come. */
  onEnd(): void {
    if (this.#options.isFollowing) return;
    printLines(this.#options.stream, this.#view.flush());
  }

  #say(text: string): void {
    if (this.#options.verbosity === "quiet") return;
    printLines(this.#session.stderr, [text]);
  }
}
