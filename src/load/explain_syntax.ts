/** Owns the words for text that is not YAML. */

import { YamlSyntaxError } from "@std/yaml";
import type { Position } from "../model/mod.ts";
import { quote } from "./describe.ts";
import { positionAt } from "./text_position.ts";

/** Deepest nesting of one file. */
export const DEPTH_MAX = 200;

/** A syntax error in our words. */
export interface Explanation {
  readonly message: string;
  readonly hint?: string;
  readonly position: Position;
}

/** The parser's words, ours, and the way out. */
const EXPLANATIONS: readonly (readonly [
  pattern: RegExp,
  message: string,
  hint: string,
])[] = [
  [
    /explicit mapping pair is incomplete/,
    'a ":" inside a value, or a line that is no "key: value"',
    'Put a value that holds ": " in quotes, or write it as a block with "|"',
  ],
  [
    /missing comma between flow collection/,
    "a comma is missing between two entries",
    'Put entries that hold ": ", "{", "}", "[", "]" or "${" in quotes',
  ],
  [
    /unexpected end of the stream within a flow collection/,
    "a bracket is never closed",
    'Close it; put entries that hold "[", "]", "{", "}" in quotes',
  ],
  [
    /within a (?:single|double) quoted scalar/,
    "a quote is never closed",
    "Close the quote",
  ],
  [
    /unknown escape sequence|expected hexadecimal/,
    "an escape that does not exist",
    "Backslashes need single quotes or a block: '\\d+'",
  ],
  [
    /bad indentation/,
    "the line is indented unlike its neighbours",
    "Indent entries of one mapping alike, with spaces",
  ],
  [
    /unidentified alias/,
    "an alias without its anchor",
    'Put a value that begins with "*" in quotes',
  ],
  [
    /alias name must contain/,
    'a "*" that is no alias',
    'Put a value that begins with "*" in quotes',
  ],
  [
    /name of an anchor node must contain/,
    'an "&" that is no anchor',
    'Put a value that begins with "&" in quotes',
  ],
  [
    /multiline key may not be an implicit key/,
    'a line before this one is no "key: value"',
    "Give it a key, or close its quote: in single quotes a single quote is written twice",
  ],
  [
    /line break not found/,
    'a text behind "|" or ">" on the same line',
    "Begin the text on the next line, indented",
  ],
];
/** A line that begins with a tab: an error to the reference, no indentation at all to our parser. */
export const INDENTING_TAB_REGEXP = /^\t+(?=[^\s#])/m;

/** Returns what a parser's error means, where, and the way out. @throws what is no parser's error */
export function explainSyntax(error: unknown, text: string): Explanation {
  if (error instanceof RangeError) {
    return {
      message: `Nested deeper than ${DEPTH_MAX} levels`,
      position: positionAt(text, 0),
    };
  }
  if (!(error instanceof YamlSyntaxError)) throw error;
  const summary = (error.message.split("\n")[0] ?? "").replace(
    / at line \d+, column \d+:?$/,
    "",
  );
  const offset = Math.min(error.offset, text.length);
  // An error at the end of the text is shown on its last line that has something.
  const position = offset >= text.trimEnd().length
    ? positionAt(text, Math.max(text.trimEnd().length - 1, 0))
    : positionAt(text, offset);
  if (/more than 1 document/.test(summary)) {
    return {
      message: "The file holds several YAML documents; expected one",
      hint: 'Remove the "---" line, or split the file',
      position: { ...position, endColumn: position.column + 3 },
    };
  }
  const tag = /unknown tag !<(.*)>/.exec(summary);
  if (tag !== null) return explainTag(tag[1] ?? "", text, position);
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(summary));
  if (known !== undefined) {
    return {
      message: `Not valid YAML: ${known[1]}`,
      hint: known[2],
      position,
    };
  }
  const first = text[offset] ?? "";
  if (/document separator is expected/.test(summary) && first !== "") {
    return {
      message: `Not valid YAML: unexpected ${quote(first)}`,
      position,
      ...("@`%".includes(first)
        ? { hint: `Put a value that begins with ${quote(first)} in quotes` }
        : first === "-"
        ? { hint: "Begin a list on the next line, or write it as [a, b]" }
        : first === ":"
        ? { hint: 'The line before it is no "key: value"' }
        : {}),
    };
  }
  return {
    message: `Not valid YAML: ${summary.slice(0, 1).toLowerCase()}${
      summary.slice(1)
    }`,
    position,
  };
}

function explainTag(
  tag: string,
  text: string,
  position: Position,
): Explanation {
  const short = tag.replace("tag:yaml.org,2002:", "!!");
  // The parser stops behind the tagged node; the tag stands before that.
  const until = text.split("\n").slice(0, position.line).join("\n");
  const at = until.lastIndexOf(short);
  return {
    message: `Unknown YAML tag ${quote(short)}`,
    hint: "Remove the tag, or put the value in quotes",
    position: at < 0 ? position : positionAt(text, at, short.length),
  };
}
