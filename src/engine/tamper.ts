/** Owns what follows when an action has changed test files (EXEC 9.7). */

import {
  type ActionEffect,
  type ActionOutcome,
  type Loop,
  type State,
  type TamperedFile,
  tamperPolicyOf,
  tamperWay,
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
  const policy = tamperPolicyOf(loop, state);
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
  const policy = tamperPolicyOf(loop, state);
  const left = tampered.filter(({ isReverted }) => !isReverted)
    .map(({ path }) => path);
  // What could not be put back is as bad as what was not to be.
  const isForced = policy === "fail" || policy === "revert" && left.length > 0;
  const next = isForced ? tamperWay(loop, state)?.target : undefined;
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
  const way = tamperWay(turn.loop(turn.frame(id).loop), state);
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
