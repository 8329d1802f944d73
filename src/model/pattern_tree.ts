/**
 * Owns the structure of a regular expression: what a search for it may cost, and how far a
 * match may reach, can be told from it before anything is searched.
 */

/** A part of a regular expression. */
export type PatternNode =
  | {
    /** One character, of those that `source` allows. */
    readonly kind: "character";
    readonly source: string;
  }
  | {
    readonly kind: "sequence" | "choice";
    readonly parts: readonly PatternNode[];
  }
  | {
    readonly kind: "repeat";
    readonly part: PatternNode;
    readonly min: number;
    /** `Infinity` without a limit. */
    readonly max: number;
  }
  | {
    /** A look ahead or behind; `source` is the whole of it. */
    readonly kind: "look";
    readonly part: PatternNode;
    readonly source: string;
  }
  /** `\b` and `\B`. */
  | { readonly kind: "boundary" }
  /** What an earlier group matched. */
  | { readonly kind: "reference" };

const GROUP_REGEXP = /\((?:\?(?:<?[=!]|<[^>]*>|[a-z]*(?:-[a-z]+)?:))?/y;
const ESCAPE_REGEXP =
  /\\(?:u\{[^}]*\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|c[A-Za-z]|k<[^>]*>|[1-9]\d*|[\s\S])/yu;
const CLASS_REGEXP = /\[(?:\\[\s\S]|[^\]\\])*\]/y;
const QUANTIFIER_REGEXP = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/y;
const CHARACTER_REGEXP = /[\s\S]/yu;

/** No pattern that somebody wrote is nested as deep. */
const DEPTH_MAX = 200;

/**
 * Returns the structure of a regular expression that has the flag `u` and comes from
 * `compilePattern`, which leaves neither `^`, `$` nor `.` in it; `null` for one that is
 * nested too deep to be looked through.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const x = { kind: "character", source: "x" } as const;
 * assertEquals(parsePattern(/x|x{2,}/u), {
 *   kind: "choice",
 *   parts: [
 *     { kind: "sequence", parts: [x] },
 *     { kind: "sequence", parts: [{ kind: "repeat", part: x, min: 2, max: Infinity }] },
 *   ],
 * });
 * ```
 */
export function parsePattern({ source }: RegExp): PatternNode | null {
  const parser = new Parser(source);
  const node = parser.choice();
  return parser.isTooDeep ? null : node;
}

class Parser {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isTooDeep(): boolean {
    return this.#depth > DEPTH_MAX;
  }

  choice(): PatternNode {
    const parts = [this.#sequence()];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      parts.push(this.#sequence());
    }
    return parts.length === 1 && parts[0] !== undefined
      ? parts[0]
      : { kind: "choice", parts };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.isTooDeep) {
      const next = this.#source[this.#at];
      if (next === undefined || next === "|" || next === ")") break;
      parts.push(this.#quantified(this.#atom(next)));
    }
    return { kind: "sequence", parts };
  }

  #quantified(part: PatternNode): PatternNode {
    const match = this.#take(QUANTIFIER_REGEXP);
    if (match === null) return part;
    const [all, from, comma, to] = match;
    if (from === undefined) {
      const min = all.startsWith("+") ? 1 : 0;
      const max = all.startsWith("?") ? 1 : Infinity;
      return { kind: "repeat", part, min, max };
    }
    const min = Number(from);
    const max = comma === undefined ? min : to ? Number(to) : Infinity;
    return { kind: "repeat", part, min, max };
  }

  #atom(next: string): PatternNode {
    if (next === "(") return this.#group();
    const [source = ""] = this.#take(
      next === "\\"
        ? ESCAPE_REGEXP
        : next === "["
        ? CLASS_REGEXP
        : CHARACTER_REGEXP,
    ) ?? [];
    if (/^\\[bB]$/.test(source)) return { kind: "boundary" };
    if (/^\\(?:k<|[1-9])/.test(source)) return { kind: "reference" };
    return { kind: "character", source };
  }

  #group(): PatternNode {
    const start = this.#at;
    const [opening = "("] = this.#take(GROUP_REGEXP) ?? [];
    this.#depth++;
    const part = this.choice();
    if (this.isTooDeep) return part;
    this.#depth--;
    this.#at++;
    return /[=!]$/.test(opening)
      ? { kind: "look", part, source: this.#source.slice(start, this.#at) }
      : part;
  }

  #take(regexp: RegExp): RegExpExecArray | null {
    regexp.lastIndex = this.#at;
    const match = regexp.exec(this.#source);
    if (match !== null) this.#at += match[0].length;
    return match;
  }
}
