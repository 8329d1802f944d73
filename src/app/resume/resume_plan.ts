/** Owns the record behind `resume --dry-run`. */

import { ROOT_FRAME } from "../../model/mod.ts";
import type { ResumePlan } from "../../view/mod.ts";
import { elapsedBefore, runHeader } from "../run/mod.ts";
import type { World } from "../world.ts";
import type { Resumable } from "./prepare_resume.ts";
import { type Choices, outlookOf } from "./settle_open.ts";

/** Returns where a run would go on. */
export function resumePlanOf(
  world: Pick<World, "system">,
  resumable: Resumable,
  choices: Choices,
): ResumePlan {
  const { run, prepared, from, point, first, open, today, isTaken } = resumable;
  const root = from.frames[ROOT_FRAME];
  const { state } = run;
  return {
    header: runHeader(world, prepared, {
      id: run.id,
      path: run.path,
      resumedAt: root === undefined
        ? null
        : { state: root.state, steps: root.steps },
    }),
    elapsedMs: elapsedBefore(from),
    // Nobody is running it: one that says so was cut off.
    status: state === null || state.status === "running"
      ? "interrupted (cut off)"
      : state.status,
    back: point === null ? null : { state: point.state, step: point.step },
    isOver: first === null,
    open: open.map((action) => ({
      state: action.effect.state,
      then: outlookOf(action, choices),
    })),
    file: isTaken ? "taken" : today.kind,
  };
}
