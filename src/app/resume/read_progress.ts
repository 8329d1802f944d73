/** Owns what a run has come to: its journal folded, as if it had always lain where it lies now. */

import { foldToLast, NEW_SNAPSHOT } from "../../engine/mod.ts";
import {
  type Definitions,
  type Input,
  isInputLine,
  type JournalLine,
  type LoadedOutcome,
  type RunEvent,
  type Snapshot,
} from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import { type Move, moveDefinitions } from "../run/mod.ts";
import {
  inputsOf,
  type JournalText,
  readDefinition,
  readJournal,
  type StoredRun,
} from "../runs/mod.ts";
import type { World } from "../world.ts";
import { moveOf } from "./place_of.ts";

/** A run so far. */
export interface Progress {
  /** Those that the run was started with. */
  readonly definitions: Definitions;
  /** Texts of the files that the definitions came from, secrets masked. */
  readonly texts: { readonly [file: string]: string };
  readonly journal: JournalText;
  /** Size of the journal with what was cut off at its end. */
  readonly sizeBytes: number;
  readonly inputs: readonly Input[];
  /** After the last input. */
  readonly snapshot: Snapshot;
  /** Events that follow from the last input and did not reach the disk. */
  readonly unwritten: readonly RunEvent[];
}

/**
 * Returns what a run has come to. Files of definitions are called as they would be, had the run
 * been started in `project`.
 *
 * @throws {LoopError} `not-found` or `unreadable`, naming the file and where it can be the line
 */
export function readProgress(
  world: Pick<World, "files" | "system">,
  run: StoredRun,
  project: Pick<Project, "root" | "loopsDir">,
): Progress {
  const move = moveOf(run.record, project);
  const stored = readDefinition(world.files, run.path);
  const definitions = moveRooted(stored.definitions, move);
  const texts = Object.fromEntries(
    Object.entries(stored.texts).map(([file, text]) => [move.file(file), text]),
  );
  // Asked for first: what is written meanwhile makes the two differ.
  const sizeBytes = world.files.stat(`${run.path}/events.jsonl`)?.sizeBytes ??
    0;
  const journal = readJournal(world, run.path);
  const inputs = inputsOf(journal.lines).map((input) => moveInput(input, move));
  const last = foldToLast(definitions, inputs);
  return {
    definitions,
    texts,
    journal,
    sizeBytes,
    inputs,
    snapshot: last?.snapshot ?? NEW_SNAPSHOT,
    unwritten: unwrittenOf(journal.lines, last?.events ?? []),
  };
}

function moveRooted(definitions: Definitions, move: Move): Definitions {
  return {
    ...moveDefinitions(definitions, move),
    root: move.file(definitions.root),
  };
}

function moveInput(input: Input, move: Move): Input {
  if (input.input === "outcome" && input.outcome.kind === "loaded") {
    const { id } = input.outcome;
    const outcome: LoadedOutcome = {
      ...moveDefinitions(input.outcome, move),
      id: id === null ? null : move.file(id),
    };
    return { ...input, outcome };
  }
  if ("definitions" in input && input.definitions !== undefined) {
    return { ...input, definitions: moveRooted(input.definitions, move) };
  }
  return input;
}

/**
 * Returns which events of the last step are not in the journal. They are written right behind
 * its input, before anything that they lead to.
 */
function unwrittenOf(
  lines: readonly JournalLine[],
  events: readonly RunEvent[],
): readonly RunEvent[] {
  const written = lines.slice(lines.findLastIndex(isInputLine) + 1);
  const isPrefix = written.slice(0, events.length).every((line, index) =>
    "event" in line && line.event === events[index]?.event
  );
  // Another version may word a step in other events: then nothing is added to what it wrote.
  return isPrefix ? events.slice(written.length) : [];
}
