/** Owns `events.jsonl`: one line for each event and input of a run, each written at once. */

import type { Input, Outcome, Output, RunEvent } from "../../model/mod.ts";
import type { AppendFile, Files, System } from "../../ports/mod.ts";

/** Longer outputs go to a file of their own, which the line names. */
const INLINE_CHARACTERS_MAX = 64 * 1024;

/** Options of {@linkcode Journal}. */
export interface JournalOptions {
  readonly files: Files;
  readonly system: System;
  /** The run folder. */
  readonly folder: string;
  /** Number of the last line there. */
  readonly lastSeq: number;
  /** Whether outcomes of actions are on the disk before the run goes on. */
  readonly isSynced: boolean;
}

/** The journal of a run while it is being written. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #file: AppendFile;
  #seq: number;
  #outputs = 0;

  /** @throws {LoopError} `cannot-write` */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#seq = options.lastSeq;
    this.#file = options.files.openAppend(`${options.folder}/events.jsonl`);
  }

  /** Number of the last line. */
  get seq(): number {
    return this.#seq;
  }

  /** Writes an input; an action's outcome is synced. @throws {LoopError} `cannot-write` */
  writeInput(input: Input): void {
    const stored = input.input === "outcome"
      ? { ...input, outcome: this.#store(input.outcome) }
      : input;
    this.#write([stored]);
    const isAction = input.input === "outcome" &&
      input.outcome.kind === "action";
    if (isAction) this.sync();
  }

  /** Syncs what has been written, unless durability was traded. @throws {LoopError} `cannot-write` */
  sync(): void {
    if (this.#options.isSynced) this.#file.sync();
  }

  /** Writes events with one call. @throws {LoopError} `cannot-write` */
  writeEvents(events: readonly RunEvent[]): void {
    if (events.length > 0) this.#write(events);
  }

  close(): void {
    this.#file.close();
  }

  #write(values: readonly object[]): void {
    let seq = this.#seq;
    let text = "";
    for (const value of values) {
      // The number is put behind what there is: a copy of each line only to hold it would cost as much as its text.
      const json = escapeNonAscii(JSON.stringify(value).slice(0, -1));
      text += `${json},"seq":${++seq}}\n`;
    }
    this.#file.write(text);
    // What was not written has no number: the next line follows the last one.
    this.#seq = seq;
  }

  #store(outcome: Outcome): unknown {
    if (outcome.kind !== "action") return outcome;
    const { stdout, stderr } = outcome;
    if (
      stdout.text.length <= INLINE_CHARACTERS_MAX &&
      stderr.text.length <= INLINE_CHARACTERS_MAX
    ) return outcome;
    const number = ++this.#outputs;
    return {
      ...outcome,
      stdout: this.#storeOutput(stdout, `${number}.stdout.kept`),
      stderr: this.#storeOutput(stderr, `${number}.stderr.kept`),
    };
  }

  #storeOutput(output: Output, name: string): unknown {
    if (output.text.length <= INLINE_CHARACTERS_MAX) return output;
    const { files, system, folder } = this.#options;
    const file = `${this.#seq + 1}-${name}`;
    files.replace(`${folder}/outputs/${file}`, output.text, {
      sync: this.#options.isSynced,
    });
    const { text, ...rest } = output;
    return {
      ...rest,
      text: { file, characters: text.length, sha256: system.sha256(text) },
    };
  }
}

// deno-lint-ignore no-control-regex -- everything beyond ASCII
const NON_ASCII_REGEXP = /[^\x00-\x7f]/g;

/** Returns `json` in ASCII, as the reference writes it; a torn line then never cuts a character. */
function escapeNonAscii(json: string): string {
  return json.replace(
    NON_ASCII_REGEXP,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
