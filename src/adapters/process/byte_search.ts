/** Finds texts in bytes without making strings of them: what a stream prints is mostly not what is looked for. */

/** Looks for any of some texts, which are ASCII and not empty. */
export class ByteSearch {
  readonly #texts: readonly Uint8Array[];
  /** Length of the shortest text: the window that is moved along. */
  readonly #window: number;
  /** How far the window may move, by its last byte (Wu and Manber). */
  readonly #shifts = new Uint8Array(256);
  /** Length of the longest text. */
  readonly longest: number;

  constructor(texts: readonly string[]) {
    this.#texts = texts.map((text) => new TextEncoder().encode(text));
    const lengths = this.#texts.map(({ length }) => length);
    this.#window = Math.min(255, ...lengths);
    this.longest = Math.max(0, ...lengths);
    this.#shifts.fill(this.#window);
    for (const text of this.#texts) {
      for (let index = 0; index < this.#window; index++) {
        const byte = text[index] ?? 0;
        const shift = this.#window - 1 - index;
        this.#shifts[byte] = Math.min(this.#shifts[byte] ?? 0, shift);
      }
    }
  }

  /**
   * Returns whether one of the texts occurs.
   *
   * @example
   * ```ts
   * import { assert } from "@std/assert";
   * const search = new ByteSearch(["STOP:", "GO:"]);
   * assert(search.isIn(new TextEncoder().encode("x GO: on")));
   * assert(!search.isIn(new TextEncoder().encode("STOP GO")));
   * ```
   */
  isIn(bytes: Uint8Array): boolean {
    if (this.#texts.length === 0) return false;
    const shifts = this.#shifts;
    const size = bytes.length;
    for (let end = this.#window - 1; end < size;) {
      const shift = shifts[bytes[end] ?? 0] ?? 1;
      if (shift > 0) end += shift;
      else if (this.#isAt(bytes, end - this.#window + 1)) return true;
      else end++;
    }
    return false;
  }

  #isAt(bytes: Uint8Array, start: number): boolean {
    return this.#texts.some((text) => {
      if (start + text.length > bytes.length) return false;
      let index = 0;
      while (index < text.length && bytes[start + index] === text[index]) {
        index++;
      }
      return index === text.length;
    });
  }
}
