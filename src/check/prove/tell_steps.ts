/** Owns steps through a machine as places of the file, and as one line of names. */

import {
  ABSTENTION_RULE,
  isJsonObject,
  type Related,
  type State,
} from "../../model/mod.ts";
import { entry, type LoadResult, quote, readMap } from "../../load/mod.ts";
import type { Machine, Step } from "./machine.ts";
import { isByGuard, type Move } from "./moves.ts";

/** Of a long way this many steps are shown at its beginning, and as many at its end. */
const SHOWN_MAX = 5;

/**
 * Returns steps as places: the key behind each, in the words of an event, `"check" goes to "fix" by on_no`.
 */
export function relatedTo(
  { situations }: Machine,
  way: readonly Step[],
  result: LoadResult,
): readonly Related[] {
  const tell = ({ from, move, exhausted }: Step): Related[] => {
    const state = situations[from]?.state;
    if (state === undefined || move.target === null) return [];
    const verdict = isByGuard(move)
      ? REASONS[move.cause] ?? ""
      : move.verdict === null || move.by === "next" || move.by === "maintain"
      ? ""
      : ` on verdict ${quote(move.verdict)}`;
    const here: Related = {
      message: `${quote(state.name)} goes to ${quote(move.target)}${verdict}`,
      at: result.originOf(pathOf(state, move.by ?? "", result)),
      onKey: true,
    };
    if (exhausted === null || exhausted.onRetryExhausted === null) {
      return [here];
    }
    return [here, {
      message: `${quote(exhausted.name)} has used its retries and goes to ${
        quote(exhausted.onRetryExhausted)
      }`,
      at: result.originOf(["states", exhausted.name, "on_retry_exhausted"]),
      onKey: true,
    }];
  };
  if (way.length <= 2 * SHOWN_MAX + 1) return way.flatMap(tell);
  const middle = way[SHOWN_MAX];
  const left = way.length - 2 * SHOWN_MAX;
  return [
    ...way.slice(0, SHOWN_MAX).flatMap(tell),
    ...(middle === undefined ? [] : tell(middle).slice(0, 1).map((step) => ({
      ...step,
      message: `${left} more steps, beginning with ${step.message}`,
    }))),
    ...way.slice(-SHOWN_MAX).flatMap(tell),
  ];
}

/** Returns names of states as a way: `a → b → a`; the middle of a long one is left out. */
export function formatStates(names: readonly string[]): string {
  if (names.length <= 2 * SHOWN_MAX + 1) return names.join(" → ");
  return [
    ...names.slice(0, SHOWN_MAX),
    "…",
    ...names.slice(-SHOWN_MAX),
  ].join(" → ");
}

/** What makes moves that no verdict tells of. */
const REASONS: { readonly [cause in Move["cause"]]?: string } = {
  budget: " when a budget is used up",
  time: " when the loop's time has passed",
  pressure: " when memory runs short",
  "rate-limit": " when a rate limit lasts",
  tamper: " when it has changed tests",
};

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["on_yes", "on_success"],
  ["on_no", "on_failure"],
]);

/** What a loop may say for all its states. */
const LOOP_WIDE: ReadonlySet<string> = new Set([
  "on_budget_exceeded",
  "tamper_guard",
]);

/** Where the rule of a move stands in the merged document. */
function pathOf(
  state: State,
  by: string,
  { document }: Pick<LoadResult, "document">,
): readonly string[] {
  const path = ["states", state.name];
  const map = document === null
    ? {}
    : entry(readMap(document, "states"), state.name) ?? {};
  const has = (key: string) =>
    isJsonObject(map) && entry(map, key) !== undefined;
  if (LOOP_WIDE.has(by) && !has(by)) return [by];
  if (by === "maintain") return ["maintain"];
  if (by === ABSTENTION_RULE) return path;
  if (by === "circuit") {
    return ["circuit", "repeated_failure", "on_repeated_failure"];
  }
  if (by.startsWith("route ")) {
    return [...path, "route", by.slice("route ".length)];
  }
  const alias = ALIASES.get(by);
  const isAlias = alias !== undefined && !has(by) && has(alias);
  return [...path, isAlias ? alias : by];
}
