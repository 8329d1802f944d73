/** Owns lines in a text that comes in pieces. */

/** Puts lines together. */
export class LineReader {
  #rest = "";

  /** Returns the lines that `text` completes, without their ends. */
  push(text: string): readonly string[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }

  /** Returns the line that has no end, and forgets it; empty without one. */
  end(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }
}
