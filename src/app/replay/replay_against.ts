/** Owns finding the first step at which an edited loop goes another way with the recorded answers. */

import {
  NEW_SNAPSHOT,
  rewind,
  step as stepOf,
  type StepResult,
  walk,
} from "../../engine/mod.ts";
import {
  type Definitions,
  type Input,
  ROOT_FRAME,
  type RunEvent,
  type Snapshot,
} from "../../model/mod.ts";
import type { Fork, ForkSide, ReplayAgainst } from "../../view/mod.ts";
import { isSameQuestion, questionText } from "./questions.ts";

/** A recorded run, and the loop that it is compared with. */
export interface Comparison {
  /** The definitions that the run began with. */
  readonly recorded: Definitions;
  /** The inputs of its journal, each with the number of its line. */
  readonly inputs: readonly (Input & { readonly seq: number })[];
  readonly edited: Definitions;
  /** Returns what the edited loop is told in place of an input that begins or goes on with a run. */
  translate(input: Input): Input;
}

/** Tells both the recorded answers until they part. No process is started and nothing is written. */
export function replayAgainst(
  comparison: Comparison,
): Omit<ReplayAgainst, "file"> {
  const { inputs, edited } = comparison;
  const past: Snapshot[] = [];
  let snapshot = NEW_SNAPSHOT;
  let last: Snapshot = NEW_SNAPSHOT;
  const ended = (fork: Fork | null): Omit<ReplayAgainst, "file"> => ({
    steps: snapshot.frames[ROOT_FRAME]?.steps ?? 0,
    fork,
    end: last.end === null
      ? null
      : { by: last.end.terminatedBy, state: last.end.finalState },
  });
  let index = 0;
  for (const each of walk(comparison.recorded, inputs)) {
    past.push(snapshot);
    const { back } = each.input as { readonly back?: number };
    const before = back === undefined
      ? snapshot
      : rewind(snapshot, past[back] ?? NEW_SNAPSHOT);
    const result = stepOf(edited, before, comparison.translate(each.input));
    const sides = {
      recorded: { ...each, definitions: comparison.recorded },
      edited: { before, result, definitions: edited },
    };
    const fork = findFork(sides, inputs[index]?.seq ?? 0);
    last = each.result.snapshot;
    if (fork !== null) return ended(fork);
    snapshot = result.snapshot;
    index++;
  }
  return ended(null);
}

/** One of both at one input. */
interface Side {
  readonly before: Snapshot;
  readonly result: StepResult;
  readonly definitions: Definitions;
}

function findFork(
  { recorded, edited }: { readonly recorded: Side; readonly edited: Side },
  seq: number,
): Fork | null {
  const ways = [recorded, edited].map(({ result }) =>
    result.events.flatMap(moveOf)
  );
  const [way = [], newWay = []] = ways;
  const at = firstDifference(
    way,
    newWay,
    (a, b) => a.text === b.text && a.frame === b.frame,
  );
  const asked = recorded.result.effects;
  const newAsked = edited.result.effects;
  const unanswered = firstDifference(asked, newAsked, isSameQuestion);
  if (at === null && unanswered === null) return null;
  const frame = outermost([
    ...at === null ? [] : [way[at], newWay[at]],
    ...unanswered === null ? [] : [asked[unanswered], newAsked[unanswered]],
  ]);
  return {
    ...placeOf(recorded, frame),
    seq,
    kind: at === null ? "unanswered" : "way",
    recorded: sideOf(way, { asked, frame }),
    edited: sideOf(newWay, { asked: newAsked, frame }),
  };
}

/** What decides where a run is: a verdict, a way, an end. */
interface Move {
  readonly frame: string;
  readonly text: string;
  readonly verdict?: string;
}

function moveOf(event: RunEvent): readonly Move[] {
  const { frame = ROOT_FRAME } = event;
  switch (event.event) {
    case "evaluate":
      return [{
        frame,
        text: `${event.state}: ${event.verdict}`,
        verdict: event.verdict,
      }];
    case "route":
    case "retry_exhausted":
      return [{
        frame,
        text: `-> ${event.event === "route" ? event.to : event.next}`,
      }];
    case "state_enter":
      return [{ frame, text: `enters ${event.state}` }];
    case "loop_start":
      return [{ frame, text: `runs loop ${event.loop}` }];
    case "loop_complete": {
      const failure = event.failure_terminal === true ? " (failure)" : "";
      const text =
        `ends by ${event.terminated_by} at ${event.final_state}${failure}`;
      return [{ frame, text }];
    }
    default:
      return [];
  }
}

function sideOf(
  way: readonly Move[],
  { asked, frame }: {
    readonly asked: StepResult["effects"];
    readonly frame: string;
  },
): ForkSide {
  const isBelow = (each: { readonly frame: string }) =>
    each.frame === frame || each.frame.startsWith(`${frame}.`);
  const own = way.filter(isBelow);
  return {
    verdict: own.find(({ verdict }) => verdict !== undefined)?.verdict ?? null,
    does: [
      ...own.filter(({ verdict }) => verdict === undefined)
        .map(({ text }) => text),
      ...asked.filter(isBelow).filter(({ kind }) => kind !== "wait")
        .map(questionText),
    ],
  };
}

/** What happens in a sub-loop happens in the step of its parent as well. */
function outermost(
  places: readonly ({ readonly frame: string } | undefined)[],
): string {
  const [frame = ROOT_FRAME] = places.flatMap((place) => place?.frame ?? [])
    .sort((a, b) => a.length - b.length);
  return frame;
}

/** Returns where a frame is, by the snapshot that has it. */
function placeOf(
  { before, result, definitions }: Side,
  frame: string,
): Pick<Fork, "step" | "state" | "subLoop"> {
  // A frame that has just begun, or that has ended, is in one of both only.
  const found = before.frames[frame] ?? result.snapshot.frames[frame];
  const loops = {
    ...(before.definitions ?? definitions).loops,
    ...result.snapshot.loops,
  };
  return {
    step: found?.steps ?? 0,
    state: found?.state ?? "",
    subLoop: frame === ROOT_FRAME
      ? null
      : loops[found?.loop ?? ""]?.name ?? null,
  };
}

function firstDifference<T>(
  a: readonly T[],
  b: readonly T[],
  isSame: (a: T, b: T) => boolean,
): number | null {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [first, second] = [a[at], b[at]];
    if (first === undefined || second === undefined) return at;
    if (!isSame(first, second)) return at;
  }
  return null;
}
