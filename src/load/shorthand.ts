/**
 * Owns `run:` and `prompt:`, short for an `action` with its `action_type`. They are spelled
 * out in each file before it is merged with others, so that the last word wins however it
 * is written.
 */

import { quote } from "./describe.ts";
import {
  isNull,
  type MapNode,
  type Node,
  scalarText,
  withEntry,
} from "./located.ts";
import type { ReportProblem } from "./problem.ts";

/** Top-level mappings whose values are states, or parts of states. */
const STATE_MAPS = ["states", "state_defs", "fragments"];

/** Each short key with the action types that say the same; the first is put in. */
const SHORT_KEYS: readonly (readonly [
  key: string,
  types: readonly [string, ...string[]],
])[] = [
  ["run", ["shell"]],
  ["prompt", ["prompt", "slash_command"]],
];

/** Names of the short keys. */
export const SHORT_ACTION_KEYS: readonly string[] = SHORT_KEYS.map(([key]) =>
  key
);

/**
 * Returns the tree of a file with `run` and `prompt` of its states replaced by `action` and
 * `action_type`, at the place where they were written. Two of `run`, `prompt` and `action`
 * in one state, or one with an `action_type` of another kind, are reported.
 */
export function expandShorthand(root: Node, report: ReportProblem): Node {
  if (root.kind !== "map") return root;
  let result = root;
  for (const key of STATE_MAPS) {
    const states = root.entries.get(key);
    if (states?.kind !== "map") continue;
    const expanded = expandStates(states, report);
    if (expanded !== states) result = withEntry(result, [key, expanded]);
  }
  return result;
}

function expandStates(states: MapNode, report: ReportProblem): MapNode {
  let changed: Map<string, Node> | null = null;
  for (const [name, state] of states.entries) {
    if (state.kind !== "map" || !isShort(state)) continue;
    changed ??= new Map(states.entries);
    changed.set(name, expandState(name, { state, report }));
  }
  return changed === null ? states : { ...states, entries: changed };
}

function isShort(state: MapNode): boolean {
  return SHORT_ACTION_KEYS.some((key) => state.entries.has(key));
}

function expandState(
  name: string,
  { state, report }: { state: MapNode; report: ReportProblem },
): MapNode {
  const given = ["action", ...SHORT_ACTION_KEYS].filter((key) =>
    isGiven(state.entries.get(key))
  );
  const [first = "", second] = given;
  const extra = second === undefined ? undefined : state.entries.get(second);
  if (second !== undefined && extra !== undefined) {
    report({
      rule: "two-actions",
      message: `State ${quote(name)} has both ${quote(first)} and ${
        quote(second)
      }: only one can run`,
      hint: '"run" is a shell action, "prompt" one for an agent, ' +
        'and "action" goes with "action_type"',
      onKey: true,
    }, extra.place);
  }
  const entries = new Map<string, Node>();
  for (const [key, value] of state.entries) {
    const types = SHORT_KEYS.find(([short]) => short === key)?.[1];
    if (types === undefined) {
      entries.set(key, value);
      continue;
    }
    // An empty one beside the one that is meant says nothing.
    if (given.length > 0 && key !== first) continue;
    entries.set("action", value);
    const declared = state.entries.get("action_type");
    if (isGiven(declared)) checkType(key, { types, declared, report });
    else if (isGiven(value)) {
      entries.set("action_type", {
        kind: "scalar",
        place: value.place,
        value: types[0],
      });
    }
  }
  return { ...state, entries };
}

function checkType(
  key: string,
  { types, declared, report }: {
    types: readonly string[];
    declared: Node;
    report: ReportProblem;
  },
): void {
  const type = scalarText(declared);
  // What is no text is reported as such.
  if (type === null || types.includes(type)) return;
  report({
    rule: "two-action-types",
    message: `${quote(key)} is short for "action" with "action_type: ${
      types[0]
    }", but the state says "action_type: ${type}"`,
    hint: `Leave "action_type" out, or write "action" in the place of ${
      quote(key)
    }`,
  }, declared.place);
}

function isGiven(node: Node | undefined): node is Node {
  return node !== undefined && !isNull(node);
}
