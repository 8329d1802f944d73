// deno-lint-ignore-file no-control-regex -- control characters are what this file is about
/** Owns showing what a child printed without letting it steer the terminal. */

import { isReset } from "./width.ts";

/** How {@linkcode makeVisible} treats what is not plain text. */
export interface VisibleOptions {
  /** Keeps SGR colours, closed at the end; they are removed otherwise. @default {false} */
  readonly color?: boolean;
  /** Draws control characters as their pictures (`␛`) instead of `^[`. @default {true} */
  readonly unicode?: boolean;
  /** Columns that a tab jumps to a multiple of. @default {8} */
  readonly tabColumns?: number;
}

// Bidirectional controls and line separators can make a line look like another one.
const SPECIAL_REGEXP = new RegExp(
  "\\x1b\\[[0-9;:]*m|[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]",
  "g",
);
const COLOR_REGEXP = /\x1b\[[0-9;:]*m/g;
const NEEDS_WORK_REGEXP = new RegExp(
  "[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]",
);

/**
 * Returns one line of a child's output as text that is safe to print: colours are kept or
 * removed, tabs become spaces, every other control character becomes visible.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(makeVisible("\x1b[31mred\x1b[0m\x1b[2J"), "red␛[2J");
 * assertEquals(makeVisible("\x1b[31mred", { color: true }), "\x1b[31mred\x1b[0m");
 * ```
 */
export function makeVisible(
  line: string,
  options: VisibleOptions = {},
): string {
  // Nearly all lines are plain: the engine prepares what is called often, by its length.
  return NEEDS_WORK_REGEXP.test(line) ? redrawn(line, options) : line;
}

function redrawn(line: string, options: VisibleOptions): string {
  const body = line.endsWith("\r") ? line.slice(0, -1) : line;
  const tabColumns = options.tabColumns ?? 8;
  let shown = "";
  let column = 0;
  let end = 0;
  let isColored = false;
  for (const match of body.matchAll(SPECIAL_REGEXP)) {
    const plain = body.slice(end, match.index);
    shown += plain;
    column += plain.length;
    end = match.index + match[0].length;
    if (match[0].length > 1) {
      if (options.color !== true) continue;
      shown += match[0];
      isColored = !isReset(match[0]);
    } else if (match[0] === "\t") {
      const spaces = tabColumns - column % tabColumns;
      shown += " ".repeat(spaces);
      column += spaces;
    } else {
      const picture = controlPicture(match[0], options);
      shown += picture;
      column += picture.length;
    }
  }
  return shown + body.slice(end) + (isColored ? "\x1b[0m" : "");
}

/**
 * Returns `text` without colours; every other control sequence stays.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(removeColors("\x1b[1;31mred\x1b[0m\n"), "red\n");
 * ```
 */
export function removeColors(text: string): string {
  return text.includes("\x1b") ? text.replaceAll(COLOR_REGEXP, "") : text;
}

/** Returns a text that stands for one control character. */
export function controlPicture(
  character: string,
  options: { readonly unicode?: boolean } = {},
): string {
  const isUnicode = options.unicode !== false;
  const code = character.charCodeAt(0);
  if (code < 0x20) {
    return isUnicode
      ? String.fromCharCode(0x2400 + code)
      : "^" + String.fromCharCode(0x40 + code);
  }
  if (code === 0x7f) return isUnicode ? "␡" : "^?";
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * Returns `value` in double quotes for a message: control characters visible, at most
 * `max` characters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(quote("a\nb"), '"a␊b"');
 * ```
 */
export function quote(value: string, max = 60): string {
  const cut = value.length > max ? value.slice(0, max - 1) + "…" : value;
  let shown = "";
  for (const character of cut) {
    shown += NEEDS_WORK_REGEXP.test(character)
      ? controlPicture(character)
      : character;
  }
  return `"${shown}"`;
}
