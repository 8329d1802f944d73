/** Owns how each line of the live view is laid out: its indent, its colours, where it is cut. */

import { own, type UntilGoal } from "../../model/mod.ts";
import { painter, type Style, type Symbols, symbolsOf } from "../style.ts";
import { makeVisible } from "../visible.ts";
import { truncate } from "../width.ts";

/** How a view of a run prints. */
export interface RunViewOptions {
  /** Lines are cut to its columns, but not when verbose. */
  readonly style: Style;
  /** `quiet` prints nothing; `verbose` prints whole actions and every line of output. */
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** Step cap of the loop itself. */
  readonly maxSteps: number;
  /**
   * What a loop of `until` is after: its steps are not counted, and those that only look why
   * something failed are shown when verbose.
   */
  readonly goal?: UntilGoal | null;
  /** Whether those are shown, and counted, in any case. @default {false} */
  readonly hasEveryState?: boolean;
  /** Step caps of its sub-loops by name. */
  readonly childMaxSteps?: { readonly [loop: string]: number };
  /** Running time of earlier segments of a resumed run. @default {0} */
  readonly elapsedOffsetMs?: number;
  /** Whether every line of output is handed in, however many there are. @default {false} */
  readonly hasAllOutput?: boolean;
  /** Whether nothing lasts, so that no times are shown. @default {false} */
  readonly isTimeless?: boolean;
  /** Whether a log keeps what is not shown. @default {true} */
  readonly hasLog?: boolean;
}

/** Lays lines out for one view. */
export class Layout {
  readonly options: RunViewOptions;
  readonly symbols: Symbols;
  readonly paint: ReturnType<typeof painter>;
  readonly isVerbose: boolean;
  readonly goal: UntilGoal | null;

  constructor(options: RunViewOptions) {
    this.options = options;
    this.symbols = symbolsOf(options.style);
    this.paint = painter(options.style);
    this.isVerbose = options.verbosity === "verbose";
    this.goal = options.goal ?? null;
  }

  /** Returns whether at `depth` commands are told of, and not steps. */
  isPlain(depth: number): boolean {
    return this.goal !== null && depth === 0 && !this.isVerbose &&
      this.options.hasEveryState !== true;
  }

  /** Returns the step cap of a loop at `depth`; `undefined` where none is shown. */
  maxSteps(depth: number, loop: string | null): number | undefined {
    if (depth > 0) return own(this.options.childMaxSteps, loop ?? "");
    return this.goal === null ? this.options.maxSteps : undefined;
  }

  /** Returns a text in which nothing acts on the terminal. */
  visible(text: string): string {
    return makeVisible(text, {
      unicode: this.options.style.unicode !== false,
    });
  }

  /** Returns a line at its depth, cut to the terminal. */
  line(
    depth: number,
    text: string,
    options: { readonly indent: number } = { indent: 4 },
  ): string {
    const line = " ".repeat(depth * 2 + options.indent) + text;
    if (this.isVerbose) return line;
    return truncate(line, {
      columns: this.options.style.columns,
      ellipsis: this.symbols.ellipsis,
    });
  }
}
