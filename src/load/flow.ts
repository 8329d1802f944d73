/** Owns `flow`: a list of steps in short form, expanded to `states`. */

import { describeNode, quote } from "./describe.ts";
import {
  deepMerge,
  type MapNode,
  type Node,
  type Place,
  withEntry,
  withoutKeys,
} from "./located.ts";
import type { Reading } from "./reading.ts";

/**
 * Returns `node` with `flow` and `state_defs` replaced by the `states` that they stand
 * for; `null` when the flow is malformed, which has been reported.
 */
export function expandFlow(node: MapNode, reading: Reading): MapNode | null {
  const flow = node.entries.get("flow");
  if (flow === undefined) return node;
  if (flow.kind !== "list" || flow.items.length === 0) {
    reading.report({
      rule: "bad-flow",
      message: flow.kind === "list"
        ? '"flow" must name at least one state'
        : `"flow" must be a list of state names, not ${describeNode(flow)}`,
    }, flow.place);
    return null;
  }
  const steps: Step[] = [];
  let isSound = true;
  for (const [index, item] of flow.items.entries()) {
    const step = readStep(item);
    if (typeof step === "string") {
      reading.report({
        rule: "bad-flow",
        message: `Entry ${index + 1} of "flow" ${step}`,
        hint: 'Write "name", or "name?target when yes:target when no"',
      }, item.place);
      isSound = false;
    } else steps.push(step);
  }
  if (!isSound) return null;
  const states = new Map<string, Node>();
  for (const [index, step] of steps.entries()) {
    states.set(step.name, stateOf(step, steps[index + 1]));
  }
  const bodies = node.entries.get("state_defs");
  if (bodies?.kind === "map") {
    for (const [name, body] of bodies.entries) {
      const state = states.get(name);
      if (state !== undefined) states.set(name, deepMerge(state, body));
    }
  }
  return withEntry(withoutKeys(node, "flow", "state_defs"), [
    "states",
    { kind: "map", place: flow.place, entries: states },
  ]);
}

interface Step {
  readonly name: string;
  readonly targets: readonly [yes: string, no: string] | null;
  readonly place: Place;
}

function readStep(item: Node): Step | string {
  const text = item.kind === "scalar" && item.value !== null &&
      typeof item.value !== "boolean"
    ? String(item.value)
    : null;
  if (text === null) {
    return `must be the name of a state, not ${describeNode(item)}`;
  }
  const mark = text.indexOf("?");
  if (mark < 0) return { name: text, targets: null, place: item.place };
  const rest = text.slice(mark + 1);
  const colon = rest.indexOf(":");
  const yes = rest.slice(0, colon);
  const no = rest.slice(colon + 1);
  if (colon < 0 || yes.trim() === "" || no.trim() === "") {
    return `needs two targets behind "?": ${quote(text)}`;
  }
  return {
    name: text.slice(0, mark),
    targets: [yes, no],
    place: item.place,
  };
}

function stateOf(step: Step, following: Step | undefined): MapNode {
  const scalar = (value: string): Node => ({
    kind: "scalar",
    place: step.place,
    value,
  });
  const entries = new Map<string, Node>();
  if (step.targets !== null) {
    entries.set("on_yes", scalar(step.targets[0]));
    entries.set("on_no", scalar(step.targets[1]));
  } else if (following !== undefined) {
    entries.set("next", scalar(following.name));
  }
  if (following === undefined) {
    entries.set("terminal", { kind: "scalar", place: step.place, value: true });
  }
  return { kind: "map", place: step.place, entries };
}
