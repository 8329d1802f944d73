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
        return;
      case "line":
        this.#begin();
        this.#add(event.line);
        this.#isOpen = false;
        return;
      case "usage":
      case "session":
        return;
      default:
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
    const whole = this.#parts.join("");
    return { output: bounded(whole, spill), whole };
  }

  #begin(): void {
    if (!this.#isEmpty) this.#add("\n");
    this.#isEmpty = false;
  }

  #add(text: string): void {
    this.#isEmpty = false;
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
