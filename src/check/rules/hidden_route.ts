/** Owns the rule on routes that another key of the same state covers. */

import type { JsonObject, Loop, State } from "../../model/mod.ts";
import {
  entry,
  type LoadResult,
  quote,
  quoteAll,
  readText,
} from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** A route that is never taken, whatever the verdict. */
export const hiddenRoute: Rule = {
  name: "hidden-route",
  severity: "warning",
  description: "A route or an evaluator that another key covers",
  isOnTextOnly: true,
  state({ loop, state, map, result }, report) {
    if (state.kind === "loop" && !state.terminal) return;
    const hidden = state.terminal
      ? hiddenByEnd(state, map, result)
      : hiddenKeys(state, map, loop.tamperGuard);
    for (const { keys, by, below = [], hint } of hidden) {
      const [first = ""] = keys;
      report([...below, first], {
        message: `${quoteAll(keys)} ${
          keys.length === 1 ? "is" : "are"
        } never used: ${quote(by)} comes first`,
        hint,
        onKey: true,
        related: [{
          message: `${quote(by)} is here`,
          at: result.originOf(["states", state.name, ...below, by]),
          onKey: true,
        }],
      });
    }
  },
};

interface Hidden {
  readonly keys: readonly string[];
  readonly by: string;
  /** The mapping of the state that both stand in. */
  readonly below?: readonly string[];
  readonly hint: string;
}

/** A run ends where it enters a terminal state. A "flow" leads on from each of its steps. */
function hiddenByEnd(
  state: State,
  map: JsonObject,
  result: LoadResult,
): readonly Hidden[] {
  const { path } = result.originOf(["states", state.name, "next"]);
  if (path[0] === "flow") return [];
  const routes = Object.keys(state.on).map((verdict) => `on_${verdict}`);
  const keys = [...routes, "next", "route"].flatMap((key) =>
    writtenKey(map, key) ?? []
  );
  const inOrder = Object.keys(map).filter((key) => keys.includes(key));
  return inOrder.length === 0 ? [] : [{
    keys: inOrder,
    by: "terminal",
    hint: 'Remove "terminal", which ends the run here, or what it covers',
  }];
}

/** Two names of one verdict. */
const ALIASES = [["on_yes", "on_success"], ["on_no", "on_failure"]] as const;

function hiddenKeys(
  state: State,
  map: JsonObject,
  loopGuard: Loop["tamperGuard"],
): readonly Hidden[] {
  const hidden: Hidden[] = [];
  // A guard that finds changed tests leaves by `on_no`, whatever `next` says.
  const isGuarded = (state.tamperGuard ?? loopGuard ?? "allow") !== "allow";
  if (state.next !== null) {
    const routes = Object.keys(state.on).filter((verdict) =>
      verdict !== "error" && !(verdict === "no" && isGuarded)
    ).map((verdict) => `on_${verdict}`);
    const keys = [...routes, "route", "evaluate"].flatMap((key) =>
      writtenKey(map, key) ?? []
    );
    const inOrder = Object.keys(map).filter((key) => keys.includes(key));
    if (inOrder.length > 0) {
      hidden.push({
        keys: inOrder,
        by: "next",
        hint: 'Remove "next", which leads on without a look at the verdict, ' +
          "or what it covers",
      });
    }
  }
  for (const [key, alias] of ALIASES) {
    if (readText(map, key) === null || readText(map, alias) === null) continue;
    hidden.push({
      keys: [alias],
      by: key,
      hint: `Both are names of the same verdict: remove ${quote(alias)}`,
    });
  }
  const { _: others, _error: errors } = state.route ?? {};
  if (others !== undefined && errors !== undefined && others !== errors) {
    hidden.push({
      keys: ["_error"],
      by: "_",
      below: ["route"],
      hint: 'Write "error" instead of "_error" for errors alone',
    });
  }
  return hidden;
}

function writtenKey(map: JsonObject, key: string): string | null {
  const value = entry(map, key);
  if (value !== undefined && value !== null && value !== "") return key;
  const alias = ALIASES.find(([name]) => name === key)?.[1];
  return alias !== undefined && readText(map, alias) !== null ? alias : null;
}
