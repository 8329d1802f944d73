/** Owns running the engine again from a journal alone, and comparing what it gives with what stands there. */

import { type Step, walk } from "../../engine/mod.ts";
import {
  type Definitions,
  type Input,
  isInputLine,
  type JournalLine,
  type Json,
  LoopError,
  type RunEvent,
} from "../../model/mod.ts";
import type { Replay, ReplayDifference } from "../../view/mod.ts";
import type { JournalText } from "../runs/mod.ts";
import { isSameJson } from "./is_same_json.ts";

/** Events that are published while an effect is performed: the engine does not give them. */
const PUBLISHED: ReadonlySet<RunEvent["event"]> = new Set([
  "action_output",
  "agent_activity",
  "action_progress",
  "output_truncated",
  // Of the run's end, which comes after the engine's.
  "handoff_spawned",
  "handoff_spawn_failed",
]);

/** An input and the events behind it. */
interface Told {
  readonly input: Input;
  /** Number of its line. */
  readonly seq: number;
  readonly events: readonly (RunEvent & { readonly seq: number })[];
}

/** Replays the journal of a run. No process is started and nothing is written. */
export function replayRun(
  definitions: Definitions,
  journal: Pick<JournalText, "lines" | "isTorn">,
): Replay {
  const told = groupByInput(journal.lines);
  const published = journal.lines.filter(isPublished).length;
  let events = 0;
  let unwritten = 0;
  let last: Step["result"] | null = null;
  const ended = (difference: ReplayDifference | null): Replay => {
    const end = last?.snapshot.end ?? null;
    return {
      inputs: told.length,
      events,
      published,
      unwritten,
      isTorn: journal.isTorn,
      difference,
      end: end === null
        ? null
        : { by: end.terminatedBy, state: end.finalState },
    };
  };
  const steps = walk(definitions, told.map(({ input }) => input));
  for (const [index, { seq, events: written }] of told.entries()) {
    let step: Step;
    try {
      step = steps.next().value as Step;
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      return ended({
        seq,
        expected: written[0] ?? null,
        got: null,
        error: error.message,
      });
    }
    last = step.result;
    const isLast = index === told.length - 1;
    const found = compare(step.result.events, { written, seq, isLast });
    events += found.same;
    unwritten = found.unwritten;
    if (found.difference !== null) return ended(found.difference);
  }
  return ended(null);
}

function compare(
  given: readonly RunEvent[],
  line: {
    readonly written: Told["events"];
    readonly seq: number;
    /** What comes last may have been cut off. */
    readonly isLast: boolean;
  },
): {
  readonly same: number;
  readonly unwritten: number;
  readonly difference: ReplayDifference | null;
} {
  const { written, isLast } = line;
  for (const [at, event] of given.entries()) {
    const stored = written[at];
    if (stored === undefined && isLast) {
      return { same: at, unwritten: given.length - at, difference: null };
    }
    if (stored === undefined || !isSame(stored, event)) {
      const seq = stored?.seq ?? line.seq + at + 1;
      const expected = stored ?? null;
      return {
        same: at,
        unwritten: 0,
        difference: { seq, expected, got: event, error: null },
      };
    }
  }
  const more = written.slice(given.length).find((each) => !isPublished(each));
  return {
    same: given.length,
    unwritten: 0,
    difference: more === undefined
      ? null
      : { seq: more.seq, expected: more, got: null, error: null },
  };
}

function isSame(
  { seq: _seq, ...stored }: RunEvent & { readonly seq: number },
  event: RunEvent,
): boolean {
  return isSameJson(stored as unknown as Json, event as unknown as Json);
}

function isPublished(line: JournalLine): boolean {
  return "event" in line && PUBLISHED.has(line.event);
}

/** What an action prints comes between the inputs, never between an input and its events. */
function groupByInput(lines: readonly JournalLine[]): readonly Told[] {
  const groups: (Told & { events: (RunEvent & { seq: number })[] })[] = [];
  for (const line of lines) {
    if (isInputLine(line)) {
      const { seq, ...input } = line;
      groups.push({ input: input as Input, seq, events: [] });
    } else groups.at(-1)?.events.push(line as RunEvent & { seq: number });
  }
  return groups;
}
