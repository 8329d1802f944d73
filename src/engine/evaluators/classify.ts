/** Owns `classify`: a line of the output is the verdict. */

import {
  type Evidence,
  type Judgement,
  tooLong,
  verdict,
} from "./judgement.ts";

/**
 * Characters at each end of a text without its middle that are surely as they were written:
 * 256 KiB at the start and more at the end are kept, at four bytes a character or fewer.
 */
const SURE_CHARACTERS = 64 * 1024;

/** Takes a non-blank line of the output as the verdict; without one it is empty. */
export function judgeClass(evidence: Evidence): Judgement {
  const { text, evaluate: { line } } = evidence;
  const index = line === "last" ? -1 : line === "first" ? 0 : line;
  if (!evidence.isWhole && lineAt(sureLines(text, index), index) === null) {
    return tooLong(evidence);
  }
  const lines = linesOf(text);
  const token = lineAt(lines, index);
  if (token === null) {
    return verdict("", {
      token: "",
      line,
      source_lines: lines.length,
      error: lines.length === 0
        ? "The output has no line"
        : `The output has no line ${line}`,
    });
  }
  return verdict(token, { token, line });
}

/** Returns the lines that are whole at the end from which `index` counts. */
function sureLines(text: string, index: number): readonly string[] {
  const raw = index < 0
    ? text.slice(-SURE_CHARACTERS).split(LINE_END_REGEXP).slice(1)
    : text.slice(0, SURE_CHARACTERS).split(LINE_END_REGEXP).slice(0, -1);
  return withoutBlank(raw);
}

const LINE_END_REGEXP = /\r\n|\r|\n/;

function linesOf(text: string): readonly string[] {
  return withoutBlank(text.split(LINE_END_REGEXP));
}

function withoutBlank(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

function lineAt(lines: readonly string[], index: number): string | null {
  return lines.at(index) ?? null;
}
