/** Owns what replaying a journal gave, as text and JSON. */

import {
  type Json,
  type JsonObject,
  type RunEvent,
  SCHEMA_VERSION,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { painter, type Style } from "./style.ts";
import { makeVisible, quote } from "./visible.ts";

/** Which run was replayed. */
export interface ReplayedRun {
  readonly runId: string;
  readonly loop: string;
}

/** What replaying a journal against itself gave. */
export interface Replay {
  readonly inputs: number;
  /** Events that the engine gave, up to the difference. */
  readonly events: number;
  /** Events that were published while effects were performed: they are not the engine's. */
  readonly published: number;
  /** Events of the last input that the run did not come to write. */
  readonly unwritten: number;
  /** Whether the last line was cut off while it was written. */
  readonly isTorn: boolean;
  readonly difference: ReplayDifference | null;
  /** How the run ended; `null` where it did not. */
  readonly end: { readonly by: string; readonly state: string } | null;
}

/** The first place at which the journal and the engine disagree. */
export interface ReplayDifference {
  /** Number of the line. */
  readonly seq: number;
  /** What the journal has there; `null` where it has no such event. */
  readonly expected: RunEvent | null;
  /** What the engine gives; `null` where it gives none. */
  readonly got: RunEvent | null;
  /** Why the engine gives none: an input does not fit. */
  readonly error: string | null;
}

/** What an edited loop would do with the recorded answers. */
export interface ReplayAgainst {
  /** The file that was compared, as it shall be shown. */
  readonly file: string;
  /** Steps of the loop itself that both go alike. */
  readonly steps: number;
  readonly fork: Fork | null;
  /** How the recorded run ended; `null` where it did not. */
  readonly end: { readonly by: string; readonly state: string } | null;
}

/** The first step at which an edited loop goes another way. */
export interface Fork {
  /** Number of the step within its loop. */
  readonly step: number;
  readonly state: string;
  /** Name of the sub-loop that the state is in; `null` for the loop itself. */
  readonly subLoop: string | null;
  /** Number of the journal's line whose input both were told last. */
  readonly seq: number;
  /** Whether it goes another way, or does what the journal has no answer for. */
  readonly kind: "way" | "unanswered";
  readonly recorded: ForkSide;
  readonly edited: ForkSide;
}

/** What one of both does at a fork. */
export interface ForkSide {
  /** Verdict of the state; `null` where there was none. */
  readonly verdict: string | null;
  /** What follows, each in a few words: `-> fix`, `ends: timeout`, `action npm test`. */
  readonly does: readonly string[];
}

/** Returns what replaying gave, as lines. */
export function formatReplay(
  { runId, loop }: ReplayedRun,
  replay: Replay,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const { difference } = replay;
  const lines = [
    `Replayed run ${runId} of loop ${quote(loop)}: ${
      count(replay.inputs, "input")
    }, ${count(replay.events, "event")}, nothing was run`,
  ];
  if (difference === null) {
    lines.push(paint("success", "The same events as in its journal"));
  } else {
    const { expected, got, error } = difference;
    lines.push(
      paint(
        "failure",
        `Another event than in its journal, at line ${difference.seq}`,
      ),
      `  expected  ${eventText(expected)}`,
      `  got       ${error ?? eventText(got)}`,
    );
  }
  if (replay.unwritten > 0) {
    lines.push(
      `The run was cut off before it wrote ${
        count(replay.unwritten, "event")
      } of its last step`,
    );
  } else if (replay.isTorn) {
    lines.push("Its last line was cut off while it was written");
  }
  if (difference === null) lines.push(endText(replay.end));
  return lines;
}

/** Returns what replaying gave, as `replay --json` prints it. */
export function replayJson(
  { runId, loop }: ReplayedRun,
  replay: Replay,
): JsonObject {
  const { difference } = replay;
  return {
    schema_version: SCHEMA_VERSION,
    run_id: runId,
    loop,
    same: difference === null,
    inputs: replay.inputs,
    events: replay.events,
    published: replay.published,
    unwritten: replay.unwritten,
    torn: replay.isTorn,
    difference: difference === null ? null : {
      seq: difference.seq,
      event: difference.expected?.event ?? difference.got?.event ?? null,
      expected: difference.expected as unknown as Json,
      got: difference.got as unknown as Json,
      error: difference.error,
    },
    terminated_by: replay.end?.by ?? null,
    final_state: replay.end?.state ?? null,
  };
}

/** Returns where an edited loop goes another way, as lines. */
export function formatReplayAgainst(
  { runId, loop }: ReplayedRun,
  against: ReplayAgainst,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const { fork, file, steps } = against;
  const head = `Replayed run ${runId} of loop ${
    quote(loop)
  } against ${file}, nothing was run`;
  if (fork === null) {
    return [
      head,
      paint("success", `The same way for all ${count(steps, "step")}`),
      endText(against.end),
    ];
  }
  const owner = fork.subLoop === null ? "" : ` of loop ${quote(fork.subLoop)}`;
  const what = fork.kind === "way"
    ? "it would go another way"
    : "it would do what the journal has no answer for";
  return [
    head,
    paint(
      "failure",
      `Step ${fork.step}, state ${quote(fork.state)}${owner}: ${what}`,
    ),
    `  recorded  ${sideText(fork.recorded)}`,
    `  edited    ${sideText(fork.edited)}`,
    `  line      ${fork.seq} of the journal`,
  ];
}

/** Returns where an edited loop goes another way, as `replay --against --json` prints it. */
export function replayAgainstJson(
  { runId, loop }: ReplayedRun,
  against: ReplayAgainst,
): JsonObject {
  const { fork } = against;
  return {
    schema_version: SCHEMA_VERSION,
    run_id: runId,
    loop,
    file: against.file,
    same: fork === null,
    steps: against.steps,
    fork: fork === null ? null : {
      step: fork.step,
      state: fork.state,
      sub_loop: fork.subLoop,
      seq: fork.seq,
      kind: fork.kind,
      recorded: { ...fork.recorded },
      edited: { ...fork.edited },
    },
    terminated_by: against.end?.by ?? null,
    final_state: against.end?.state ?? null,
  };
}

function eventText(event: RunEvent | null): string {
  return event === null ? "no event" : makeVisible(JSON.stringify(event));
}

function sideText({ verdict, does }: ForkSide): string {
  const parts = [
    ...verdict === null ? [] : [`verdict ${verdict}`],
    ...does.length === 0 ? ["nothing"] : does,
  ];
  return makeVisible(parts.join(", ").replaceAll(/\s*\n\s*/g, " "));
}

function endText(end: Replay["end"]): string {
  return end === null
    ? "It did not end: the journal stops in the middle of it"
    : `It ended by ${end.by} at ${end.state}`;
}
