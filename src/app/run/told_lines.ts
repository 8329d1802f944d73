/** Owns which lines of an action's output the journal holds: the first ones. The others are only shown. */

import type { EventBody } from "../../model/mod.ts";
import type { PerformOptions } from "./drive.ts";

/** Output beyond this is not journaled; what is too long for it is in the run's outputs. */
export const JOURNALED_CHARACTERS_MAX = 64 * 1024;

/** Tells the lines of one action. */
export class ToldLines {
  readonly #performing: Pick<PerformOptions, "publish" | "show">;
  readonly #isAllShown: boolean;
  #journaled = 0;

  constructor(
    performing: Pick<PerformOptions, "publish" | "show">,
    options: {
      /** Whether what is not journaled is shown all the same. @default {true} */
      readonly isAllShown?: boolean;
    } = {},
  ) {
    this.#performing = performing;
    this.#isAllShown = options.isAllShown ?? true;
  }

  /** How many characters were journaled. */
  get journaled(): number {
    return this.#journaled;
  }

  /** Tells lines of standard output, or of the stream that is said. */
  tell(
    lines: readonly string[],
    where: { readonly stream?: "stderr" } = {},
  ): void {
    const events = lines.map((line): EventBody => ({
      event: "action_output",
      line: line.trimEnd(),
      ...where,
    }));
    if (this.#journaled > JOURNALED_CHARACTERS_MAX) {
      if (this.#isAllShown) this.#performing.show(events);
      return;
    }
    for (const line of lines) this.#journaled += line.length + 1;
    this.#performing.publish(events);
  }
}
