/** Owns what no installation of a program helps against: a system on which actions cannot run. */

import type { Loop, State } from "../../model/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";

/** Why this system cannot run a loop. */
export interface SystemObstacle {
  /** Name of the first state that would start a process. */
  readonly state: string;
  /** Completes "state X runs a shell action, …". */
  readonly reason: string;
  /** The way out. */
  readonly hint: string;
}

/**
 * Returns why actions cannot run on this system; `null` where they can, and for a loop that
 * starts no process. Windows has no process groups: nothing that an action starts could be
 * ended for certain, at a limit or at the end of the run.
 */
export function systemObstacle(
  world: Pick<World, "system">,
  prepared: Pick<Prepared, "definitions">,
): SystemObstacle | null {
  if (world.system.os !== "windows") return null;
  const state = firstShellState(prepared);
  if (state === null) return null;
  return {
    state: state.name,
    reason:
      "and Windows has no process groups, by which all that it starts is ended",
    hint:
      "Install WSL (`wsl --install`) and run ll-loop inside of it: there it does all " +
      "that it does on Linux",
  };
}

/** Returns the first state whose shell action may run; `null` when there is none. */
export function firstShellState(
  prepared: Pick<Prepared, "definitions">,
): State | null {
  for (const loop of Object.values(prepared.definitions.loops)) {
    const state = Object.values(loop.states).find((each) =>
      each.kind === "shell" && (!each.terminal || isSummary(each, loop))
    );
    if (state !== undefined) return state;
  }
  return null;
}

function isSummary({ name }: State, loop: Loop): boolean {
  return name === loop.onMaxSteps || name === loop.onMaxIterations;
}
