/** Keeps the few lines of a long stream that hold a mark, in bounded memory, and lets all else pass. */

import { ByteSearch } from "./byte_search.ts";

/** Most that is kept for one mark, in UTF-16 units; longer lines are cut there. */
export const MARKED_MAX_LENGTH = 64 * 1024;
/** What is remembered of a long line: a mark may begin in one piece and end in the next. */
const REST_BYTES = 256;
/** Stands for the start of a line that is not there: what follows is no line start. */
const ELLIPSIS = "…";
const NEWLINE = 0x0a;

/**
 * Takes a stream in pieces. A line that ends with its mark takes the next line that is not
 * blank along. Pieces without a mark cost a search and nothing more.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const lines = new MarkedLines(["STOP:"]);
 * const encoder = new TextEncoder();
 * lines.push(encoder.encode("one\ntwo ST"));
 * lines.push(encoder.encode("OP: now\nSTOP:\n\nlater\nend\n"));
 * assertEquals(lines.finish(), "two STOP: now\nSTOP:\nlater\n");
 * ```
 */
export class MarkedLines {
  /** Room that is left, by mark; a mark without room is not looked for. */
  readonly #room: Map<string, number>;
  #search: ByteSearch;
  #kept = "";
  /** The line that has no end yet, or the end of it. */
  #rest: Uint8Array = new Uint8Array(0);
  /** Whether `#rest` lacks the start of its line. */
  #isCut = false;
  /** The mark whose line waits for one that is not blank. */
  #open: string | null = null;

  constructor(marks: readonly string[]) {
    this.#room = new Map(marks.map((mark) => [mark, MARKED_MAX_LENGTH]));
    this.#search = new ByteSearch(marks);
  }

  /** Takes the next bytes; copies what it keeps. */
  push(bytes: Uint8Array): void {
    if (this.#room.size === 0) return;
    if (!this.#isWanted(bytes)) return this.#pass(bytes);
    const all = concat(this.#rest, bytes);
    const end = all.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const lines = this.#decode(all.subarray(0, end - 1)).split("\n");
      for (const line of lines) this.#take(line);
      this.#isCut = false;
    }
    this.#rest = all.subarray(end);
    if (this.#rest.length <= MARKED_MAX_LENGTH) return;
    if (this.#open === null && !this.#search.isIn(this.#rest)) {
      return this.#pass(new Uint8Array(0));
    }
    this.#take(this.#decode(this.#rest));
    this.#rest = new Uint8Array(0);
    this.#isCut = true;
  }

  /**
   * Returns the lines, each with its end, in order. `following` is what stands behind the
   * stream: a line that goes on there is completed, the rest of it is not looked at.
   */
  finish(following = ""): string {
    let rest = this.#decode(this.#rest);
    let at = 0;
    while (rest !== "" || this.#open !== null) {
      const end = following.indexOf("\n", at);
      this.#take(rest + following.slice(at, end < 0 ? undefined : end));
      if (end < 0) break;
      rest = "";
      at = end + 1;
    }
    return this.#kept;
  }

  /** Whether `bytes` hold a mark, complete one, or belong to a line that is kept. */
  #isWanted(bytes: Uint8Array): boolean {
    if (this.#open !== null || this.#search.isIn(bytes)) return true;
    const start = bytes.subarray(0, this.#search.longest - 1);
    return this.#rest.length > 0 &&
      this.#search.isIn(concat(this.#rest, start));
  }

  /** Remembers only the end of the last line. */
  #pass(bytes: Uint8Array): void {
    const last = bytes.length < REST_BYTES ? concat(this.#rest, bytes) : bytes;
    const end = last.subarray(-REST_BYTES);
    const start = end.lastIndexOf(NEWLINE) + 1;
    if (start > 0) this.#isCut = false;
    else if (end.length < last.length || last === bytes) this.#isCut = true;
    this.#rest = end.slice(start);
  }

  #take(line: string): void {
    const mark = this.#markOf(line) ?? this.#open;
    if (mark === null || line.trim() === "") return;
    const room = this.#room.get(mark) ?? 0;
    if (room > 0) this.#kept += `${line.slice(0, room)}\n`;
    if (line.length < room) this.#room.set(mark, room - line.length);
    else if (this.#room.delete(mark)) {
      this.#search = new ByteSearch([...this.#room.keys()]);
    }
    this.#open = line.trimEnd().endsWith(mark) ? mark : null;
  }

  #markOf(text: string): string | null {
    for (const mark of this.#room.keys()) {
      if (text.includes(mark)) return mark;
    }
    return null;
  }

  #decode(bytes: Uint8Array): string {
    const text = new TextDecoder().decode(bytes);
    return this.#isCut ? ELLIPSIS + text.replace(/^\ufffd+/, "") : text;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
