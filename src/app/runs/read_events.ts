/** Owns reading events for people: of a run of ours or of the reference, as far as they can be read. */

import { dirname, join } from "@std/path";
import {
  type Definitions,
  type Input,
  isJsonObject,
  type Json,
  type RunEvent,
} from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

/** The events in a file. */
export interface EventsText {
  readonly events: readonly RunEvent[];
  /** Numbers of lines that say nothing of use; one that was cut off while it was written is none. */
  readonly damagedLines: readonly number[];
  /** The definitions that a resume brought along last; `null` where none did. */
  readonly definitions: Definitions | null;
}

/** Bytes at the end of a journal in which its last event usually stands. */
const END_BYTES = 64 * 1024;

/**
 * Returns the events in `events.jsonl`, inputs left out. Unlike the fold it needs no whole file:
 * what it finds is shown. A run that is just starting has no file yet, and no event.
 *
 * @throws {LoopError} `unreadable`; `not-found` where a run has lost the file
 */
export function readEvents(
  files: Pick<Files, "readText" | "readTextIfExists" | "stat">,
  file: string,
): EventsText {
  const lines = textOf(files, file).split("\n");
  // What follows the last line end is empty, or a line that was cut off.
  lines.pop();
  const events: RunEvent[] = [];
  const damagedLines: number[] = [];
  let definitions: Definitions | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const parsed = parseEvent(line);
    if (parsed.kind === "event") events.push(parsed.event);
    else if (parsed.kind === "damaged") damagedLines.push(index + 1);
    else definitions = definitionsIn(parsed.input) ?? definitions;
  }
  return { events, damagedLines, definitions };
}

function textOf(
  files: Pick<Files, "readText" | "readTextIfExists" | "stat">,
  file: string,
): string {
  const text = files.readTextIfExists(file);
  if (text !== null) return text;
  // It is made before the state file: now it is there, or a run that got further has lost it.
  const isStarting = files.stat(join(dirname(file), "state.json")) === null;
  return isStarting ? "" : files.readText(file);
}

/**
 * Returns the last event of a run without reading the whole journal; `null` where there is none.
 *
 * @throws {LoopError} `unreadable`
 */
export function lastEvent(
  files: Pick<Files, "stat" | "readEnd">,
  file: string,
): RunEvent | null {
  if (files.stat(file) === null) return null;
  for (let maxBytes = END_BYTES;; maxBytes *= 16) {
    const { text, isWhole } = files.readEnd(file, maxBytes);
    const lines = text.split("\n").slice(isWhole ? 0 : 1, -1);
    for (const line of lines.reverse()) {
      const parsed = parseEvent(line);
      if (parsed.kind === "event") return parsed.event;
    }
    if (isWhole) return null;
  }
}

/** Returns the definitions that an input brings along; `null` for every other one. */
export function definitionsIn(input: Input): Definitions | null {
  return "definitions" in input ? input.definitions ?? null : null;
}

/** Returns what a line of a journal is. Long outputs of an input stay where they are. */
export function parseEvent(
  line: string,
):
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "input"; readonly input: Input }
  | { readonly kind: "damaged" } {
  let value: Json = null;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: "damaged" };
  }
  if (!isJsonObject(value)) return { kind: "damaged" };
  if (typeof value["input"] === "string") {
    return { kind: "input", input: value as unknown as Input };
  }
  return typeof value["event"] === "string" && typeof value["ts"] === "string"
    ? { kind: "event", event: value as unknown as RunEvent }
    : { kind: "damaged" };
}
