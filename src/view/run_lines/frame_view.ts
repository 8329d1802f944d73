/** Owns what the live view remembers of each frame, until an event says how it is told. */

import { ROOT_FRAME, type RunEvent } from "../../model/mod.ts";
import type { ActionCompleteEvent } from "../evaluation.ts";
import { LIVE_LINES_MAX, OutputLines } from "../output_lines.ts";
import type { StateEnterEvent } from "./steps.ts";

/** What is known of one frame: several may be at work at the same time. */
export interface FrameView {
  readonly id: string;
  readonly depth: number;
  /** Name of its loop; `null` where its start was not seen. */
  loop: string | null;
  /** An entered state whose line waits for its action. */
  entered: StateEnterEvent | null;
  /** An action's end that waits for its verdict, and what was said in between. */
  ended: ActionCompleteEvent | null;
  held: string[];
  output: OutputLines;
  /** Whether the end of an action's output was not handed in. */
  isCut: boolean;
  /** Whether it is in a state of `until` that only looks why something failed. */
  isTriage: boolean;
}

/** Returns the place of an event: the id of its frame, and its depth. */
export function placeOf(
  event: RunEvent,
): { readonly id: string; readonly depth: number } {
  const { depth = 0 } = event;
  // The reference's events tell their depth alone.
  const { frame: id = ROOT_FRAME + ".1".repeat(depth) } = event;
  return { id, depth };
}

/** Returns a frame of which nothing is known yet. */
export function newFrame(
  place: { readonly id: string; readonly depth: number },
  options: { readonly isVerbose: boolean },
): FrameView {
  return {
    ...place,
    loop: null,
    entered: null,
    ended: null,
    held: [],
    output: newOutput(options),
    isCut: false,
    isTriage: false,
  };
}

/** Returns room for the output of one action. */
export function newOutput(
  { isVerbose }: { readonly isVerbose: boolean },
): OutputLines {
  return new OutputLines({ liveMax: isVerbose ? Infinity : LIVE_LINES_MAX });
}

/** Returns whether one frame is above the other. */
export function isInLine(a: string, b: string): boolean {
  return a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
