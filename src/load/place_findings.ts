/**
 * Owns where findings stand: (file, path) to line and column. The parser that knows
 * positions is loaded only when a finding needs it, and never decides a value.
 */

import type { Document, Node as YamlNode, Pair } from "yaml";
import type {
  DocumentPath,
  Finding,
  PlacedFinding,
  Position,
} from "../model/mod.ts";
import { endOfLine, positionAt, textOfLine } from "./text_position.ts";

type Yaml = typeof import("yaml");

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
  const needsParser = findings.some((finding) =>
    finding.position === undefined && isInside(finding) &&
    Object.hasOwn(files, finding.at.file)
  );
  const yaml = needsParser ? await import("yaml") : null;
  const documents = new Map<string, Document.Parsed | null>();
  const placed = findings.map((finding): PlacedFinding => {
    const text = files[finding.at.file] ?? "";
    const position = finding.position ??
      (yaml === null || !isInside(finding) || text === "" ? START : find(
        finding,
        text,
        documentOf(finding.at.file, text, {
          yaml,
          documents,
        }),
        yaml,
      ));
    return {
      ...finding,
      position,
      sourceLine: textOfLine(text, position.line),
    };
  });
  placed.sort(compare);
  return placed.filter((finding, index) => {
    const before = placed[index - 1];
    return before === undefined || compare(before, finding) !== 0 ||
      before.rule !== finding.rule;
  });
}

function isInside(finding: Finding): boolean {
  return finding.at.path.length > 0;
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

function documentOf(
  file: string,
  text: string,
  { yaml, documents }: {
    yaml: Yaml;
    documents: Map<string, Document.Parsed | null>;
  },
): Document.Parsed | null {
  const known = documents.get(file);
  if (known !== undefined) return known;
  let document: Document.Parsed | null = null;
  try {
    document = yaml.parseDocument(text, {
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

interface Spot {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

function find(
  finding: Finding,
  text: string,
  document: Document.Parsed | null,
  yaml: Yaml,
): Position {
  if (document === null) return START;
  const { spot, isExact } = walk(document, finding.at.path, yaml);
  const marksKey = finding.onKey === true || !isExact ||
    finding.at.path.length === 0;
  const value = rangeOf(spot.value);
  if (!marksKey && finding.excerpt !== undefined && value !== null) {
    const at = text.slice(0, value.nodeEnd).indexOf(
      finding.excerpt,
      value.start,
    );
    if (at >= 0) return positionAt(text, at, finding.excerpt.length);
  }
  // An empty value has no width: its key shows better what is meant.
  const range = marksKey || value === null || value.end <= value.start
    ? rangeOf(spot.key) ?? value
    : value;
  if (range === null) return START;
  const end = Math.min(range.end, endOfLine(text, range.start));
  return positionAt(text, range.start, end - range.start);
}

function rangeOf(
  node: YamlNode | null,
): { start: number; end: number; nodeEnd: number } | null {
  const range = node?.range;
  return range === null || range === undefined
    ? null
    : { start: range[0], end: range[1], nodeEnd: range[2] };
}

function walk(
  document: Document.Parsed,
  path: DocumentPath,
  yaml: Yaml,
): { spot: Spot; isExact: boolean } {
  let spot: Spot = { key: null, value: document.contents };
  for (const segment of path) {
    const next = step(resolve(spot.value, document, yaml), segment, yaml);
    if (next === null) return { spot, isExact: false };
    spot = next;
  }
  return { spot, isExact: true };
}

function resolve(
  node: YamlNode | null,
  document: Document.Parsed,
  yaml: Yaml,
): YamlNode | null {
  return yaml.isAlias(node) ? node.resolve(document) ?? null : node;
}

function step(
  node: YamlNode | null,
  segment: string | number,
  yaml: Yaml,
): Spot | null {
  if (yaml.isMap(node)) {
    const pair = (node.items as Pair<unknown, unknown>[]).findLast((item) =>
      textOf(item.key, yaml) === String(segment)
    );
    return pair === undefined ? null : {
      key: yaml.isNode(pair.key) ? pair.key : null,
      value: yaml.isNode(pair.value) ? pair.value : null,
    };
  }
  if (yaml.isSeq(node)) {
    const item = node.items[Number(segment)];
    return yaml.isNode(item) ? { key: null, value: item } : null;
  }
  return null;
}

/** Keys count by what was written: `010` is not 8. */
function textOf(key: unknown, yaml: Yaml): string | null {
  if (!yaml.isScalar(key)) return null;
  return typeof key.value === "string"
    ? key.value
    : key.source ?? String(key.value);
}
