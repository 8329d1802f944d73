/** Keeps a text that is made of what a child prints as if the child had printed it: bounded, its lines handed out. */

import type { Output } from "../../model/mod.ts";
import type { KeepOptions, KeptText } from "../../ports/mod.ts";
import { KeptOutput } from "./kept_output.ts";
import { LineSplitter } from "./split_lines.ts";

/** Takes one text in pieces and says in the end what it was. */
export class TextKeeper implements KeptText {
  readonly #kept: KeptOutput;
  readonly #lines: LineSplitter;
  readonly #encoder = new TextEncoder();
  #sizeBytes = 0;
  /** Whether the line break that came last is not kept yet. */
  #owesBreak = false;

  constructor(options: KeepOptions) {
    this.#kept = new KeptOutput(options);
    this.#lines = new LineSplitter(options.onLines);
  }

  push(text: string): void {
    if (text === "") return;
    this.#lines.push(text);
    const before = this.#owesBreak ? "\n" : "";
    this.#owesBreak = text.endsWith("\n");
    this.#keep(before + (this.#owesBreak ? text.slice(0, -1) : text));
  }

  finish({ lastBreak }: { readonly lastBreak: "kept" | "dropped" }): Output {
    this.#lines.flush();
    if (this.#owesBreak && lastBreak === "kept") this.#keep("\n");
    return { ...this.#kept.finish(), sizeBytes: this.#sizeBytes };
  }

  #keep(text: string): void {
    if (text === "") return;
    const bytes = this.#encoder.encode(text);
    this.#sizeBytes += bytes.length;
    this.#kept.push(bytes);
  }
}
