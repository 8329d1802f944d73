/**
 * Owns the contract of the engine: given the definitions, a snapshot and one input, return
 * the next snapshot, the events to publish and the effects to perform. It performs nothing.
 */

import {
  type Definitions,
  type Effect,
  type Input,
  LoopError,
  type Outcome,
  ROOT_FRAME,
  type RunEvent,
  type Snapshot,
  unreachable,
} from "../model/mod.ts";
import { advance } from "./advance.ts";
import { completeAction } from "./complete_action.ts";
import { type Decision, WAIT } from "./decision.ts";
import { endRun, settle } from "./finish.ts";
import { startFrame } from "./frame.ts";
import { completeJudge, completeLook } from "./judge.ts";
import { resume } from "./resume.ts";
import { goOnWaiting } from "./retry_agent.ts";
import { completeLoad, completeWorktree } from "./sub_loop.ts";
import { nextWarningMs, warnOfTime } from "./time_warning.ts";
import { Turn } from "./turn.ts";

/** What one step gives. */
export interface StepResult {
  readonly snapshot: Snapshot;
  readonly events: readonly RunEvent[];
  readonly effects: readonly Effect[];
  /**
   * Open effects to end early, of this step or earlier ones; an effect may be named again.
   * Each is still to be answered, as one that was cancelled or as it ended.
   */
  readonly cancel: readonly number[];
  /** When the engine is to be told that time has passed, unless it is told something before; `null` is never. */
  readonly wakeAtMs: number | null;
}

/** The snapshot before the first input. */
export const NEW_SNAPSHOT: Snapshot = {
  phase: "new",
  atMs: 0,
  frames: {},
  open: {},
  cut: {},
  nextEffect: 1,
  maxDepth: 0,
  isSimulated: false,
  stop: null,
  env: {},
  definitions: null,
  loops: {},
  names: {},
  ending: null,
  end: null,
};

/**
 * Returns what follows from one input.
 *
 * @throws {LoopError} `internal` for an input that the snapshot does not expect
 */
export function step(
  definitions: Definitions,
  snapshot: Snapshot,
  input: Input,
): StepResult {
  const turn = new Turn(definitions, snapshot, input.nowMs);
  const pausedAtMs = snapshot.atMs;
  turn.patch({ atMs: input.nowMs });
  if (input.input !== "start" && input.input !== "resume") {
    warnOfTime(turn, pausedAtMs);
  }
  switch (input.input) {
    case "start":
      start(turn, input);
      break;
    case "resume":
      for (const { frame, decision } of resume(turn, input, pausedAtMs)) {
        // What one frame does may have ended the loop of another.
        if (turn.snapshot.frames[frame] !== undefined) {
          advance(turn, frame, decision);
        }
      }
      break;
    case "stop":
      if (turn.snapshot.stop === null) turn.patch({ stop: input.request });
      break;
    case "outcome": {
      const effect = turn.snapshot.open[input.effect];
      if (effect === undefined || effect.frame !== input.frame) {
        throw new LoopError(
          "internal",
          `Effect ${input.effect} of frame "${input.frame}" is not open`,
        );
      }
      const decision = answer(turn, effect, input.outcome);
      advance(turn, effect.frame, decision);
      break;
    }
    case "tick":
      break;
    default:
      return unreachable(input);
  }
  if (turn.snapshot.phase === "running") settle(turn);
  return {
    snapshot: turn.snapshot,
    events: turn.events,
    effects: turn.effects,
    cancel: turn.cancelled,
    wakeAtMs: nextWarningMs(turn),
  };
}

function start(turn: Turn, input: Extract<Input, { input: "start" }>): void {
  if (turn.snapshot.phase !== "new") {
    throw new LoopError("internal", "The run has started already");
  }
  turn.patch({
    phase: "running",
    env: input.env,
    maxDepth: input.maxDepth,
    isSimulated: input.simulated ?? false,
    ...(input.looksAt === undefined ? {} : { looksAt: input.looksAt }),
    definitions: input.definitions ?? null,
  });
  const loop = turn.loop(turn.rootLoop);
  const frame = startFrame(loop, {
    id: ROOT_FRAME,
    parent: null,
    context: input.context,
    nowMs: input.nowMs,
    timeoutMs: null,
    cwd: null,
    isLogged: false,
  });
  turn.addFrame({ ...frame, ...input.begin });
  turn.emit(ROOT_FRAME, { event: "loop_start", loop: loop.name });
  advance(turn, ROOT_FRAME, { do: "turn" });
}

function answer(turn: Turn, effect: Effect, outcome: Outcome): Decision {
  const id = effect.frame;
  const isLost = turn.snapshot.frames[id] === undefined;
  const isCancelled = "isCancelled" in outcome && outcome.isCancelled;
  turn.close(effect.effect, { isCut: isCancelled && !isLost });
  if (isLost) return WAIT;
  if (isCancelled && !turn.isEnding) {
    endRun(turn, { by: "interrupted", error: "Stopped" });
  }
  if (effect.kind === "wait" && outcome.kind === "waited") {
    if (turn.frame(id).phase === "retrying") return goOnWaiting(turn, id);
    return { do: "turn" };
  }
  if (effect.kind === "action" && outcome.kind === "action") {
    return completeAction(turn, id, { effect, outcome });
  }
  if (effect.kind === "observe" && outcome.kind === "observed") {
    return completeLook(turn, id, { purpose: effect.purpose, outcome });
  }
  if (effect.kind === "judge" && outcome.kind === "judged") {
    return completeJudge(turn, id, outcome);
  }
  if (effect.kind === "load" && outcome.kind === "loaded") {
    return completeLoad(turn, id, { name: effect.name, outcome });
  }
  if (effect.kind === "worktree" && outcome.kind === "observed") {
    return completeWorktree(turn, id, { branch: effect.branch, outcome });
  }
  throw new LoopError(
    "internal",
    `A "${outcome.kind}" outcome does not answer a "${effect.kind}" effect`,
  );
}
