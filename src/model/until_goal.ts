/**
 * Owns what a loop of `until` is after, read from its definition alone: a saved one, or one
 * that is resumed, is told of in the same way.
 */

import type { Loop } from "./loop.ts";
import type { Frame, RunEnd, Snapshot } from "./snapshot.ts";

/** Category of the loops that `until` makes. */
export const UNTIL_CATEGORY = "until";
/** The state whose command shall pass. Its result is captured under its name. */
export const CHECK_STATE = "check";
/** The state that makes it pass, where there is one. Its result is captured, too. */
export const FIX_STATE = "fix";
/** The states that look why one of these failed. They run nothing. */
export const CHECK_TRIAGE_STATE = "triage";
export const FIX_TRIAGE_STATE = "triage_fix";
/** The state that cuts what the check printed to what an agent is told of it. */
export const EXCERPT_STATE = "excerpt";
/** Cap that stands for none. */
export const UNLIMITED_TIMES = 1_000_000;

/** What a loop of `until` is after. */
export interface UntilGoal {
  /** Whether something is run after a failed check to make it pass. */
  readonly hasFix: boolean;
  /** How often it may be fixed, or without a fix checked again; `null` is without end. */
  readonly max: number | null;
}

/** How far a run of it came. */
export interface UntilProgress extends UntilGoal {
  /** Fixes so far, or without a fix further checks. */
  readonly used: number;
  /** Why the run ended short of its goal, in terms of the goal. */
  readonly gaveUp: "used-up" | "check-cannot-run" | "fix-cannot-run" | null;
}

/** Returns the goal of a loop that `until` made; `null` for every other loop. */
export function untilGoalOf(loop: Loop): UntilGoal | null {
  const isUntil = loop.category === UNTIL_CATEGORY &&
    Object.hasOwn(loop.states, CHECK_STATE) &&
    loop.states[CHECK_STATE]?.capture === CHECK_STATE;
  if (!isUntil) return null;
  const max = loop.maxEdgeRevisits;
  return {
    hasFix: Object.hasOwn(loop.states, FIX_STATE),
    max: max >= UNLIMITED_TIMES ? null : max,
  };
}

/** Returns how far a run came that has ended so; `null` for loops that `until` did not make. */
export function untilProgress(
  loop: Loop,
  { snapshot, end }: {
    readonly snapshot: Pick<Snapshot, "frames">;
    readonly end: Pick<RunEnd, "terminatedBy" | "isFailureTerminal">;
  },
): UntilProgress | null {
  const goal = untilGoalOf(loop);
  if (goal === null) return null;
  const frame = snapshot.frames["0"];
  const countOf = (suffix: string) =>
    Object.entries(frame?.edges ?? {}).filter(([edge]) => edge.endsWith(suffix))
      .reduce((sum, [, count]) => sum + count, 0);
  const entered = countOf(`->${goal.hasFix ? FIX_STATE : CHECK_STATE}`);
  return {
    ...goal,
    used: entered - (isRefused(frame, end) ? 1 : 0),
    gaveUp: whyGaveUp(frame, end),
  };
}

/** Whether the fix that the run ended in was not carried out: nothing was left for its agent. */
function isRefused(
  frame: Frame | undefined,
  { terminatedBy }: Pick<RunEnd, "terminatedBy">,
): boolean {
  return terminatedBy === "budget_exceeded" && frame?.state === FIX_STATE &&
    frame.phase === "turn";
}

function whyGaveUp(
  frame: Frame | undefined,
  end: Pick<RunEnd, "terminatedBy" | "isFailureTerminal">,
): UntilProgress["gaveUp"] {
  if (end.terminatedBy === "cycle_detected") return "used-up";
  if (!end.isFailureTerminal) return null;
  const couldNotRun = (state: string) =>
    cannotRun(frame?.captured[state]?.["exit_code"]);
  if (couldNotRun(FIX_STATE)) return "fix-cannot-run";
  return couldNotRun(CHECK_STATE) ? "check-cannot-run" : null;
}

/** As shells say that a program is missing, or is none. */
function cannotRun(exitCode: unknown): boolean {
  return exitCode === 126 || exitCode === 127;
}
