/**
 * Owns the step from a text to a located tree: YAML values as `@std/yaml` gives them,
 * but dates stay text and keys are what was written. Problems are findings with a position.
 */

import { parse, YamlSyntaxError } from "@std/yaml";
import type { Finding, Position } from "../model/mod.ts";
import { describeValue, quote } from "./describe.ts";
import {
  type ListNode,
  type MapNode,
  type Node,
  originAt,
  type Place,
  rootPlace,
} from "./located.ts";
import { positionAt } from "./text_position.ts";

/** Most nodes that one file may unfold to; anchors can grow without bound. */
export const NODES_MAX = 200_000;
/** Deepest nesting of one file. */
export const DEPTH_MAX = 200;
const DUPLICATES_MAX = 20;
/** Keys that YAML may have resolved to something else than their text. */
const RESOLVED_KEY_REGEXP =
  /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null|NaN|-?Infinity)$/;
const CONTROL_REGEXP =
  // deno-lint-ignore no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
const DUPLICATE_MESSAGE = "duplicated key";
const MERGE_KEY = "<<";
const PROTO_KEY = "__proto__";
const COMPLEX_KEY = "[object Object]";

/** A parsed file. */
export interface ParsedText {
  /** `null` when the text is not one YAML document. An empty document is null as a scalar. */
  readonly root: Node | null;
  readonly findings: readonly Finding[];
}

/** Parses the text of `file`. Never throws. */
export function parseYaml(text: string, file: string): ParsedText {
  const findings: Finding[] = [];
  const control = CONTROL_REGEXP.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, "0");
    return failed(file, {
      message:
        `The file is not text: it holds the character U+${code.toUpperCase()}`,
      position: positionAt(text, control.index),
    });
  }
  const tab = INDENTING_TAB_REGEXP.exec(text);
  if (tab !== null) {
    // The parser would read the line as if it were not indented at all.
    return failed(file, {
      message: "Not valid YAML: a line is indented with a tab",
      hint: "Indent with spaces",
      position: positionAt(text, tab.index, tab[0].length),
    });
  }
  let value: unknown;
  try {
    value = parseAllowingDuplicates(text, file, findings);
  } catch (error) {
    return failed(file, explain(error, text));
  }
  try {
    const walk = new Walk(file, findings);
    let root = walk.locate(value, rootPlace(file));
    if (walk.needsKeyTexts) {
      findings.length -= walk.added;
      const withTexts = new Walk(file, findings, keyTexts(text));
      root = withTexts.locate(value, rootPlace(file));
    }
    return { root, findings };
  } catch (error) {
    if (!(error instanceof TreeLimitError)) throw error;
    return {
      root: null,
      findings: [...findings, {
        rule: "yaml-limit",
        severity: "error",
        message: error.message,
        at: originAt(error.place),
        hint: "Look for anchors and aliases that refer to one another",
      }],
    };
  }
}

function failed(
  file: string,
  problem: Pick<Finding, "message" | "hint"> & { readonly position: Position },
): ParsedText {
  return {
    root: null,
    findings: [{
      rule: "yaml-syntax",
      severity: "error",
      at: { file, path: [] },
      ...problem,
    }],
  };
}

// The core schema leaves dates and merge keys alone: both are ours to handle.
const OPTIONS = { schema: "core", allowDuplicateKeys: true } as const;

function parseAllowingDuplicates(
  text: string,
  file: string,
  findings: Finding[],
): unknown {
  let strict = text;
  for (let count = 0; count < DUPLICATES_MAX; count++) {
    try {
      const value = parse(strict, { schema: "core" });
      return count === 0 ? value : parse(text, OPTIONS);
    } catch (error) {
      if (
        !(error instanceof YamlSyntaxError) ||
        !error.message.includes(DUPLICATE_MESSAGE)
      ) {
        // A renamed key may have been an anchor: the text as it is decides.
        if (count > 0) return parse(text, OPTIONS);
        throw error;
      }
      const key = findKey(text, error.offset);
      findings.push({
        rule: "duplicate-key",
        severity: "warning",
        message: `Key ${
          key === null ? "" : `${quote(key.text)} `
        }is given twice in one mapping: the last one wins`,
        at: { file, path: [] },
        position: key === null
          ? positionAt(text, error.offset)
          : positionAt(text, key.offset, key.length),
      });
      if (key === null || key.text === "") break;
      // Renames the key, to find the next one.
      const at = key.offset + (key.isQuoted ? 1 : 0);
      strict = strict.slice(0, at) + String.fromCharCode(0xe000 + count) +
        strict.slice(at + 1);
    }
  }
  return parse(text, OPTIONS);
}

interface KeySpot {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly isQuoted: boolean;
}

const KEY_REGEXP =
  /(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\n]|'')*)'|([^\s,{}[\]"'][^,{}[\]\n]*?))\s*:(?=\s|$)/y;

/**
 * Returns the second of two keys. The parser stands at its start in a block, and behind
 * its value between braces; `null` when it cannot be told from there.
 */
function findKey(text: string, offset: number): KeySpot | null {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/^\s*(?:[-?]\s+)*$/.test(before)) return keyAt(text, offset);
  const start = Math.max(before.lastIndexOf(","), before.lastIndexOf("{")) + 1;
  const blank = /^\s*/.exec(before.slice(start))?.[0].length ?? 0;
  return start === 0 ? null : keyAt(text, lineStart + start + blank);
}

function keyAt(text: string, offset: number): KeySpot | null {
  KEY_REGEXP.lastIndex = offset;
  const match = KEY_REGEXP.exec(text);
  if (match === null) return null;
  const plain = match[3];
  const name = plain ?? match[1] ?? match[2] ?? "";
  const isQuoted = plain === undefined;
  return {
    text: name,
    offset,
    length: name.length + (isQuoted ? 2 : 0),
    isQuoted,
  };
}

interface Explanation {
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
    'Put entries that hold "{", "}", "[", "]" or "${" in quotes',
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
    /unknown escape sequence/,
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
];
const INDENTING_TAB_REGEXP = /^\t+(?=[^\s#])/m;

function explain(error: unknown, text: string): Explanation {
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

/** The same document with every scalar as its text; `undefined` where that cannot be had. */
function keyTexts(text: string): unknown {
  try {
    return parse(text, { schema: "failsafe", allowDuplicateKeys: true });
  } catch {
    return undefined;
  }
}

class TreeLimitError extends Error {
  readonly place: Place;
  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** One walk over a parsed value; counts as it goes, so that nothing explodes. */
class Walk {
  needsKeyTexts = false;
  /** Findings that this walk has added. */
  added = 0;
  #nodes = 0;
  #depth = 0;
  readonly #file: string;
  readonly #findings: Finding[];
  readonly #texts: unknown;

  constructor(file: string, findings: Finding[], texts?: unknown) {
    this.#file = file;
    this.#findings = findings;
    this.#texts = texts;
  }

  locate(value: unknown, place: Place): Node {
    return this.#node(value, place, this.#texts);
  }

  #node(value: unknown, place: Place, texts: unknown): Node {
    if (++this.#nodes > NODES_MAX) {
      throw new TreeLimitError(
        `The file unfolds to more than ${NODES_MAX} values`,
        place,
      );
    }
    if (typeof value !== "object" || value === null) {
      return { kind: "scalar", place, value: this.#scalar(value, place) };
    }
    if (this.#depth >= DEPTH_MAX) {
      throw new TreeLimitError(
        `Nested deeper than ${DEPTH_MAX} levels`,
        place,
      );
    }
    this.#depth++;
    const node = Array.isArray(value)
      ? this.#list(value, place, texts)
      : this.#map(value as Record<string, unknown>, place, texts);
    this.#depth--;
    return node;
  }

  #scalar(value: unknown, place: Place): null | boolean | number | string {
    switch (typeof value) {
      case "number":
        if (!Number.isFinite(value)) {
          return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
          this.#report({
            rule: "inexact-number",
            severity: "warning",
            message: `The number is too large to be exact: it is read as ${
              BigInt(value)
            }`,
            hint: "Put it in quotes to keep its digits",
          }, place);
        }
        return value;
      case "string":
      case "boolean":
        return value;
      default:
        return null;
    }
  }

  #list(value: unknown[], place: Place, texts: unknown): ListNode {
    const below = Array.isArray(texts) ? texts : [];
    const items = value.map((item, index) =>
      this.#node(
        item,
        { file: this.#file, parent: place, segment: index },
        below[index],
      )
    );
    return { kind: "list", place, items };
  }

  #map(
    value: Record<string, unknown>,
    place: Place,
    texts: unknown,
  ): MapNode {
    const below = typeof texts === "object" && texts !== null
      ? texts as Record<string, unknown>
      : {};
    const own = new Map<string, Node>();
    let merged: Map<string, Node> | null = null;
    for (const key of Object.keys(value)) {
      const text = this.#keyText(key, value, below);
      const at = { file: this.#file, parent: place, segment: text };
      if (key === PROTO_KEY || key === COMPLEX_KEY) {
        this.#reportKey(key, at);
        continue;
      }
      const child = this.#node(value[key], at, below[text]);
      if (key === MERGE_KEY) merged = this.#merge(child);
      else own.set(text, child);
    }
    if (merged === null) return { kind: "map", place, entries: own };
    for (const [key, child] of own) merged.set(key, child);
    return { kind: "map", place, entries: merged };
  }

  #keyText(
    key: string,
    value: Record<string, unknown>,
    texts: Record<string, unknown>,
  ): string {
    if (!RESOLVED_KEY_REGEXP.test(key)) return key;
    if (this.#texts === undefined) {
      this.needsKeyTexts = true;
      return key;
    }
    if (Object.hasOwn(texts, key)) return key;
    const found = Object.keys(texts).find((text) =>
      !Object.hasOwn(value, text) && resolvesTo(text, key)
    );
    return found ?? key;
  }

  #merge(node: Node): Map<string, Node> {
    const sources = node.kind === "list" ? node.items : [node];
    const merged = new Map<string, Node>();
    for (const source of sources) {
      if (source.kind !== "map") {
        this.#report({
          rule: "yaml-merge",
          severity: "error",
          message: `"<<" needs a mapping or a list of mappings, not ${
            source.kind === "scalar" ? describeValue(source.value) : "a list"
          }`,
        }, source.place);
        continue;
      }
      for (const [key, child] of source.entries) {
        if (!merged.has(key)) merged.set(key, child);
      }
    }
    return merged;
  }

  #reportKey(key: string, place: Place): void {
    if (key === PROTO_KEY) {
      this.#report({
        rule: "reserved-key",
        severity: "error",
        message: `"${PROTO_KEY}" cannot be used as a key`,
        onKey: true,
      }, place);
    } else {
      this.#report({
        rule: "complex-key",
        severity: "error",
        message: "A key must be text, not a mapping",
        hint: 'Put a value that begins with "{" in quotes',
        onKey: true,
      }, place);
    }
  }

  #report(finding: Omit<Finding, "at">, place: Place): void {
    this.added++;
    this.#findings.push({ ...finding, at: originAt(place) });
  }
}

function resolvesTo(text: string, key: string): boolean {
  try {
    return String(parse(text, { schema: "core" })) === key;
  } catch {
    return false;
  }
}
