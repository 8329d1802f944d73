/** Owns the points of its past that a run can go back to: the entries of its states. */

import { countingInputs } from "../../engine/mod.ts";
import {
  isInputLine,
  type JournalLine,
  LoopError,
  nearest,
  quoted,
  quotedAll,
  ROOT_FRAME,
} from "../../model/mod.ts";
import type { Progress } from "./read_progress.ts";

/** An entry of a state. */
export interface Point {
  readonly state: string;
  /** Number of the step in its loop. */
  readonly step: number;
  readonly frame: string;
  /** How many inputs of the journal the run stood on before the one that led here. */
  readonly back: number;
}

/**
 * Returns the point that `asked` means: the step of that number, or the latest entry of the state
 * of that name; states of the run's own loop first, then those of its sub-loops.
 *
 * @throws {LoopError} `not-found`, naming what there is
 */
export function findPoint(
  progress: Pick<Progress, "journal" | "inputs">,
  asked: string,
): Point {
  const points = pointsOf(progress);
  const own = points.filter(({ frame }) => frame === ROOT_FRAME);
  const found = own.findLast(({ state }) => state === asked) ??
    (/^\d+$/.test(asked)
      ? own.findLast(({ step }) => step === Number(asked))
      : points.findLast(({ state }) => state === asked));
  if (found !== undefined) return found;
  const message = `Cannot go back to ${quoted(asked)}: the run `;
  const last = own.at(-1);
  if (last === undefined) {
    throw new LoopError("not-found", `${message}has entered no state yet`);
  }
  if (/^\d+$/.test(asked)) {
    const steps = last.step === 1 ? "1 step" : `steps 1 to ${last.step}`;
    throw new LoopError("not-found", `${message}has made ${steps}`);
  }
  const states = [...new Set(points.map(({ state }) => state))];
  const [near] = nearest(asked, states);
  throw new LoopError(
    "not-found",
    `${message}has not been in a state of that name`,
    {
      hint: near === undefined
        ? `It has been in ${quotedAll(states)}`
        : `Did you mean "${near}"?`,
    },
  );
}

/** Returns the entries on which the run still stands, oldest first. */
function pointsOf(
  { journal, inputs }: Pick<Progress, "journal" | "inputs">,
): readonly Point[] {
  const counting = new Set(countingInputs(inputs));
  const points: Point[] = [];
  let index = -1;
  for (const line of journal.lines as readonly JournalLine[]) {
    if (isInputLine(line)) {
      index++;
      continue;
    }
    if (line.event !== "state_enter" || !counting.has(index)) continue;
    const input = inputs[index];
    points.push({
      state: line.state,
      step: line.iteration,
      frame: line.frame ?? ROOT_FRAME,
      // What went back itself does not stand on the inputs before it.
      back: input !== undefined && "back" in input
        ? input.back ?? index
        : index,
    });
  }
  return points;
}
