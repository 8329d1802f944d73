/** What happens to one stream of a child: bytes in, masked, kept, handed out as lines. */

import type { Output } from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";
import { KeptOutput } from "./kept_output.ts";
import { LineSplitter } from "./split_lines.ts";

/** Options of {@linkcode StreamCapture}. */
export interface CaptureOptions {
  readonly mask: Mask | null;
  readonly spillPath: string | null;
  /** Lines with one of these are kept however long the stream is. @default {[]} */
  readonly marks?: readonly string[];
  /** Gets the lines; `null` when nobody wants them. */
  readonly onLines: ((lines: readonly string[]) => void) | null;
  /** Gets the text as it comes, instead. @default {null} */
  readonly onText?: ((text: string) => void) | null;
  /** Lines are handed out until more than this has come. */
  readonly linesMaxBytes: number;
  /** A longer line comes in pieces. @default {MAX_LINE_LENGTH} */
  readonly lineMaxLength?: number;
}

const ENCODER = new TextEncoder();

/** Takes one stream in pieces and says in the end what it was. Most say nothing, and need no decoder. */
export class StreamCapture {
  readonly #kept: KeptOutput;
  readonly #mask: ReturnType<Mask["start"]> | null;
  readonly #linesMaxBytes: number;
  #decoder: TextDecoder | null = null;
  #lines: Pick<LineSplitter, "push" | "flush"> | null = null;
  #sizeBytes = 0;

  constructor(options: CaptureOptions) {
    this.#kept = new KeptOutput(options);
    this.#mask = options.mask?.start() ?? null;
    this.#linesMaxBytes = options.linesMaxBytes;
    const { onText = null } = options;
    if (onText !== null) {
      this.#lines = {
        push: (text) => text === "" ? undefined : onText(text),
        flush() {},
      };
    } else if (options.onLines !== null) {
      this.#lines = new LineSplitter(options.onLines, options.lineMaxLength);
    }
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  push(bytes: Uint8Array): void {
    const decoder = this.#decoder ??= new TextDecoder("utf-8", {
      ignoreBOM: true,
    });
    if (this.#mask !== null) {
      const text = decoder.decode(bytes, { stream: true });
      this.#take(this.#mask.push(text));
    } else {
      // Bytes are kept as bytes; decoding them is the greater part of the cost and only lines need it.
      this.#kept.push(bytes);
      this.#lines?.push(decoder.decode(bytes, { stream: true }));
    }
    this.#sizeBytes += bytes.length;
    if (this.#sizeBytes > this.#linesMaxBytes) {
      this.#lines?.flush();
      this.#lines = null;
    }
  }

  /** Ends the stream. To be called once. */
  finish(): Output {
    const rest = this.#decoder?.decode() ?? "";
    if (this.#mask !== null) {
      this.#take(this.#mask.push(rest) + this.#mask.flush());
    } else this.#lines?.push(rest);
    this.#lines?.flush();
    this.#lines = null;
    return { ...this.#kept.finish(), sizeBytes: this.#sizeBytes };
  }

  #take(text: string): void {
    if (text === "") return;
    this.#kept.push(ENCODER.encode(text));
    this.#lines?.push(text);
  }
}
