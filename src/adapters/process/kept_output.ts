/**
 * Keeps a stream within 1 MiB: whole, or its head and tail with a line between that says
 * what is missing, and the lines with marks from there.
 */

import { count } from "../../model/mod.ts";
import { MarkedLines } from "./marked_lines.ts";
import { type Spill, SPILL_MAX_BYTES, SpillFile } from "./spill_file.ts";

/** Most that is kept whole. */
export const KEPT_MAX_BYTES = 1024 * 1024;
/** Kept from the start of a longer stream. */
export const HEAD_BYTES = 256 * 1024;
const TAIL_BYTES = KEPT_MAX_BYTES - HEAD_BYTES;
const FIRST_BYTES = 4 * 1024;
/** Of the head's last line, where a mark may begin that ends in what is left out. */
const LINE_BYTES = 1024;
const NEWLINE = 0x0a;

/** What is left of a stream. */
export interface Kept {
  readonly text: string;
  readonly isTruncated: boolean;
  readonly spill: string | null;
  readonly isSpillCut?: true;
}

/** Options of {@linkcode KeptOutput}. */
export interface KeptOptions {
  /** Where the whole goes once it is too long; `null` for nowhere. */
  readonly spillPath: string | null;
  /** Lines with one of these are kept, too, where they would be left out. @default {[]} */
  readonly marks?: readonly string[];
  /** How much of it goes there. @default {SPILL_MAX_BYTES} */
  readonly spillMaxBytes?: number;
}

/** Takes a stream in pieces. Memory: the next power of two of what came, at most 1 MiB. */
export class KeptOutput {
  readonly #spillPath: string | null;
  readonly #marks: readonly string[];
  readonly #spillMaxBytes: number;
  /** The head, then a ring for the tail. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #sizeBytes = 0;
  #spill: SpillFile | null = null;
  /** What is taken from the bytes that are left out. */
  #marked: MarkedLines | null = null;

  constructor(
    { spillPath, marks = [], spillMaxBytes = SPILL_MAX_BYTES }: KeptOptions,
  ) {
    this.#spillPath = spillPath;
    this.#marks = marks;
    this.#spillMaxBytes = spillMaxBytes;
  }

  /** Takes the next bytes; copies what it keeps. */
  push(bytes: Uint8Array): void {
    const end = this.#sizeBytes + bytes.length;
    if (end > KEPT_MAX_BYTES) this.#overflow(bytes);
    this.#reserve(Math.min(end, KEPT_MAX_BYTES));
    let rest = bytes;
    while (rest.length > 0) {
      const at = this.#sizeBytes < KEPT_MAX_BYTES
        ? this.#sizeBytes
        : this.#ringPosition();
      const count = Math.min(rest.length, KEPT_MAX_BYTES - at);
      if (this.#sizeBytes >= KEPT_MAX_BYTES) this.#leaveOut(at, count);
      this.#bytes.set(rest.subarray(0, count), at);
      this.#sizeBytes += count;
      rest = rest.subarray(count);
    }
  }

  /** Returns the text, decoded with replacement; closes the spill. */
  finish(): Kept {
    if (this.#sizeBytes <= KEPT_MAX_BYTES) {
      const text = decode(this.#bytes.subarray(0, this.#sizeBytes));
      return { text, isTruncated: false, spill: null };
    }
    const spill = this.#spill?.finish() ?? null;
    const head = this.#bytes.subarray(0, HEAD_BYTES);
    const headEnd = wholeCharactersEnd(head);
    const at = this.#ringPosition();
    const tail = new Uint8Array(TAIL_BYTES);
    tail.set(this.#bytes.subarray(at));
    tail.set(this.#bytes.subarray(HEAD_BYTES, at), KEPT_MAX_BYTES - at);
    const tailStart = wholeCharactersStart(tail);
    const leftOutBytes = this.#sizeBytes - headEnd - (TAIL_BYTES - tailStart);
    const headText = decode(head.subarray(0, headEnd));
    const tailText = decode(tail.subarray(tailStart));
    const marked = this.#marked?.finish(tailText) ?? "";
    const text = headText + (headText.endsWith("\n") ? "" : "\n") +
      markerLine(leftOutBytes, spill) +
      (marked === "" ? "" : `${marked}[…]\n`) + tailText;
    return {
      text,
      isTruncated: true,
      spill: spill?.name ?? null,
      ...(spill?.isCut === true ? { isSpillCut: true } : {}),
    };
  }

  /** Looks at bytes of the ring before others take their place. */
  #leaveOut(at: number, count: number): void {
    if (this.#marks.length === 0) return;
    if (this.#marked === null) {
      this.#marked = new MarkedLines(this.#marks);
      // The head is kept: of its last line only what goes on in what is left out counts.
      const end = this.#bytes.subarray(HEAD_BYTES - LINE_BYTES, HEAD_BYTES);
      this.#marked.push(end.subarray(end.lastIndexOf(NEWLINE) + 1));
    }
    this.#marked.push(this.#bytes.subarray(at, at + count));
  }

  #overflow(bytes: Uint8Array): void {
    if (this.#spillPath === null) return;
    if (this.#spill === null) {
      this.#spill = new SpillFile(this.#spillPath, {
        maxBytes: this.#spillMaxBytes,
      });
      this.#spill.write(this.#bytes.subarray(0, this.#sizeBytes));
    }
    this.#spill.write(bytes);
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#bytes.length) return;
    let capacity = Math.max(FIRST_BYTES, this.#bytes.length);
    while (capacity < sizeBytes) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, this.#sizeBytes));
    this.#bytes = grown;
  }

  /** Where the next byte goes, and so where the oldest of the tail stands. */
  #ringPosition(): number {
    return HEAD_BYTES + (this.#sizeBytes - HEAD_BYTES) % TAIL_BYTES;
  }
}

/**
 * Returns the line that stands for what is missing from a kept text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(markerLine(9, null), "[… 9 bytes left out …]\n");
 * assertEquals(
 *   markerLine(9, { name: "1.stdout", isCut: false }),
 *   "[… 9 bytes left out, all of it is in 1.stdout …]\n",
 * );
 * ```
 */
export function markerLine(leftOutBytes: number, spill: Spill | null): string {
  const where = spill === null
    ? ""
    : `, ${spill.isCut ? "the start" : "all"} of it is in ${spill.name}`;
  return `[… ${count(leftOutBytes, "byte")} left out${where} …]\n`;
}

function decode(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Returns where to cut `bytes` so that no character loses its end. */
function wholeCharactersEnd(bytes: Uint8Array): number {
  const size = bytes.length;
  for (let back = 1; back <= 3 && back <= size; back++) {
    const byte = bytes[size - back] ?? 0;
    if (isContinuation(byte)) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? size - back : size;
  }
  return size;
}

/** Returns where to begin in `bytes` so that no character lacks its start. */
function wholeCharactersStart(bytes: Uint8Array): number {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start] ?? 0)) start++;
  // Four in a row are no character at all: bytes that are not text are kept as they come.
  return isContinuation(bytes[start] ?? 0) ? 0 : start;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
