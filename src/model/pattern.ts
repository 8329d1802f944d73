/**
 * Owns the reading of regular expressions that were written for the reference's engine:
 * inline flags, `(?P<name>`, `\A`, `\Z`, and anchors that mean lines by `\n` alone.
 * `\w`, `\d` and `\b` stay ASCII here.
 */

interface Flags {
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly verbose: boolean;
}

const GLOBAL_FLAGS_REGEXP = /^\(\?([aiLmsux]+)\)/;
const GROUP_FLAGS_REGEXP = /^\(\?([aiLmsux]*)(?:-([imsx]+))?:/;
const NAMED_GROUP_REGEXP = /^\(\?P<([A-Za-z_]\w*)>/;
const NAMED_REFERENCE_REGEXP = /^\(\?P=([A-Za-z_]\w*)\)/;
const REPEAT_REGEXP = /^\{(\d*)(,?)(\d*)\}/;
const OCTAL_REGEXP = /^\\(0[0-7]{0,2}|[1-3][0-7]{2})/;
const WIDE_ESCAPE_REGEXP = /^\\U([0-9A-Fa-f]{8})/;
const SYNTAX_CHARACTERS = "^$\\.*+?()[]{}|/";

/** What anchors become: looks around that mean `\n` alone, as the other engine's do. */
export const ANCHOR_SOURCES = {
  textStart: "(?<![\\s\\S])",
  textEnd: "(?![\\s\\S])",
  /** Without the multi-line flag the end also counts before one last line break. */
  lastLineEnd: "(?=\\n?(?![\\s\\S]))",
  lineStart: "(?<![^\\n])",
  lineEnd: "(?![^\\n])",
} as const;

/**
 * Returns the regular expression for `text`, without state between calls; `null` when it
 * does not compile even after translation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(compilePattern("(?i)^all (?P<what>tests) pass$")?.test("All tests PASS\n"), true);
 * assertEquals(compilePattern("(unclosed"), null);
 * ```
 */
export function compilePattern(text: string): RegExp | null {
  try {
    const { source, ignoreCase } = translate(text);
    return new RegExp(source, ignoreCase ? "iu" : "u");
  } catch {
    return null;
  }
}

function translate(text: string): { source: string; ignoreCase: boolean } {
  let rest = text;
  let letters = "";
  for (;;) {
    const match = GLOBAL_FLAGS_REGEXP.exec(rest);
    if (match === null) break;
    letters += match[1] ?? "";
    rest = rest.slice(match[0].length);
  }
  const flags: Flags = {
    dotAll: letters.includes("s"),
    multiline: letters.includes("m"),
    verbose: letters.includes("x"),
  };
  return {
    source: translateBody(rest, flags),
    ignoreCase: letters.includes("i"),
  };
}

function translateBody(text: string, outer: Flags): string {
  const stack: Flags[] = [];
  let flags = outer;
  let source = "";
  let index = 0;
  while (index < text.length) {
    const rest = text.slice(index);
    const character = text[index] ?? "";
    let consumed = 1;
    switch (character) {
      case "\\": {
        const escape = translateEscape(rest);
        source += escape.source;
        consumed = escape.length;
        break;
      }
      case "[": {
        const set = translateClass(rest);
        source += set.source;
        consumed = set.length;
        break;
      }
      case "(": {
        if (rest.startsWith("(?#")) {
          const end = rest.indexOf(")");
          if (end < 0) throw new SyntaxError("Unterminated comment");
          consumed = end + 1;
          break;
        }
        const reference = NAMED_REFERENCE_REGEXP.exec(rest);
        if (reference !== null) {
          source += `\\k<${reference[1]}>`;
          consumed = reference[0].length;
          break;
        }
        stack.push(flags);
        const named = NAMED_GROUP_REGEXP.exec(rest);
        const scoped = GROUP_FLAGS_REGEXP.exec(rest);
        if (named !== null) {
          source += `(?<${named[1]}>`;
          consumed = named[0].length;
        } else if (scoped !== null) {
          const on = scoped[1] ?? "";
          const off = scoped[2] ?? "";
          flags = withFlags(flags, on, off);
          source += on.includes("i")
            ? "(?i:"
            : off.includes("i")
            ? "(?-i:"
            : "(?:";
          consumed = scoped[0].length;
        } else source += "(";
        if (rest[consumed] === "?" && consumed === 1) {
          source += "?";
          consumed = 2;
        }
        break;
      }
      case ")":
        flags = stack.pop() ?? flags;
        source += ")";
        break;
      case ".":
        source += flags.dotAll ? "[\\s\\S]" : "[^\\n]";
        break;
      case "^":
        source += flags.multiline
          ? ANCHOR_SOURCES.lineStart
          : ANCHOR_SOURCES.textStart;
        break;
      case "$":
        source += flags.multiline
          ? ANCHOR_SOURCES.lineEnd
          : ANCHOR_SOURCES.lastLineEnd;
        break;
      case "{": {
        const repeat = REPEAT_REGEXP.exec(rest);
        const isRepeat = repeat !== null && repeat[0] !== "{}" &&
          source !== "";
        source += isRepeat
          ? `{${repeat[1] || "0"}${repeat[2]}${repeat[3]}}`
          : "\\{";
        consumed = isRepeat ? repeat[0].length : 1;
        break;
      }
      case "}":
      case "]":
        source += `\\${character}`;
        break;
      default:
        if (flags.verbose && /\s/.test(character)) break;
        if (flags.verbose && character === "#") {
          const end = rest.indexOf("\n");
          consumed = end < 0 ? rest.length : end + 1;
          break;
        }
        source += character;
    }
    index += consumed;
  }
  return source;
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const read = (letter: string, before: boolean) =>
    on.includes(letter) || (before && !off.includes(letter));
  return {
    dotAll: read("s", flags.dotAll),
    multiline: read("m", flags.multiline),
    verbose: read("x", flags.verbose),
  };
}

interface Piece {
  readonly source: string;
  /** Characters of the input that it stands for. */
  readonly length: number;
}

function translateEscape(text: string): Piece {
  const next = text[1] ?? "";
  if (next === "A") return { source: ANCHOR_SOURCES.textStart, length: 2 };
  if (next === "Z" || next === "z") {
    return { source: ANCHOR_SOURCES.textEnd, length: 2 };
  }
  return translateCharacterEscape(text);
}

function translateCharacterEscape(text: string): Piece {
  const next = text[1] ?? "";
  const octal = OCTAL_REGEXP.exec(text);
  if (octal !== null) {
    const code = Number.parseInt(octal[1] ?? "0", 8);
    return { source: `\\u{${code.toString(16)}}`, length: octal[0].length };
  }
  const wide = WIDE_ESCAPE_REGEXP.exec(text);
  if (wide !== null) return { source: `\\u{${wide[1]}}`, length: 10 };
  if (next === "a") return { source: "\\x07", length: 2 };
  // Unicode mode knows no needless escapes; the other engine ignores them.
  if (
    next !== "" && !/[A-Za-z0-9]/.test(next) &&
    !SYNTAX_CHARACTERS.includes(next)
  ) {
    return { source: next === "-" ? "\\x2d" : next, length: 2 };
  }
  return { source: `\\${next}`, length: 2 };
}

function translateClass(text: string): Piece {
  let source = "[";
  let index = 1;
  if (text[index] === "^") {
    source += "^";
    index++;
  }
  let isFirst = true;
  while (index < text.length) {
    const character = text[index] ?? "";
    if (character === "]" && !isFirst) {
      return { source: `${source}]`, length: index + 1 };
    }
    isFirst = false;
    if (character === "\\") {
      const escape = translateCharacterEscape(text.slice(index));
      source += escape.source;
      index += escape.length;
      continue;
    }
    source += character === "[" || character === "]"
      ? `\\${character}`
      : character;
    index++;
  }
  return { source, length: text.length };
}

/**
 * Returns a pattern that finds `text` literally.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(new RegExp(`^${escapePattern("a.b")}$`).test("axb"), false);
 * ```
 */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
