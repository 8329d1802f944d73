/** Owns what an agent has said as the output of an action: masked, in messages, never all of it in memory. */

import type { Output } from "../../model/mod.ts";
import type { KeptText, Mask } from "../../ports/mod.ts";
import type { AgentEvent } from "../agents/mod.ts";
import { cleanText } from "./clean_text.ts";

/** What is masked, cut into lines and encoded at once: an event may have some MiB. */
const PIECE_CHARACTERS = 16 * 1024;

/** Collects the words of one call in what keeps them. */
export class AgentText {
  readonly #mask: ReturnType<Mask["start"]> | null;
  readonly #kept: KeptText;
  #isOpen = false;
  #isEmpty = true;
  /** Whether the last text that was added is not empty and does not end its line. */
  #isInLine = false;
  /** Whether the line break before what comes next is there already; it is no part of the output. */
  #hasBreak = false;

  constructor(mask: Mask | null, kept: KeptText) {
    this.#mask = mask?.start() ?? null;
    this.#kept = kept;
  }

  /** Takes an event of the stream; one that is no text ends an open message. */
  take(event: AgentEvent): void {
    switch (event.kind) {
      case "text":
        if (!this.#isOpen) this.#begin();
        this.#add(event.text);
        this.#isOpen = event.isOpen;
        if (!this.#isOpen) this.#close();
        return;
      case "line":
        if (event.isContinued !== true) this.#begin();
        this.#add(event.line);
        this.#isOpen = false;
        if (event.isOpen !== true) this.#close();
        return;
      case "usage":
      case "session":
        return;
      default:
        if (this.#isOpen) this.#close();
        this.#isOpen = false;
    }
  }

  /** Returns what is kept of it. To be called once. */
  end(): Output {
    this.#kept.push(this.#mask?.flush() ?? "");
    return this.#kept.finish({
      lastBreak: this.#hasBreak ? "dropped" : "kept",
    });
  }

  #begin(): void {
    if (!this.#isEmpty && !this.#hasBreak) this.#add("\n");
    this.#isEmpty = false;
  }

  /** Shows a line as soon as it is whole, not when the next one begins: that may take an hour. */
  #close(): void {
    if (!this.#isInLine) return;
    this.#add("\n");
    this.#hasBreak = true;
  }

  #add(text: string): void {
    this.#isEmpty = false;
    this.#hasBreak = false;
    this.#isInLine = text !== "" && !text.endsWith("\n");
    for (let start = 0; start < text.length;) {
      const end = pieceEnd(text, start);
      // JSON can spell what a pipe cannot carry; what looks like a reference is none.
      const clean = cleanText(text.slice(start, end));
      this.#kept.push(this.#mask?.push(clean) ?? clean);
      start = end;
    }
  }
}

/** Returns where the piece from `start` on ends: never within a character. */
function pieceEnd(text: string, start: number): number {
  const end = start + PIECE_CHARACTERS;
  if (end >= text.length) return text.length;
  const unit = text.charCodeAt(end - 1);
  const isHighSurrogate = unit >= 0xd800 && unit <= 0xdbff;
  return isHighSurrogate ? end - 1 : end;
}
