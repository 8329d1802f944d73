/** Cuts text that arrives in pieces into lines. */

/** Longest line that is handed out whole by default, in UTF-16 units. */
export const MAX_LINE_LENGTH = 64 * 1024;

/**
 * Cuts text into lines without their ends (`\n` or `\r\n`). A line longer than `maxLength` is
 * handed out in pieces of that length, so that memory stays bounded whatever a child prints.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const seen: string[] = [];
 * const splitter = new LineSplitter((lines) => seen.push(...lines));
 * splitter.push("a\r\nb");
 * splitter.push("c\nd");
 * splitter.flush();
 * assertEquals(seen, ["a", "bc", "d"]);
 * ```
 */
export class LineSplitter {
  readonly #onLines: (lines: readonly string[]) => void;
  readonly #maxLength: number;
  #rest = "";
  /** Whether pieces of the line in `#rest` have been handed out. */
  #isContinued = false;

  /** @param onLines called with all lines of one `push` at once, never with none */
  constructor(
    onLines: (lines: readonly string[]) => void,
    maxLength = MAX_LINE_LENGTH,
  ) {
    this.#onLines = onLines;
    this.#maxLength = maxLength;
  }

  /** Takes the next piece of text. */
  push(text: string): void {
    const end = text.indexOf("\n");
    if (end < 0 && this.#rest.length + text.length <= this.#maxLength) {
      this.#rest += text;
      return;
    }
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    const hasReturns = text.includes("\r") || parts[0]?.endsWith("\r");
    const lines: string[] = [];
    for (const part of parts) {
      const line = hasReturns && part.endsWith("\r") ? part.slice(0, -1) : part;
      const last = this.#cut(line, lines);
      // The whole line is out already when its end comes just behind a piece.
      if (last !== "" || !this.#isContinued) lines.push(last);
      this.#isContinued = false;
    }
    this.#rest = this.#cut(this.#rest, lines);
    if (lines.length > 0) this.#onLines(lines);
  }

  /** Hands out the last line where it has no end. */
  flush(): void {
    if (this.#rest !== "") this.#onLines([this.#rest]);
    this.#rest = "";
  }

  /** Moves whole pieces of a long line to `lines`; returns what remains, at most one piece. */
  #cut(line: string, lines: string[]): string {
    let start = 0;
    while (line.length - start > this.#maxLength) {
      let end = start + this.#maxLength;
      const unit = line.charCodeAt(end - 1);
      const isHighSurrogate = unit >= 0xd800 && unit <= 0xdbff;
      if (isHighSurrogate) end--;
      lines.push(line.slice(start, end));
      this.#isContinued = true;
      start = end;
    }
    return start === 0 ? line : line.slice(start);
  }
}
