/** Owns the rule `unknown-target`. */

import {
  CURRENT_TARGET,
  type Edit,
  type Finding,
  type Loop,
} from "../../model/mod.ts";
import { IMPLIED_STATES, quote, suggest } from "../../load/mod.ts";
import type { LoopView, Rule } from "../rule.ts";
import { targetsOf } from "../targets_of.ts";

const knownTargets = new WeakMap<Loop, readonly string[]>();

/** A route to a state that does not exist. */
export const unknownTarget: Rule = {
  name: "unknown-target",
  severity: "error",
  description: "A route to a state that does not exist",
  needs: "state",
  state({ loop, state, map, result }, report) {
    for (const { target, path } of targetsOf(state, map)) {
      if (
        target === CURRENT_TARGET || Object.hasOwn(loop.states, target)
      ) continue;
      if (target.includes("${")) {
        report(path, {
          message: `State ${quote(state.name)} goes to ${
            quote(target)
          }: a target must be the name of a state, not a template`,
          hint: 'Use a "classify" evaluator with a "route" table',
        });
        continue;
      }
      const suggested = target.startsWith("$")
        ? suggestCurrent(target)
        : suggest(target, possibleTargets(loop));
      report(path, {
        message: `State ${quote(state.name)} goes to the unknown state ${
          quote(target)
        }`,
        ...suggested,
        ...relatedState(suggested.edit, { result, loop }),
      });
    }
  },
};

/** No state is called like that: the one target with such a name is the state itself. */
function suggestCurrent(target: string): Pick<Finding, "hint" | "edit"> {
  const near = suggest(target, [CURRENT_TARGET]);
  return near.hint === undefined
    ? { hint: `${quote(CURRENT_TARGET)} is the state itself` }
    : near;
}

/** Returns the names of a loop's states, and those that go without saying. */
function possibleTargets(loop: Loop): readonly string[] {
  const names = knownTargets.get(loop) ??
    [...new Set([...Object.keys(loop.states), ...IMPLIED_STATES])];
  knownTargets.set(loop, names);
  return names;
}

/** Shows the state that was meant, where it is declared. */
function relatedState(
  edit: Edit | undefined,
  { result, loop }: Pick<LoopView, "result" | "loop">,
): Pick<Finding, "related"> {
  if (edit?.kind !== "replace" || !Object.hasOwn(loop.states, edit.text)) {
    return {};
  }
  const path = ["states", edit.text];
  const isImplied = result.implied.some((each) =>
    each.length === 2 && each[1] === edit.text
  );
  const at = result.originOf(path);
  return isImplied ? {} : {
    related: [{
      message: `State ${quote(edit.text)} is here`,
      at,
      onKey: true,
    }],
  };
}
