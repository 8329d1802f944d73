/** Owns cutting a stream into lines of JSON: what is none is handed on as it stands. */

import { type AgentFailure, NO_USAGE } from "../../model/mod.ts";
import type { AgentEvent, AgentStream, StreamFacts } from "./agent_event.ts";

/** One event of a host, as it was parsed. */
export type HostEvent = { readonly [key: string]: unknown };

/** A longer line that does not begin like an event is none: it is handed on in pieces. */
const LINE_CHARACTERS_MAX = 64 * 1024;
/**
 * A longer event is left out, which is told: what an agent says in one answer is far below, and
 * what is above is a file that a tool has read.
 */
export const EVENT_CHARACTERS_MAX = 8 * 1024 * 1024;

/** The facts of a stream that has said nothing. */
export const NO_FACTS: StreamFacts = {
  sessionId: null,
  model: null,
  usage: { ...NO_USAGE, costUsd: null },
  sessionTotal: null,
  hasResult: false,
  failure: null,
  denied: [],
  structured: undefined,
};

/** What is done with a line that has no end yet. */
type LineMode = "short" | "event" | "pieces" | "left out";

/** Reads lines; what a line means is a matter of `take`. */
export abstract class JsonLines implements AgentStream {
  facts: StreamFacts = NO_FACTS;
  /** What there is of a line that has no end yet, and how long it is. */
  #parts: string[] = [];
  #length = 0;
  #line: LineMode = "short";
  #lastNotice: string | null = null;

  /** Returns what one event says; `null` when the host is not known to have such an event. */
  protected abstract take(event: HostEvent): readonly AgentEvent[] | null;

  /** Returns what is to be said at the end of the stream. */
  protected finish(): readonly AgentEvent[] {
    return [];
  }

  push(text: string): readonly AgentEvent[] {
    const events: AgentEvent[] = [];
    let start = 0;
    for (
      let end = text.indexOf("\n");
      end >= 0;
      end = text.indexOf("\n", start)
    ) {
      this.#keep(text.slice(start, end), events);
      this.#endLine(events);
      start = end + 1;
    }
    this.#keep(text.slice(start), events);
    return events;
  }

  end(): readonly AgentEvent[] {
    const events: AgentEvent[] = [];
    if (this.#length > 0) this.#endLine(events);
    return [...events, ...this.finish()];
  }

  /** Returns a notice of the host. */
  protected notice(text: string): AgentEvent {
    this.#lastNotice = oneLine(text);
    return { kind: "notice", text: this.#lastNotice };
  }

  /** Returns the notice of a failure, unless that is what the host has said last. */
  protected noticeOf(failure: AgentFailure | null): readonly AgentEvent[] {
    return failure === null || oneLine(failure.message) === this.#lastNotice
      ? []
      : [this.notice(failure.message)];
  }

  /** Changes what is known of the call. */
  protected note(facts: Partial<StreamFacts>): void {
    this.facts = { ...this.facts, ...facts };
  }

  #keep(part: string, events: AgentEvent[]): void {
    if (part === "") return;
    if (this.#line === "pieces") this.#handOn(events);
    this.#length += part.length;
    if (this.#line === "left out") return;
    this.#parts.push(part);
    if (this.#line === "short" && this.#length > LINE_CHARACTERS_MAX) {
      this.#parts = [this.#parts.join("")];
      const isEvent = !this.isPlain &&
        this.#parts[0]?.trimStart().startsWith("{");
      this.#line = isEvent ? "event" : "pieces";
      if (!isEvent) events.push({ kind: "line", line: "", isOpen: true });
    }
    if (this.#line === "event" && this.#length > EVENT_CHARACTERS_MAX) {
      this.#line = "left out";
      this.#parts = [];
    }
  }

  /** Hands on the last piece: the end of the line is not known before the next one. */
  #handOn(events: AgentEvent[]): void {
    const line = this.#rest();
    events.push({ kind: "line", line, isOpen: true, isContinued: true });
  }

  #rest(): string {
    const text = this.#parts.length === 1
      ? this.#parts[0] ?? ""
      : this.#parts.join("");
    this.#parts = [];
    this.#length = 0;
    return text;
  }

  #endLine(events: AgentEvent[]): void {
    const mode = this.#line;
    this.#line = "short";
    if (mode === "left out") {
      events.push(this.notice(tooLong(this.#length)));
      this.#length = 0;
      return;
    }
    const raw = this.#rest();
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (mode === "pieces") {
      events.push({ kind: "line", line, isContinued: true });
      return;
    }
    const event = parseEvent(line);
    const told = event === null ? null : this.take(event);
    if (told !== null) events.push(...told);
    // Empty lines between events are nobody's words.
    else if (line.trim() !== "" || this.isPlain) {
      events.push({ kind: "line", line });
    }
  }

  /** Whether empty lines count. */
  protected get isPlain(): boolean {
    return false;
  }
}

function tooLong(length: number): string {
  return `A line of ${length} characters was left out: an event may have at most ${EVENT_CHARACTERS_MAX}`;
}

function parseEvent(line: string): HostEvent | null {
  const text = line.trim();
  if (!text.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Returns whether a value is a JSON object. */
export function isObject(value: unknown): value is HostEvent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns an own field that is an object; an empty one otherwise. */
export function objectAt(event: HostEvent, key: string): HostEvent {
  const value = at(event, key);
  return isObject(value) ? value : {};
}

/** Returns an own field that is a list of objects; empty otherwise. */
export function objectsAt(event: HostEvent, key: string): HostEvent[] {
  const value = at(event, key);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Returns an own field that is text; `null` otherwise. */
export function textAt(event: HostEvent, key: string): string | null {
  const value = at(event, key);
  return typeof value === "string" ? value : null;
}

/** Returns an own field that is a finite number; `null` otherwise. */
export function numberAt(event: HostEvent, key: string): number | null {
  const value = at(event, key);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Returns an own field that counts something: 0 when it is no number, or below. */
export function countAt(event: HostEvent, key: string): number {
  return Math.max(0, numberAt(event, key) ?? 0);
}

function at(event: HostEvent, key: string): unknown {
  return Object.hasOwn(event, key) ? event[key] : undefined;
}

/** Returns what a tool is used on, in one line: the field that says the most. */
export function toolDetail(input: HostEvent): string {
  for (const key of DETAIL_KEYS) {
    const text = textAt(input, key);
    if (text !== null && text.trim() !== "") return oneLine(text);
  }
  const keys = Object.keys(input);
  return keys.length === 0 ? "" : oneLine(JSON.stringify(input));
}

const DETAIL_KEYS = [
  "command",
  "file_path",
  "absolute_path",
  "notebook_path",
  "path",
  "pattern",
  "query",
  "url",
  "description",
  "prompt",
];

const DETAIL_CHARACTERS_MAX = 500;

/** Returns the first line of a text, not longer than a line should be. */
export function oneLine(text: string): string {
  const [line = ""] = text.trim().split("\n", 1);
  return line.length > DETAIL_CHARACTERS_MAX
    ? `${line.slice(0, DETAIL_CHARACTERS_MAX).toWellFormed()}…`
    : line.trimEnd();
}
