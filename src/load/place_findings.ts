/**
 * Owns where findings stand: (file, path) to line and column. The parser that knows
 * positions is loaded only when a finding needs it, and never decides a value.
 */

import type { Document } from "yaml";
import {
  type Finding,
  type Mark,
  maskTokens,
  type PlacedFinding,
  type PlacedMark,
  type Position,
  replaceTokens,
} from "../model/mod.ts";
import { changeFor } from "./place_edit.ts";
import { endOfLine, positionAt, textOfLine } from "./text_position.ts";
import { findExcerpt, rangeOf, walkTo, type Yaml } from "./yaml_nodes.ts";

const START: Position = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/**
 * Returns the findings with positions, sorted by file, line, column and message, each
 * once. A path that is not in the file gets the place of its nearest ancestor; a file
 * that is not among `files` gets line 1.
 */
export async function placeFindings(
  findings: readonly Finding[],
  files: { readonly [file: string]: string },
): Promise<PlacedFinding[]> {
  const needsParser =
    findings.some((finding) =>
      (finding.position === undefined && isInside(finding.at)) ||
      finding.related !== undefined || finding.through !== undefined ||
      finding.edit !== undefined
    ) && findings.some(({ at }) => Object.hasOwn(files, at.file));
  const yaml = needsParser ? await import("yaml") : null;
  const placing = { files, yaml, documents: new Map() };
  const placed = findings.map((finding): PlacedFinding => {
    const text = files[finding.at.file] ?? "";
    const { hint } = finding;
    const position = finding.position ?? positionOf(finding, placing);
    const change = yaml === null ? null : changeFor(finding, {
      text,
      document: documentOf(finding.at.file, placing),
      yaml,
    });
    return {
      ...finding,
      message: maskTokens(finding.message),
      ...(hint === undefined ? {} : { hint: maskTokens(hint) }),
      position,
      sourceLine: finding.isSecret === true
        ? ""
        : coverTokens(textOfLine(text, position.line)),
      ...(change === null ? {} : { change }),
      ...(finding.related === undefined ? {} : {
        others: finding.related.map((each) => ({
          message: each.message,
          ...placeMark(each, placing),
        })),
      }),
      ...(finding.through === undefined ? {} : {
        reached: finding.through.map((at) => placeMark({ at }, placing)),
      }),
    };
  });
  placed.sort(compare);
  return placed.filter((finding, index) => {
    const before = placed[index - 1];
    return before === undefined || compare(before, finding) !== 0 ||
      before.rule !== finding.rule;
  });
}

/** What looks like a secret is covered, so that marks below stay where they belong. */
function coverTokens(line: string): string {
  return replaceTokens(line, (token) => "*".repeat(token.length));
}

function isInside({ path }: Mark["at"]): boolean {
  return path.length > 0;
}

function compare(a: PlacedFinding, b: PlacedFinding): number {
  return compareText(a.at.file, b.at.file) ||
    a.position.line - b.position.line ||
    a.position.column - b.position.column ||
    compareText(a.message, b.message);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Placing {
  readonly files: { readonly [file: string]: string };
  readonly yaml: Yaml | null;
  readonly documents: Map<string, Document.Parsed | null>;
}

function documentOf(
  file: string,
  { files, yaml, documents }: Placing,
): Document.Parsed | null {
  const known = documents.get(file);
  if (known !== undefined) return known;
  let document: Document.Parsed | null = null;
  const text = Object.hasOwn(files, file) ? files[file] ?? "" : "";
  try {
    document = yaml === null || text === "" ? null : yaml.parseDocument(text, {
      uniqueKeys: false,
      strict: false,
      logLevel: "silent",
      prettyErrors: false,
    });
  } catch {
    // Only the places are lost; the findings are not.
  }
  documents.set(file, document);
  return document;
}

function placeMark(mark: Mark, placing: Placing): PlacedMark {
  return { at: mark.at, position: positionOf(mark, placing) };
}

function positionOf(mark: Mark, placing: Placing): Position {
  const { yaml } = placing;
  if (yaml === null || !isInside(mark.at)) return START;
  const document = documentOf(mark.at.file, placing);
  if (document === null) return START;
  const text = placing.files[mark.at.file] ?? "";
  const { spot, isExact } = walkTo(document, mark.at.path, yaml);
  const marksKey = mark.onKey === true || !isExact;
  const value = rangeOf(spot.value);
  if (!marksKey && mark.excerpt !== undefined && value !== null) {
    const at = findExcerpt(text, {
      excerpt: mark.excerpt,
      occurrence: mark.occurrence,
    }, value);
    if (at >= 0) return positionAt(text, at, mark.excerpt.length);
  }
  // An empty value has no width: its key shows better what is meant.
  const range = marksKey || value === null || value.end <= value.start
    ? rangeOf(spot.key) ?? value
    : value;
  if (range === null) return START;
  const end = Math.min(range.end, endOfLine(text, range.start));
  return positionAt(text, range.start, end - range.start);
}
