/** Owns reading a journal back: whole lines, with outputs that went to files put back in. */

import {
  type Input,
  isInputLine,
  type JournalLine,
  type Json,
  LoopError,
} from "../../model/mod.ts";
import type { Files, System } from "../../ports/mod.ts";

/** What a journal holds. */
export interface JournalText {
  readonly lines: readonly JournalLine[];
  /** Whether the last line was cut off while it was written, and is left out. */
  readonly isTorn: boolean;
  /** Size of the lines without what was cut off. */
  readonly wholeBytes: number;
}

/**
 * Returns the lines of the journal in a run folder; none where the run was cut off before it had one.
 *
 * @throws {LoopError} `unreadable` naming the line, for damage anywhere but at the end
 */
export function readJournal(
  ports: { readonly files: Files; readonly system: System },
  folder: string,
): JournalText {
  const path = `${folder}/events.jsonl`;
  const text = ports.files.readTextIfExists(path) ?? "";
  const raw = text.split("\n");
  const rest = raw.pop() ?? "";
  const lines: JournalLine[] = [];
  for (const [index, line] of raw.entries()) {
    const value = parseLine(line, index + 1);
    if (value === null) {
      throw new LoopError(
        "unreadable",
        `Cannot read "${path}": line ${index + 1} is damaged`,
        {
          hint:
            "Lines before it are intact; copy them to a new file to look at them",
        },
      );
    }
    lines.push(restoreOutputs(ports, folder, value));
  }
  const wholeBytes = text.length - rest.length;
  return { lines, isTorn: rest !== "", wholeBytes };
}

/** Returns the inputs among the lines, in order, for the fold. */
export function inputsOf(lines: readonly JournalLine[]): Input[] {
  return lines.filter(isInputLine).map(({ seq: _seq, ...input }) =>
    input as Input
  );
}

// deno-lint-ignore no-control-regex -- everything beyond ASCII
const FOREIGN_REGEXP = /[^\x00-\x7f]/;

function parseLine(line: string, seq: number): JournalLine | null {
  // The journal is ASCII, so that its characters are its bytes.
  if (FOREIGN_REGEXP.test(line)) return null;
  try {
    const value = JSON.parse(line) as JournalLine;
    return typeof value === "object" && value !== null && value.seq === seq
      ? value
      : null;
  } catch {
    return null;
  }
}

interface StoredText {
  readonly file: string;
  readonly sha256: string;
}

function restoreOutputs(
  ports: { readonly files: Files; readonly system: System },
  folder: string,
  line: JournalLine,
): JournalLine {
  if (!isInputLine(line) || line.input !== "outcome") return line;
  const { outcome } = line;
  if (outcome.kind !== "action") return line;
  const restore = <T extends { readonly text: Json }>(output: T): T => {
    if (typeof output.text === "string") return output;
    const stored = output.text as unknown as StoredText;
    const path = `${folder}/outputs/${stored.file}`;
    const text = ports.files.readText(path);
    if (ports.system.sha256(text) !== stored.sha256) {
      throw new LoopError(
        "unreadable",
        `Cannot use "${path}": its content has changed`,
      );
    }
    return { ...output, text };
  };
  return {
    ...line,
    outcome: {
      ...outcome,
      stdout: restore(outcome.stdout),
      stderr: restore(outcome.stderr),
    },
  };
}
