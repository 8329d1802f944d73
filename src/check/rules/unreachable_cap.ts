/** Owns the rule on limits that another one always comes before. */

import { count, CURRENT_TARGET, type DocumentPath } from "../../model/mod.ts";
import { entry, quote, readMap, readNumber } from "../../load/mod.ts";
import type { LoopView, Rule } from "../rule.ts";
import { targetsOf } from "../targets_of.ts";

/** A cap, or a state to go to at a cap, that never comes. */
export const unreachableCap: Rule = {
  name: "unreachable-cap",
  severity: "warning",
  description: "A limit that can never be reached",
  isOnTextOnly: true,
  loop(view, report) {
    for (const { path, why, hint } of capsOf(view)) {
      report(path, {
        message: `${quote(String(path.at(-1)))} is never reached: ${why}`,
        hint,
        onKey: true,
      });
    }
  },
  state({ loop, state, map }, report) {
    if (loop.maxSteps < 1) return;
    const retries = state.maxRetries;
    if (retries !== null && retries >= loop.maxSteps) {
      report(["max_retries"], {
        message: `"max_retries" is never reached: the run ends after ${
          count(loop.maxSteps, "step")
        }`,
        hint: `Allow fewer retries, or raise "max_steps" above ${retries}`,
      });
    }
    const hard = readNumber(readMap(map, "throttle"), "hard_max");
    if (hard !== null && hard >= loop.maxSteps) {
      report(["throttle", "hard_max"], {
        message: `"hard_max" is never reached: the run ends after ${
          count(loop.maxSteps, "step")
        }`,
        hint: `Choose a smaller one, or raise "max_steps" above ${hard}`,
      });
    }
    if (state.onMaintain !== null && !loop.maintain) {
      report(["on_maintain"], {
        message: '"on_maintain" is never used: the loop is not kept up',
        hint: 'Add "maintain: true" at the top, or remove it',
        onKey: true,
      });
    }
  },
};

interface Cap {
  readonly path: DocumentPath;
  readonly why: string;
  readonly hint: string;
}

/** More ways than these are not looked at one by one: all of them may belong to circles. */
const WAYS_MAX = 500;

/** Returns the most steps that `max_edge_revisits` allows; `null` where it ends nothing. */
function stepsByWays({ loop, document, graph }: LoopView): number | null {
  const circuitState = loop.circuit?.onRepeatedFailure ?? "abort";
  // A loop that starts again, and one that is diverted, goes by ways that are not counted here.
  if (
    // Who sets both knows which one comes first.
    entry(document, "max_edge_revisits") !== undefined || loop.maintain ||
    circuitState !== "abort" ||
    (loop.onBudgetExceeded ?? null) !== null ||
    loop.maxSteps <= loop.maxEdgeRevisits
  ) return null;
  const ways = Object.values(loop.states).filter(({ terminal }) => !terminal)
    .flatMap((state) => {
      const map = readMap(readMap(document, "states"), state.name);
      const targets = targetsOf(state, map).map(({ target }) =>
        target === CURRENT_TARGET ? state.name : target
      );
      return [...new Set(targets)].map((to) => ({ from: state.name, to }));
    });
  const isInCircle = ({ from, to }: { from: string; to: string }) =>
    from === to || ways.length > WAYS_MAX || graph.leadsTo(to, from);
  const circles = ways.filter(isInCircle);
  if (circles.length === 0) return null;
  // Retries that are used up lead on by a way that is not counted, after one that is.
  const selfWays = circles.filter(({ from, to }) => from === to).length;
  return 1 + ways.length - circles.length +
    (circles.length + selfWays) * loop.maxEdgeRevisits;
}

function capsOf(view: LoopView): readonly Cap[] {
  const { loop, document } = view;
  const caps: Cap[] = [];
  // A limit that is none is told as that.
  if (loop.maxSteps < 1) return caps;
  const key = ["max_steps", "max_iterations"].find((each) =>
    entry(document, each) !== undefined
  );
  const steps = key === undefined ? null : stepsByWays(view);
  if (key !== undefined && steps !== null && loop.maxSteps > steps) {
    caps.push({
      path: [key],
      why: `no way between states is taken more than ${
        count(loop.maxEdgeRevisits, "time")
      }, the default of "max_edge_revisits"`,
      hint: `Raise "max_edge_revisits", or lower ${quote(key)}`,
    });
  }
  const passes = "there are passes only where the loop is kept up";
  if (loop.maxIterations !== null && !loop.maintain) {
    caps.push({
      path: ["max_iterations"],
      why: passes,
      hint: 'Add "maintain: true", or leave only "max_steps"',
    });
  }
  if (loop.onMaxIterations !== null) {
    if (loop.maxIterations === null) {
      caps.push({
        path: ["on_max_iterations"],
        why: entry(document, "max_iterations") === undefined
          ? 'there is no "max_iterations"'
          : '"max_iterations" without "max_steps" is the limit of steps',
        hint: 'For the limit of steps there is "on_max_steps"',
      });
    } else if (!loop.maintain) {
      caps.push({
        path: ["on_max_iterations"],
        why: passes,
        hint: 'For the limit of steps there is "on_max_steps"',
      });
    }
  }
  const failure = readMap(readMap(document, "circuit"), "repeated_failure");
  for (const key of ["window", "recurrent_window"]) {
    const value = readNumber(failure, key);
    if (value === null || value <= loop.maxSteps) continue;
    caps.push({
      path: ["circuit", "repeated_failure", key],
      why: `the run ends after ${count(loop.maxSteps, "step")}`,
      hint: "Choose a smaller one",
    });
  }
  return caps;
}
