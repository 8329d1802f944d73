/** Owns the rules on how states hang together: start, ends, targets, reach. */

import {
  CURRENT_TARGET,
  type Edit,
  type Finding,
  type JsonObject,
  type Loop,
  type State,
} from "../../model/mod.ts";
import {
  entry,
  IMPLIED_STATES,
  quote,
  readFlag,
  readMap,
  readText,
  suggest,
} from "../../load/mod.ts";
import type { LoopView, Rule } from "../rule.ts";
import { targetsOf } from "../targets_of.ts";

const knownTargets = new WeakMap<Loop, readonly string[]>();

/** Returns the names of a loop's states, and those that go without saying. */
function possibleTargets(loop: Loop): readonly string[] {
  const names = knownTargets.get(loop) ??
    [...new Set([...Object.keys(loop.states), ...IMPLIED_STATES])];
  knownTargets.set(loop, names);
  return names;
}

/** Rules on states and the ways between them. */
export const stateRules: readonly Rule[] = [
  {
    name: "unknown-initial-state",
    severity: "error",
    description: "An initial state that does not exist",
    loop({ loop }, report) {
      if (Object.hasOwn(loop.states, loop.initial)) return;
      const names = Object.keys(loop.states);
      report(["initial"], {
        message: `The initial state ${quote(loop.initial)} does not exist`,
        ...suggest(loop.initial, names),
      });
    },
  },
  {
    name: "no-terminal",
    severity: "error",
    description: "A loop that cannot end: no state is terminal",
    needsWholeGraph: true,
    loop({ loop, document }, report) {
      const states = Object.values(loop.states);
      if (states.some((state) => state.terminal)) return;
      // A way to a state that is not there, or to none, is told as that: it may be the end.
      const mayBeMeant = states.some((state) => {
        const ways = targetsOf(state, mapOf(state, document));
        return leadsNowhere(state) ||
          ways.some(({ target }) =>
            target !== CURRENT_TARGET && !Object.hasOwn(loop.states, target)
          );
      });
      if (mayBeMeant) return;
      report(["states"], {
        message: "No state is terminal: the loop cannot end",
        hint: 'Let a state lead to "done", which needs no declaration',
        onKey: true,
      });
    },
  },
  {
    name: "unknown-target",
    severity: "error",
    description: "A route to a state that does not exist",
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
        const suggested = suggest(target, possibleTargets(loop));
        report(path, {
          message: `State ${quote(state.name)} goes to the unknown state ${
            quote(target)
          }`,
          ...suggested,
          ...relatedState(suggested.edit, { result, loop }),
        });
      }
    },
  },
  {
    name: "unreachable-state",
    severity: "warning",
    description: "A state that no way from the initial state leads to",
    needsWholeGraph: true,
    loop({ loop, graph, result }, report) {
      if (!Object.hasOwn(loop.states, loop.initial)) return;
      const isFirst = result.implied.some(([key]) => key === "initial");
      const seeds = [
        loop.onMaxSteps,
        loop.onMaxIterations,
        loop.circuit?.onRepeatedFailure ?? null,
      ].filter((name) => name !== null);
      const reached = graph.reachable(seeds);
      // What leads to an end that nobody declared is told already.
      const isImplied = (name: string) =>
        result.implied.some((path) => path.length === 2 && path[1] === name);
      for (const name of graph.names) {
        if (reached.has(name) || isImplied(name)) continue;
        report(["states", name], {
          message: `State ${quote(name)} cannot be reached from ${
            quote(loop.initial)
          }`,
          ...(isFirst
            ? {
              hint: 'The loop begins with its first state: "initial:" ' +
                "names another one",
            }
            : {}),
          onKey: true,
        });
      }
    },
  },
  {
    name: "no-transition",
    severity: "error",
    description: "A state that is neither terminal nor leads anywhere",
    state({ state }, report) {
      if (!leadsNowhere(state)) return;
      report([], {
        message: `State ${quote(state.name)} leads nowhere`,
        hint: 'Add "next", "on_yes"/"on_no", "route" or "terminal: true"',
      });
    },
  },
  {
    name: "sub-loop-ignores-key",
    severity: "warning",
    description: "A key that has no effect on a state that runs a loop",
    state({ state, map }, report) {
      if (state.kind !== "loop") return;
      for (const key of ["next", "route", "evaluate"]) {
        if (!Object.hasOwn(map, key)) continue;
        report([key], {
          message: `${quote(key)} has no effect on a state that runs a loop`,
          hint: "Its end leads on by on_yes, on_no, on_error or on_timeout",
          onKey: true,
        });
      }
    },
  },
  {
    name: "route-hides-shorthand",
    severity: "warning",
    description: "A state with a route table and on_… keys: the table wins",
    state({ state, map }, report) {
      if (
        state.route === null || state.next !== null || state.kind === "loop"
      ) {
        return;
      }
      const hidden = targetsOf(state, map).map(({ path }) => String(path[0]))
        .find((key) =>
          key.startsWith("on_") && !RETRY_KEYS.includes(key) &&
          Object.hasOwn(map, key)
        );
      if (hidden === undefined) return;
      report([hidden], {
        message: `State ${quote(state.name)} has a "route" table, so ${
          quote(hidden)
        } is ${
          hidden === "on_error"
            ? "used only when the action cannot start"
            : "not used"
        }`,
        hint: "Move it into the table",
        onKey: true,
      });
    },
  },
  {
    name: "terminal-action",
    severity: "warning",
    description: "An action on a terminal state: it never runs",
    unless: "terminal_action_ok",
    state({ loop, state, map }, report) {
      if (
        !readFlag(map, "terminal") || readText(map, "action") === null ||
        state.name === loop.onMaxSteps || state.name === loop.onMaxIterations
      ) return;
      report(["action"], {
        message: `State ${
          quote(state.name)
        } is terminal: its action never runs`,
        hint: "Put the action into a state of its own before this one",
        onKey: entry(map, "action") !== undefined,
      });
    },
  },
];

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

const RETRY_KEYS = [
  "on_maintain",
  "on_retry_exhausted",
  "on_rate_limit_exhausted",
  "on_throttle_hard",
];

function leadsNowhere(state: State): boolean {
  return !state.terminal && state.kind !== "loop" && state.next === null &&
    state.route === null && Object.keys(state.on).length === 0;
}

function mapOf(state: State, document: JsonObject): JsonObject {
  return readMap(readMap(document, "states"), state.name);
}
