/** Owns colours and symbols. Every renderer takes a `Style`; who calls decides it, once for each stream. */

/** How to draw. */
export interface Style {
  /** Whether SGR colours are written. */
  readonly color: boolean;
  /** Width of the terminal; `Infinity` where lines are never cut. */
  readonly columns: number;
  /** Whether symbols beyond ASCII are used. @default {true} */
  readonly unicode?: boolean;
}

/** What a piece of text means; each has one colour. */
export type Tone =
  | "name"
  | "secondary"
  | "success"
  | "failure"
  | "warning"
  | "error"
  | "info";

const SGR_OF: { readonly [tone in Tone]: string } = {
  name: "1",
  // Gray: dim renders unevenly among terminals.
  secondary: "90",
  success: "32",
  failure: "38;5;208",
  warning: "33",
  error: "31",
  info: "36",
};

/**
 * Returns `text` in the colour of `tone`, or as it is without colours or when empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(paint("yes", { tone: "success", color: true }), "\x1b[32myes\x1b[0m");
 * assertEquals(paint("yes", { tone: "success", color: false }), "yes");
 * ```
 */
export function paint(
  text: string,
  options: { readonly tone: Tone; readonly color: boolean },
): string {
  if (!options.color || text === "") return text;
  return `\x1b[${SGR_OF[options.tone]}m${text}\x1b[0m`;
}

/** Returns a function that paints for `style`. */
export function painter(style: Style): (tone: Tone, text: string) => string {
  return (tone, text) => paint(text, { tone, color: style.color });
}

/** The symbols that renderers use. */
export interface Symbols {
  readonly good: string;
  readonly bad: string;
  readonly neutral: string;
  readonly ellipsis: string;
  readonly arrow: string;
  /** Marks where something begins; one column. */
  readonly start: string;
  readonly bar: string;
  readonly child: string;
  readonly prompt: string;
  readonly dot: string;
}

const UNICODE: Symbols = {
  good: "✓",
  bad: "✗",
  neutral: "•",
  ellipsis: "…",
  arrow: "→",
  start: "→",
  bar: "│",
  child: "↳",
  prompt: "✦",
  dot: "·",
};

const ASCII: Symbols = {
  good: "+",
  bad: "x",
  neutral: "*",
  ellipsis: "...",
  arrow: "->",
  start: ">",
  bar: "|",
  child: ">",
  prompt: "*",
  dot: "-",
};

/** Returns the symbols that `style` allows. */
export function symbolsOf(style: Style): Symbols {
  return style.unicode === false ? ASCII : UNICODE;
}
