/** Owns printing a run on the terminal while it goes on. */

import {
  headerAgents,
  type Prepared,
  type RunFolder,
  runHeader,
  type RunListener,
  stepCaps,
} from "../app/mod.ts";
import type { RunEvent } from "../model/mod.ts";
import {
  formatRunHeader,
  formatStopRequest,
  formatSurvivors,
  formatWait,
} from "../view/mod.ts";
import { EventPrinter, type EventPrinterOptions } from "./event_printer.ts";
import { printLines, type Session } from "./program.ts";

/** How a run is shown. */
export interface RunReportOptions extends Omit<EventPrinterOptions, "view"> {
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
  readonly #printer: EventPrinter;

  constructor(session: Session, prepared: Prepared, options: RunReportOptions) {
    this.#session = session;
    this.#prepared = prepared;
    this.#options = options;
    this.#printer = new EventPrinter({
      ...options,
      view: {
        ...stepCaps(prepared),
        hasAllOutput: prepared.request.isVerbose,
        elapsedOffsetMs: options.elapsedOffsetMs,
      },
    });
  }

  onStart(folder: RunFolder): void {
    const { stream, style, verbosity } = this.#options;
    if (verbosity === "quiet") return;
    const { world } = this.#session;
    const agents = headerAgents(world, this.#prepared);
    const header = runHeader(world, this.#prepared, { ...folder, ...agents });
    printLines(stream, [...formatRunHeader(header, style), ""]);
  }

  onEvents(events: readonly RunEvent[]): void {
    this.#printer.print(events);
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
    this.#printer.end();
  }

  #say(text: string): void {
    if (this.#options.verbosity === "quiet") return;
    printLines(this.#session.stderr, [text]);
  }
}
