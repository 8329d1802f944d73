/** Owns annotations: what GitHub shows beside the lines of a file, and which of many are shown. */

import {
  BUILTIN_PREFIX,
  COMMAND_PREFIX,
  type PlacedFinding,
  TEMPLATE_PREFIX,
} from "../../model/mod.ts";
import { count } from "../count.ts";
import { makeVisible } from "../visible.ts";
import { formatCommand } from "./workflow_command.ts";

/** How bad it is, the worst first. */
export const ANNOTATION_LEVELS = ["error", "warning", "notice"] as const;

/** One note of a level, at a place or at none. */
export interface Annotation {
  readonly level: typeof ANNOTATION_LEVELS[number];
  readonly title: string;
  readonly message: string;
  readonly place: AnnotationPlace | null;
}

/** Lines and columns from 1, the end column exclusive; `null` where it is not known. */
export interface AnnotationPlace {
  /** Relative to the workspace. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
}

/** GitHub shows no more of a level in one step. */
export const ANNOTATIONS_MAX = 10;

const MESSAGE_LENGTH_MAX = 4000;
const TITLE_LENGTH_MAX = 200;

/**
 * Returns the commands for `annotations`, the worst first: ten of a level at most, where the
 * tenth counts those for which there is no room; `more` says where these are found.
 */
export function formatAnnotations(
  annotations: readonly Annotation[],
  options: { readonly more: string },
): readonly string[] {
  return ANNOTATION_LEVELS.flatMap((level) => {
    const all = annotations.filter((each) => each.level === level);
    if (all.length <= ANNOTATIONS_MAX) return all.map(formatAnnotation);
    const shown = all.slice(0, ANNOTATIONS_MAX - 1);
    const rest = count(all.length - shown.length, `more ${level}`);
    return [
      ...shown.map(formatAnnotation),
      formatAnnotation({
        level,
        title: rest,
        message: `There are ${rest}: ${options.more}`,
        place: null,
      }),
    ];
  });
}

/**
 * Returns a command for each finding, however many there are: whoever reads them shows as many
 * as he likes. Files are named as `displayPath` says.
 */
export function findingCommands(
  findings: readonly PlacedFinding[],
  displayPath: (file: string) => string,
): readonly string[] {
  return findings.map((each) =>
    formatAnnotation(findingAnnotation(each, displayPath))
  );
}

/** Returns the annotation of a finding; `showPath` gives the path of a file in the workspace, `null` outside. */
export function findingAnnotation(
  finding: PlacedFinding,
  showPath: (file: string) => string | null,
): Annotation {
  const { severity, message, hint, rule, position, at } = finding;
  const file = showPath(at.file);
  return {
    level: severity,
    title: rule,
    message: hint === undefined ? message : `${message}\nhint: ${hint}`,
    place: file === null ? null : {
      file,
      line: position.line,
      column: position.column,
      endLine: position.endLine,
      endColumn: position.endColumn,
    },
  };
}

/**
 * Returns a file as annotations name it: relative to the workspace; `null` for one that is not
 * below it or that is no file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(workspacePath("/w/.loops/a.yaml", "/w/"), ".loops/a.yaml");
 * assertEquals(workspacePath("/other/a.yaml", "/w"), null);
 * assertEquals(workspacePath("builtin:a.yaml", "/w"), null);
 * ```
 */
export function workspacePath(file: string, workspace: string): string | null {
  const isMade = [BUILTIN_PREFIX, COMMAND_PREFIX, TEMPLATE_PREFIX]
    .some((prefix) => file.startsWith(prefix));
  const folder = workspace.endsWith("/") ? workspace : `${workspace}/`;
  return isMade || !file.startsWith(folder) ? null : file.slice(folder.length);
}

function formatAnnotation(annotation: Annotation): string {
  const { level, title, message, place } = annotation;
  return formatCommand(level, {
    file: place?.file ?? null,
    line: place?.line ?? null,
    endLine: place?.endLine ?? null,
    // Columns mean something within one line only.
    ...(place?.line === place?.endLine
      ? { col: place?.column ?? null, endColumn: place?.endColumn ?? null }
      : {}),
    title: cut(makeVisible(title), TITLE_LENGTH_MAX),
  }, cut(visibleLines(message), MESSAGE_LENGTH_MAX));
}

function visibleLines(text: string): string {
  return text.split("\n").map((line) => makeVisible(line)).join("\n");
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
