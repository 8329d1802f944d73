/** Owns where a text stops being JSON: the runtime's own message often does not say. */

const BLANK_REGEXP = /[ \t\n\r]*/y;
const STRING_REGEXP =
  // deno-lint-ignore no-control-regex -- JSON forbids these characters in strings
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER_REGEXP = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD_REGEXP = /true|false|null/y;

/** Nesting that no configuration has. */
const MAX_DEPTH = 200;

/** Where and why a text is no JSON. */
export interface JsonError {
  /** Index into the text; its length when something is missing at the end. */
  readonly offset: number;
  /** What would be right there. */
  readonly expected: string;
}

/**
 * Returns the first place where `text` is no JSON; `null` when it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(findJsonError('{"a": tru}'), { offset: 6, expected: "a value" });
 * assertEquals(findJsonError('{"a": [1, 2.5e3, null]}'), null);
 * ```
 */
export function findJsonError(text: string): JsonError | null {
  const scanner = new Scanner(text);
  try {
    scanner.value(0);
    scanner.end();
    return null;
  } catch (error) {
    if (error instanceof Unexpected) {
      return { offset: error.offset, expected: error.message };
    }
    throw error;
  }
}

class Unexpected extends Error {
  constructor(readonly offset: number, expected: string) {
    super(expected);
  }
}

class Scanner {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
    this.#take(BLANK_REGEXP);
  }

  value(depth: number): void {
    if (depth > MAX_DEPTH) this.#fail("less nesting");
    if (this.#sign("{")) this.#members(depth + 1);
    else if (this.#sign("[")) this.#items(depth + 1);
    else if (!this.#scalar()) this.#fail("a value");
  }

  end(): void {
    if (this.#offset < this.#text.length) this.#fail("the end of the file");
  }

  #members(depth: number): void {
    if (this.#sign("}")) return;
    do {
      if (!this.#take(STRING_REGEXP)) this.#fail('a key in "double quotes"');
      if (!this.#sign(":")) this.#fail('":"');
      this.value(depth);
    } while (this.#sign(","));
    if (!this.#sign("}")) this.#fail('"," or "}"');
  }

  #items(depth: number): void {
    if (this.#sign("]")) return;
    do this.value(depth); while (this.#sign(","));
    if (!this.#sign("]")) this.#fail('"," or "]"');
  }

  #scalar(): boolean {
    return this.#take(STRING_REGEXP) || this.#take(NUMBER_REGEXP) ||
      this.#take(WORD_REGEXP);
  }

  #sign(sign: string): boolean {
    if (this.#text[this.#offset] !== sign) return false;
    this.#offset++;
    this.#take(BLANK_REGEXP);
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset;
    if (!pattern.test(this.#text)) return false;
    this.#offset = pattern.lastIndex;
    if (pattern !== BLANK_REGEXP) this.#take(BLANK_REGEXP);
    return true;
  }

  #fail(expected: string): never {
    throw new Unexpected(this.#offset, expected);
  }
}
