/** Owns what follows when an action has changed test files (EXEC 9.7). */

import {
  type ActionEffect,
  type ActionOutcome,
  type Loop,
  own,
  type State,
  type TamperedFile,
  type Way,
  wayOn,
} from "../model/mod.ts";
import { type Decision, fail } from "./decision.ts";
import type { Turn } from "./turn.ts";

/** Files that a message names one by one. */
const NAMED_FILES_MAX = 5;

/** Returns what the action of a state is guarded by. */
export function guardOf(
  state: State,
  loop: Loop,
): Pick<ActionEffect, "guard"> {
  const policy = state.tamperGuard ?? loop.tamperGuard ?? "allow";
  return policy === "allow" ? {} : { guard: policy };
}

/** Says what an action has done to test files; returns whether that forbids going on as if nothing had been. */
export function noteTampering(
  turn: Turn,
  id: string,
  { tampered = [] }: ActionOutcome,
): boolean {
  if (tampered.length === 0) return false;
  const state = turn.state(id);
  const loop = turn.loop(turn.frame(id).loop);
  const policy = state.tamperGuard ?? loop.tamperGuard ?? "allow";
  const left = tampered.filter(({ isReverted }) => !isReverted)
    .map(({ path }) => path);
  // What could not be put back is as bad as what was not to be.
  const isForced = policy === "fail" || policy === "revert" && left.length > 0;
  const next = isForced ? forcedWay(state, loop)?.target : undefined;
  turn.emit(id, {
    event: "tamper_detected",
    state: state.name,
    policy,
    files: tampered.map(({ path }) => path),
    ...(policy === "revert" && left.length > 0 ? { left } : {}),
    ...(next === undefined ? {} : { next }),
  });
  if (isForced) {
    turn.update(id, { tampered: { state: state.name, files: tampered } });
  }
  return isForced;
}

/** Leaves a state whose action changed test files. */
export function leaveTampered(turn: Turn, id: string): Decision {
  const state = turn.state(id);
  const way = forcedWay(state, turn.loop(turn.frame(id).loop));
  const files = turn.frame(id).tampered?.files ?? [];
  return way === null
    ? fail(describeTampered(state.name, files))
    : { do: "follow", ...way };
}

/** Returns why a loop failed whose state changed test files. */
export function describeTampered(
  state: string,
  files: readonly TamperedFile[],
): string {
  const named = files.slice(0, NAMED_FILES_MAX).map(({ path }) => `"${path}"`);
  const more = files.length - named.length;
  return `State "${state}" changed test files: ${named.join(", ")}${
    more > 0 ? ` and ${more} more` : ""
  }`;
}

/** The state's own `on_no` where that is a failure, else the first failure of the loop by name. */
function forcedWay(state: State, loop: Loop): Way | null {
  const way = wayOn(state, "no");
  const isFailure = (name: string) => {
    const target = own(loop.states, name);
    return target?.terminal === true && target.failure;
  };
  if (way !== null && isFailure(way.target)) return way;
  const [first] = Object.keys(loop.states).filter(isFailure).sort();
  return first === undefined ? way : { target: first, by: "tamper_guard" };
}
