/** Owns the rule `capture-may-be-missing`. */

import { quote, quoteAll } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { capturesOf } from "../captures_of.ts";
import { formatStates, relatedTo } from "../prove/mod.ts";
import { readsOf } from "../references.ts";

/** A capture that some way to its reader does not make. */
export const captureMayBeMissing: Rule = {
  name: "capture-may-be-missing",
  severity: "warning",
  description: "A capture that some way to its reader does not make",
  unless: "capture_reachability_ok",
  needsWholeGraph: true,
  state(view, report) {
    const { byName, hasLoops } = capturesOf(view.loop);
    const { loop, result, state } = view;
    for (const { name, source, path } of readsOf(view)) {
      const isLoopState = Object.hasOwn(loop.states, name) &&
        loop.states[name]?.kind === "loop";
      const makers = isLoopState ? [name] : byName.get(name) ?? [];
      if (makers.length === 0) {
        if (!hasLoops) continue;
        report(path, {
          message: `${quote(source)} is captured by no state of this loop`,
          hint: "Capture it here, or read it through the sub-loop's state",
          excerpt: source,
        });
        continue;
      }
      // What a state captures itself is there once its action has run.
      const isBefore = path[0] === "action" || path[0] === "stdin" ||
        path[0] === "env";
      const gates = isBefore
        ? makers.filter((maker) => maker !== state.name)
        : makers;
      // Made when first asked for: most loops read no capture.
      const { flow } = view;
      const isGuarded = gates.length > 0 &&
        flow.graph.isGuarded(state.name, gates);
      // What sums up at the cap is entered from anywhere.
      const isSummary = state.name === loop.onMaxSteps;
      if (isGuarded && (!isSummary || gates.includes(state.name))) continue;
      const way = isGuarded
        ? flow.wayToCap(gates)
        : flow.graph.wayAround(state.name, gates);
      // A state that nothing leads to is told as that.
      if (way === null && (isGuarded || gates.length === 0)) continue;
      const isNever = !isSummary &&
        !makers.some((maker) => flow.graph.leadsTo(maker, state.name));
      report(path, {
        message: gates.length === 0
          ? `${quote(source)} is missing when state ${
            quote(state.name)
          } is entered first: it captures it itself, afterwards`
          : isNever
          ? `${quote(source)} is read before it is captured: no way leads ` +
            `from ${quoteAll(makers)} to here`
          : `${quote(source)} may be missing: ${
            quoteAll(gates)
          } can be bypassed${way === null ? "" : ` by ${formatStates(way)}`}`,
        hint: `Give a fallback: \${captured.${name}…:default=…}`,
        excerpt: source,
        related: relatedTo(flow.machine, flow.stepsAlong(way ?? []), result),
      });
    }
  },
};
