/**
 * Owns what the edit of a finding means for the text of its file. What cannot be changed for
 * certain by changing a few characters is left to people.
 */

import type { Document, Node as YamlNode, Scalar, YAMLMap } from "yaml";
import type { Edit, Finding, Position, TextChange } from "../model/mod.ts";
import { endOfLine, positionAt } from "./text_position.ts";
import {
  findExcerpt,
  isEscaped,
  rangeOf,
  resolveAlias,
  walkTo,
  type Yaml,
} from "./yaml_nodes.ts";

/** A file, parsed. */
interface Parsed {
  readonly text: string;
  readonly document: Document.Parsed | null;
  readonly yaml: Yaml;
}

/** Returns the change that the edit of a finding makes; `null` without one, or where it cannot be made. */
export function changeFor(
  finding: Finding,
  { text, document, yaml }: Parsed,
): TextChange | null {
  const { edit } = finding;
  // Where the two parsers do not agree, places are guesses.
  if (edit === undefined || document === null || document.errors.length > 0) {
    return null;
  }
  const parsed = { text, document, yaml };
  const piece = edit.kind === "replace"
    ? replaced(finding, edit.text, parsed)
    : edit.kind === "insert"
    ? inserted(finding, edit, parsed)
    : appended(finding, edit, parsed);
  return piece === null ? null : {
    file: finding.at.file,
    ...piece,
    position: spanAt(text, piece),
  };
}

/** The lines and columns of a piece of a text, which may be empty. */
function spanAt(text: string, { start, end }: Piece): Position {
  const { line, column } = positionAt(text, start);
  const last = positionAt(text, end);
  return { line, column, endLine: last.line, endColumn: last.column };
}

type Piece = Pick<TextChange, "start" | "end" | "text">;
interface Open extends Parsed {
  readonly document: Document.Parsed;
}

function replaced(
  finding: Finding,
  text: string,
  parsed: Open,
): Piece | null {
  const { spot, isExact } = walkTo(
    parsed.document,
    finding.at.path,
    parsed.yaml,
  );
  if (!isExact) return null;
  if (finding.onKey === true) {
    const key = rangeOf(spot.key);
    return key === null ? null : { start: key.start, end: key.end, text };
  }
  const { value } = spot;
  const range = rangeOf(value);
  if (range === null || value === null) return null;
  if (finding.excerpt === undefined) {
    const isBlock = parsed.yaml.isScalar(value) && isBlockScalar(value);
    return isBlock || range.end <= range.start
      ? null
      : { start: range.start, end: range.end, text };
  }
  const start = findExcerpt(parsed.text, {
    excerpt: finding.excerpt,
    occurrence: finding.occurrence,
  }, range);
  const written = parsed.yaml.isScalar(value) ? writtenIn(value, text) : text;
  return start < 0 || written === null || isEscaped(parsed.text, start)
    ? null
    : { start, end: start + finding.excerpt.length, text: written };
}

function isBlockScalar({ type }: Scalar): boolean {
  return type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
}

/** Returns a piece of text as it is written within a scalar; `null` where that would end it. */
function writtenIn(scalar: Scalar, text: string): string | null {
  switch (scalar.type) {
    case "QUOTE_DOUBLE":
      return JSON.stringify(text).slice(1, -1);
    case "QUOTE_SINGLE":
      return text.includes("\n") ? null : text.replaceAll("'", "''");
    case "BLOCK_LITERAL":
    case "BLOCK_FOLDED":
      return text.includes("\n") ? null : text;
    default:
      // Between brackets a comma ends it as well.
      return /\n|: | #|[,[\]]/.test(text) ? null : text;
  }
}

function inserted(
  finding: Finding,
  edit: Extract<Edit, { kind: "insert" }>,
  parsed: Open,
): Piece | null {
  const { file, path } = edit.before ?? finding.at;
  if (file !== finding.at.file) return null;
  const { spot, isExact } = walkTo(parsed.document, path, parsed.yaml);
  const map = mapAt(path.slice(0, -1), parsed);
  const key = rangeOf(spot.key);
  if (!isExact || map === null || key === null) return null;
  const entry = `${edit.key}: ${edit.value}`;
  const text = map.flow === true
    ? `${entry}, `
    : entry + lineBreakOf(parsed.text) + indentAt(parsed.text, key.start);
  return { start: key.start, end: key.start, text };
}

function appended(
  finding: Finding,
  { below, key, value }: Extract<Edit, { kind: "append" }>,
  parsed: Open,
): Piece | null {
  if (below.file !== finding.at.file) return null;
  const map = mapAt(below.path, parsed);
  const first = map?.items[0]?.key;
  const last = map?.items.at(-1);
  if (map === null || last === undefined) return null;
  const firstRange = rangeOf(first as YamlNode);
  const end = rangeOf(last.value as YamlNode | null)?.end ??
    rangeOf(last.key as YamlNode)?.end;
  if (firstRange === null || end === undefined) return null;
  const entry = `${key}: ${value}`;
  if (map.flow === true) return { start: end, end, text: `, ${entry}` };
  const { text } = parsed;
  // A block of text ends with its line break, everything else before it.
  const at = text[end - 1] === "\n"
    ? end - (text[end - 2] === "\r" ? 2 : 1)
    : endOfLine(text, end);
  const line = lineBreakOf(text) + indentAt(text, firstRange.start) + entry;
  return { start: at, end: at, text: line };
}

function mapAt(
  path: Finding["at"]["path"],
  { document, yaml }: Open,
): YAMLMap | null {
  const { spot, isExact } = walkTo(document, path, yaml);
  const node = resolveAlias(spot.value, document, yaml);
  return isExact && yaml.isMap(node) ? node : null;
}

function lineBreakOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** What stands before an offset in its line, as blanks: `- ` counts like two of them. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return text.slice(start, offset).replaceAll(/\S/g, " ");
}
