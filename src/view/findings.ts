// deno-lint-ignore-file camelcase -- JSON field names
/** Owns findings as text and JSON: frames with carets, one line each, objects, and the closing count. */

import {
  formatDocumentPath,
  type PlacedFinding,
  type PlacedMark,
  type Position,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import { controlPicture } from "./visible.ts";
import { graphemesOf, graphemeWidth } from "./width.ts";

/** A source line is cut to this where there is no terminal: some hold a whole data set. */
const FRAME_COLUMNS_MAX = 200;

/** Nobody reads more of them at once; programs get all, as JSON or one a line. */
const FRAMES_MAX = 50;

/** How findings are printed. */
export interface FindingsOptions {
  readonly style: Style;
  /** `text` draws frames; `line` prints one line each. @default {"text"} */
  readonly format?: "text" | "line";
  /** Returns the path to show for a file. Defaults to the file itself. */
  readonly displayPath?: (file: string) => string;
}

/** A finding as JSON: the reference's fields first. Columns and lines are 1-based, the end exclusive. */
export type FindingJson = {
  readonly severity: "error" | "warning";
  readonly path: string;
  readonly message: string;
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
  readonly hint: string | null;
  /** Other places that it is about. */
  readonly related: readonly (PlaceJson & { readonly message: string })[];
  /** The places that led to the file, the nearest first; empty for the file that was asked for. */
  readonly reached_through: readonly PlaceJson[];
  /** What `--fix` writes in the place of a piece of the file; `null` where that is for people to decide. */
  readonly edit: (PlaceJson & { readonly text: string }) | null;
};

/** A place as JSON, like that of a finding. */
export type PlaceJson = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
};

/**
 * Returns `findings` as text, in the order given, without the closing newline; empty without
 * findings. There are frames for fifty of them, errors first, and then the number of the others.
 */
export function formatFindings(
  findings: readonly PlacedFinding[],
  options: FindingsOptions,
): string {
  if (options.format === "line") {
    return findings.map((each) => formatHeadline(each, options)).join("\n");
  }
  const shown = mostImportant(findings);
  const frames = shown.map((finding) =>
    [
      formatHeadline(finding, options),
      ...formatFrame(finding, options),
    ].join("\n")
  );
  const rest = findings.length - shown.length;
  if (rest > 0) {
    const { ellipsis } = symbolsOf(options.style);
    frames.push(
      `${ellipsis} and ${count(rest, "more finding")}; ` +
        "`ll-loop validate --format line` prints all",
    );
  }
  return frames.join("\n");
}

/** Returns as many as are shown, in the order given: warnings only where errors leave room. */
function mostImportant(
  findings: readonly PlacedFinding[],
): readonly PlacedFinding[] {
  if (findings.length <= FRAMES_MAX) return findings;
  const isError = ({ severity }: PlacedFinding) => severity === "error";
  const ranked = [
    ...findings.filter(isError),
    ...findings.filter((each) => !isError(each)),
  ];
  const shown = new Set(ranked.slice(0, FRAMES_MAX));
  return findings.filter((each) => shown.has(each));
}

/** Returns a finding as a JSON object. */
export function findingJson(
  finding: PlacedFinding,
  options: Pick<FindingsOptions, "displayPath"> = {},
): FindingJson {
  const { position, at, change, others = [], reached = [] } = finding;
  const placed = (file: string, position: Position) =>
    placeJson(options.displayPath?.(file) ?? file, position);
  return {
    severity: finding.severity,
    path: formatDocumentPath(at.path),
    message: finding.message,
    rule: finding.rule,
    ...placed(at.file, position),
    hint: finding.hint ?? null,
    related: others.map((each) => ({
      message: each.message,
      ...placed(each.at.file, each.position),
    })),
    reached_through: reached.map((each) => placed(each.at.file, each.position)),
    edit: change === undefined ? null : {
      ...placed(change.file, change.position),
      text: change.text,
    },
  };
}

function placeJson(file: string, position: Position): PlaceJson {
  return {
    file,
    line: position.line,
    column: position.column,
    end_line: position.endLine,
    end_column: position.endColumn,
  };
}

/**
 * Returns the count that closes a report: `1 error, 2 warnings in 3 files`; `No problems found`
 * without findings.
 */
export function formatFindingSummary(
  findings: readonly PlacedFinding[],
): string {
  if (findings.length === 0) return "No problems found";
  const errors = findings.filter((one) => one.severity === "error").length;
  const warnings = findings.length - errors;
  const files = new Set(findings.map((one) => one.at.file)).size;
  const parts: string[] = [];
  if (errors > 0) parts.push(count(errors, "error"));
  if (warnings > 0) parts.push(count(warnings, "warning"));
  return parts.join(", ") + ` in ${count(files, "file")}`;
}

function formatHeadline(
  finding: PlacedFinding,
  options: FindingsOptions,
): string {
  const paint = painter(options.style);
  const file = options.displayPath?.(finding.at.file) ?? finding.at.file;
  const { line, column } = finding.position;
  const tone = finding.severity === "error" ? "error" : "warning";
  return paint("name", `${file}:${line}:${column}:`) + " " +
    paint(tone, `${finding.severity}:`) + ` ${oneLine(finding.message)} ` +
    paint("secondary", `[${finding.rule}]`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

/** Returns a place as the headlines of findings name it. */
function placeText(
  { at, position }: PlacedMark,
  { displayPath }: Pick<FindingsOptions, "displayPath">,
): string {
  const file = displayPath?.(at.file) ?? at.file;
  return `${file}:${position.line}:${position.column}`;
}

function formatFrame(
  finding: PlacedFinding,
  options: FindingsOptions,
): string[] {
  const { style } = options;
  const paint = painter(style);
  const number = String(finding.position.line);
  const gutter = " ".repeat(number.length);
  const lines: string[] = [];
  const note = (label: string, text: string): void => {
    for (const [index, line] of text.split("\n").entries()) {
      const shown = index === 0 ? label : " ".repeat(label.length);
      lines.push(
        paint("secondary", `${gutter} =`) + " " + paint("info", shown) + line,
      );
    }
  };
  if (finding.sourceLine.trim() !== "") {
    const columns = Math.min(style.columns, FRAME_COLUMNS_MAX);
    const room = Math.max(10, columns - number.length - 3);
    const cut = cutAround(finding, { style, room });
    lines.push(
      paint("secondary", `${gutter} |`),
      paint("secondary", `${number} |`) + ` ${cut.text}`,
      paint("secondary", `${gutter} |`) + " " + " ".repeat(cut.indent) +
        paint(
          finding.severity === "error" ? "error" : "warning",
          "^" + "~".repeat(cut.width - 1),
        ),
    );
  }
  if (finding.hint !== undefined) note("hint: ", finding.hint);
  for (const { message, ...place } of finding.others ?? []) {
    note("note: ", `${message}: ${placeText(place, options)}`);
  }
  if (finding.reached !== undefined) {
    const way = finding.reached.map((place) => placeText(place, options));
    note("note: ", `Reached through ${way.join(", ")}`);
  }
  return lines;
}

/** One drawn character of the source line. */
interface Cell {
  readonly text: string;
  readonly width: number;
  /** 1-based UTF-16 column in the source line. */
  readonly column: number;
}

/** Returns the part of the source line that fits, and where the mark stands in it. */
function cutAround(
  finding: PlacedFinding,
  options: { readonly style: Style; readonly room: number },
): { text: string; indent: number; width: number } {
  const { room, style } = options;
  const cells = cellsOf(finding.sourceLine, style);
  const { column, line, endLine, endColumn } = finding.position;
  const isMarked = (cell: Cell): boolean =>
    cell.column >= column && (endLine > line || cell.column < endColumn);
  const first = cells.findIndex((cell) => cell.column >= column);
  const start = first < 0 ? cells.length : first;
  let end = start;
  while (end < cells.length && isMarked(cells[end] as Cell)) end++;
  while (end > start + 1 && cells[end - 1]?.text.trim() === "") end--;
  const widthOf = (from: number, to: number): number =>
    cells.slice(from, to).reduce((sum, cell) => sum + cell.width, 0);
  const textOf = (from: number, to: number): string =>
    cells.slice(from, to).map((cell) => cell.text).join("");
  if (widthOf(0, cells.length) <= room) {
    return {
      text: textOf(0, cells.length).trimEnd(),
      indent: widthOf(0, start),
      width: Math.max(1, widthOf(start, end)),
    };
  }
  // Half of what the mark leaves free goes to the text before it.
  const { ellipsis } = symbolsOf(style);
  const inner = room - 2 * ellipsis.length;
  const before = Math.max(
    0,
    Math.floor((inner - Math.min(inner, widthOf(start, end))) / 2),
  );
  let from = start;
  while (from > 0 && widthOf(from - 1, start) <= before) from--;
  let to = from;
  while (to < cells.length && widthOf(from, to + 1) <= inner) to++;
  if (to === cells.length) {
    while (from > 0 && widthOf(from - 1, to) <= inner) from--;
  }
  const left = from > 0 ? ellipsis : "";
  const right = to < cells.length ? ellipsis : "";
  return {
    text: left + textOf(from, to) + right,
    indent: left.length + widthOf(from, start),
    width: Math.max(1, widthOf(start, Math.min(end, to))),
  };
}

const TAB_COLUMNS = 4;

function cellsOf(line: string, style: Style): Cell[] {
  const cells: Cell[] = [];
  let column = 1;
  let drawn = 0;
  for (const part of graphemesOf(line.replace(/\r$/, ""))) {
    const code = part.charCodeAt(0);
    let text = part;
    if (part === "\t") {
      text = " ".repeat(TAB_COLUMNS - drawn % TAB_COLUMNS);
    } else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
      text = controlPicture(part, style);
    }
    const width = text === part ? graphemeWidth(part) : text.length;
    cells.push({ text, width, column });
    column += part.length;
    drawn += width;
  }
  return cells;
}
