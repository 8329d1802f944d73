/**
 * Owns what a loop need not say: its name, its first state, and the ends `done` and
 * `failed`. Filled in at the very end, so that parents, flows and fragments count.
 */

import type { DocumentPath } from "../model/mod.ts";
import {
  isAbsent,
  type MapNode,
  nearestNode,
  type Node,
  type Place,
  withEntry,
} from "./located.ts";
import type { Reading } from "./reading.ts";
import { BOOLEAN_TEXTS } from "./schema.ts";
import { loopNameOf } from "./source_paths.ts";

/** States that are there as soon as something leads to them. */
export const IMPLIED_STATES: readonly string[] = ["done", "failed"];

/** Places outside of states that name one. */
const LOOP_TARGETS: readonly DocumentPath[] = [
  ["on_max_steps"],
  ["on_max_iterations"],
  ["on_budget_exceeded"],
  ["circuit", "repeated_failure", "on_repeated_failure"],
  ["host_guard", "pressure_state"],
  ["host_guard", "on_abort_route"],
  ["host_guard", "budget_state"],
];

/** What filling in gave. */
export interface FilledIn {
  readonly node: MapNode;
  /** Paths of what was filled in. */
  readonly implied: readonly DocumentPath[];
  /** Paths for which there is nothing to fill in. */
  readonly broken: readonly DocumentPath[];
  /** Whether there are only ends, for other loops to build on. */
  readonly isTemplate: boolean;
}

/**
 * Returns `node` with everything that it leaves out and that is clear all the same. What is not clear is reported,
 * unless `isWhole` is false: then a parent may say it that cannot be had.
 */
export function fillIn(
  node: MapNode,
  reading: Reading,
  { isWhole }: { readonly isWhole: boolean },
): FilledIn {
  const implied: DocumentPath[] = [];
  const broken: DocumentPath[] = [];
  let result = node;
  let isTemplate = false;
  const add = (key: string, value: string) => {
    const place = { file: node.place.file, parent: node.place, segment: key };
    result = withEntry(result, [key, { kind: "scalar", place, value }]);
    implied.push([key]);
  };
  if (isAbsent(node.entries.get("name"))) {
    add("name", loopNameOf(node.place.file));
  }
  const states = node.entries.get("states");
  if (states?.kind !== "map") {
    return {
      node: result,
      implied,
      broken: [["initial"]],
      isTemplate: false,
    };
  }
  if (isAbsent(node.entries.get("initial"))) {
    const first = firstState(states);
    if (first !== null && !hasNumberNames(states)) add("initial", first);
    else {
      broken.push(["initial"]);
      const isBare = states.entries.size === 0;
      isTemplate = isWhole && first === null && !isBare;
      if (isWhole) {
        reading.report({
          rule: isTemplate ? "loop-template" : "missing-key",
          message: isBare
            ? "The loop has no states"
            : isTemplate
            ? "The file is a template: it has only ends, and no state to begin with"
            : 'The loop has no "initial", and where states are named by numbers the first one is not known',
          hint: isTemplate
            ? 'A loop takes it in with "from:"; to run it, add a state that does something'
            : 'Add "initial:" with the name of the state to begin with',
        }, isBare ? states.place : node.place);
      }
    }
  }
  const ends = impliedEnds(node, states);
  if (ends.length === 0) return { node: result, implied, broken, isTemplate };
  const entries = new Map(states.entries);
  for (const [name, place] of ends) {
    entries.set(name, {
      kind: "map",
      place,
      entries: new Map([["terminal", { kind: "scalar", place, value: true }]]),
    });
    implied.push(["states", name]);
  }
  result = withEntry(result, ["states", { ...states, entries }]);
  return { node: result, implied, broken, isTemplate };
}

/**
 * The first one that does something: a parent may begin with the ends that all of its
 * children share, and a template may have nothing else.
 */
function firstState(states: MapNode): string | null {
  return [...states.entries.keys()]
    .find((name) => !isTerminal(states.entries.get(name))) ?? null;
}

function isTerminal(state: Node | undefined): boolean {
  const terminal = state?.kind === "map"
    ? state.entries.get("terminal")
    : undefined;
  if (terminal?.kind !== "scalar") return false;
  const { value } = terminal;
  return typeof value === "string"
    ? BOOLEAN_TEXTS[value] === true
    : Boolean(value);
}

/** The parser puts keys that are numbers first, whatever the order of the file. */
function hasNumberNames(states: MapNode): boolean {
  return states.entries.size > 1 &&
    [...states.entries.keys()].some((name) => /^(?:0|[1-9]\d*)$/.test(name));
}

/** The ends that something leads to and that nobody has declared, each with the first place that names it. */
function impliedEnds(
  node: MapNode,
  states: MapNode,
): [name: string, place: Place][] {
  const wanted = new Set(
    IMPLIED_STATES.filter((name) => !states.entries.has(name)),
  );
  const found = new Map<string, Place>();
  const look = (target: Node | undefined) => {
    if (target?.kind !== "scalar") return;
    const name = String(target.value);
    if (wanted.has(name) && !found.has(name)) found.set(name, target.place);
  };
  for (const state of states.entries.values()) {
    if (state.kind !== "map") continue;
    for (const [key, value] of state.entries) {
      if (key === "next" || (key.startsWith("on_") && key !== "on_resume")) {
        look(value);
      } else if (key === "route" && value.kind === "map") {
        for (const target of value.entries.values()) look(target);
      }
    }
  }
  for (const path of LOOP_TARGETS) {
    const { node: target, isExact } = nearestNode(node, path);
    if (isExact) look(target);
  }
  return [...found];
}
