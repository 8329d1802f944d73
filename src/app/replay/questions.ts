/** Owns whether a recorded answer answers what an edited loop asks for. */

import {
  type ActionEffect,
  type Effect,
  hideReferences,
  type Json,
  unreachable,
  variableName,
} from "../../model/mod.ts";
import { isSameJson } from "./is_same_json.ts";

/** Limits and the like: with others of these the same may come out. */
const CIRCUMSTANCES: ReadonlySet<string> = new Set([
  "timeoutMs",
  "idleTimeoutMs",
  "isLoopDeadline",
  "durationMs",
  "detach",
  "handoffThreshold",
  // Compared by what the action names.
  "context",
  "captured",
]);

/** Returns whether two effects ask for the same, so that the answer to one answers the other. */
export function isSameQuestion(a: Effect, b: Effect): boolean {
  if (!isSameJson(essenceOf(a), essenceOf(b))) return false;
  if (a.kind !== "action" || b.kind !== "action") return true;
  return isSameJson(namedValues(a), namedValues(b));
}

/** Returns what an effect asks for, in a few words; secrets hidden. */
export function questionText(effect: Effect): string {
  return hideReferences(textOf(effect));
}

function textOf(effect: Effect): string {
  switch (effect.kind) {
    case "action":
      return `${effect.mode} action ${effect.action.trim()}`;
    case "observe":
      return effect.subject.kind === "file"
        ? `a look at file ${effect.subject.path}`
        : `a look (${effect.subject.kind})`;
    case "wait":
      return "a pause";
    case "load":
      return `loading loop ${effect.name}`;
    case "judge":
      return `a verdict by ${effect.judge}`;
    case "worktree":
      return `worktree ${effect.operation} ${effect.branch}`;
    default:
      return unreachable(effect);
  }
}

function essenceOf(effect: Effect): Json {
  return Object.fromEntries(
    Object.entries(effect).filter(([key]) => !CIRCUMSTANCES.has(key)),
  );
}

/** Returns the values that an action names by their variables. */
function namedValues({ action, context, captured }: ActionEffect): Json {
  const of = (prefix: string, values: { readonly [key: string]: Json }) =>
    Object.entries(values).map(([key, value]) =>
      [`${prefix}${variableName(key)}`, value] as const
    ).filter(([name]) => action.includes(name));
  return Object.fromEntries([
    ...of("LL_CONTEXT_", context),
    ...of("LL_CAPTURED_", captured),
  ]);
}
