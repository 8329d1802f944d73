/** Owns printing the events of a run as lines, whether it runs here or is watched. */

import type { RunEvent } from "../model/mod.ts";
import type { Stream } from "../ports/mod.ts";
import {
  formatHistoryLines,
  RunView,
  type RunViewOptions,
  type Style,
} from "../view/mod.ts";
import { printLines } from "./program.ts";

const CLEAR_SCREEN = "\x1b[2J\x1b[H";

/** How events are printed. */
export interface EventPrinterOptions {
  readonly style: Style;
  readonly verbosity: RunViewOptions["verbosity"];
  /** Prints each event as a line of the history instead of the view. */
  readonly isFollowing: boolean;
  /** Clears the screen at each state, on a terminal. */
  readonly isClearing: boolean;
  readonly stream: Stream;
  readonly view: Pick<
    RunViewOptions,
    "maxSteps" | "childMaxSteps" | "elapsedOffsetMs" | "hasAllOutput"
  >;
}

/** Prints the events of one segment. */
export class EventPrinter {
  readonly #options: EventPrinterOptions;
  readonly #view: RunView;

  constructor(options: EventPrinterOptions) {
    const { style, verbosity, view } = options;
    this.#options = options;
    this.#view = new RunView({ ...view, style, verbosity });
  }

  /** Takes events in that came before those that shall be seen. */
  skip(events: readonly RunEvent[]): void {
    for (const event of events) this.#view.push(event);
  }

  print(events: readonly RunEvent[]): void {
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

  /** Prints what still waits for an event that will not come. */
  end(): void {
    if (this.#options.isFollowing) return;
    printLines(this.#options.stream, this.#view.flush());
  }
}
