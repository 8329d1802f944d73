/** Owns how much of one action's output is shown: its first lines at once, its last ones at the end. */

/** Lines that are shown as they come, where not everything is asked for. */
export const LIVE_LINES_MAX = 20;

/** Lines that are kept for the end once more came. */
export const TAIL_LINES_MAX = 5;

/** Lines of one action. */
export class OutputLines {
  readonly #liveMax: number;
  #live = 0;
  #hidden = 0;
  #tail: string[] = [];

  constructor(options: { readonly liveMax: number }) {
    this.#liveMax = options.liveMax;
  }

  /** Returns what to print now: the line, or nothing when it is kept back. */
  push(line: string): string[] {
    if (this.#live < this.#liveMax) {
      this.#live++;
      return [line];
    }
    this.#tail.push(line);
    if (this.#tail.length > TAIL_LINES_MAX) {
      this.#tail.shift();
      this.#hidden++;
    }
    return [];
  }

  /** Returns how many lines are never shown, and the last ones that were kept back. */
  end(): { readonly hidden: number; readonly tail: string[] } {
    const ended = { hidden: this.#hidden, tail: this.#tail };
    this.#hidden = 0;
    this.#tail = [];
    return ended;
  }
}
