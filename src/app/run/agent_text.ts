/** Owns what an agent has said as the output of an action: masked, in lines, bounded. */

import { OUTPUT_MARKS } from "../../engine/mod.ts";
import { count, type Output } from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";
import type { AgentEvent } from "../agents/mod.ts";
import { byteLength, cleanText, outputOf } from "./clean_text.ts";

/** What is kept of a long text: its first characters, and its last. */
const HEAD_CHARACTERS = 256 * 1024;
const TAIL_CHARACTERS = 768 * 1024;
const MARKED_CHARACTERS_MAX = 64 * 1024;

/** Collects the words of one call. */
export class AgentText {
  readonly #mask: ReturnType<Mask["start"]> | null;
  readonly #onLines: (lines: readonly string[]) => void;
  readonly #parts: string[] = [];
  /** A line that has no end yet. */
  #rest = "";
  #isOpen = false;
  #isEmpty = true;
  /** Whether the last text that was added is not empty and does not end its line. */
  #isInLine = false;
  /** Whether the line break before what comes next is there already; it is no part of the output. */
  #hasBreak = false;

  constructor(
    mask: Mask | null,
    onLines: (lines: readonly string[]) => void,
  ) {
    this.#mask = mask?.start() ?? null;
    this.#onLines = onLines;
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
        this.#begin();
        this.#add(event.line);
        this.#isOpen = false;
        this.#close();
        return;
      case "usage":
      case "session":
        return;
      default:
        if (this.#isOpen) this.#close();
        this.#isOpen = false;
    }
  }

  /**
   * Returns what is kept of it, and the whole text, which is to be written to the file `spill` where a part
   * is left out.
   */
  end(spill: string): { readonly output: Output; readonly whole: string } {
    const last = this.#mask?.flush() ?? "";
    this.#show(last);
    if (this.#rest !== "") this.#onLines([this.#rest]);
    const all = this.#parts.join("");
    const whole = this.#hasBreak && all.endsWith("\n") ? all.slice(0, -1) : all;
    return { output: bounded(whole, spill), whole };
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
    // JSON can spell what a pipe cannot carry; what looks like a reference is none.
    const clean = cleanText(text);
    this.#show(this.#mask?.push(clean) ?? clean);
  }

  #show(text: string): void {
    if (text === "") return;
    this.#parts.push(text);
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (lines.length > 0) this.#onLines(lines);
  }
}

function bounded(text: string, spill: string): Output {
  if (text.length <= HEAD_CHARACTERS + TAIL_CHARACTERS) return outputOf(text);
  const head = text.slice(0, HEAD_CHARACTERS).toWellFormed();
  const tail = text.slice(-TAIL_CHARACTERS).toWellFormed();
  const middle = text.slice(HEAD_CHARACTERS, -TAIL_CHARACTERS);
  const marked = markedLines(middle);
  const missing = byteLength(middle) - byteLength(marked);
  return {
    text: `${head}\n[… ${
      count(missing, "byte")
    } left out, all of it is in ${spill} …]\n${marked}${tail}`,
    sizeBytes: byteLength(text),
    isTruncated: true,
    spill,
  };
}

/** Returns the lines that talk to the runner, wherever they stand. */
function markedLines(text: string): string {
  const lines = text.split("\n").filter((line) =>
    OUTPUT_MARKS.some((mark) => line.includes(mark))
  ).join("\n").slice(0, MARKED_CHARACTERS_MAX);
  return lines === "" ? "" : `${lines}\n`;
}
