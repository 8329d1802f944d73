/** Owns the terms that several rules are written in (FORMAT 6.5). */

import {
  evaluatorFacts,
  type JsonObject,
  judgeOf,
  type Loop,
  type State,
} from "../model/mod.ts";
import { readText, readTexts } from "../load/mod.ts";

/** Returns whether a model judges the state: explicitly, or as the default for a prompt. */
export function isJudged(state: State): boolean {
  return state.evaluate === null
    ? judgeOf(state) === "llm_structured"
    : state.evaluate.type === "llm_structured";
}

/** {@linkcode isJudged}, a prompt that is left by `next` included. */
export function isAskedOfModel(state: State): boolean {
  return state.evaluate === null
    ? state.kind === "prompt"
    : state.evaluate.type === "llm_structured";
}

/** Returns whether the action of a state is text for an agent, as it was written. */
export function isPrompt(state: State): boolean {
  return state.kind === "prompt";
}

/** Returns the action that a shell runs; `null` where there is none. */
export function shellActionOf(state: State): string | null {
  return state.kind === "shell" ? state.action : null;
}

/** Parts of a tool chain for agents, which only checked loops may change. */
const HARNESS_REGEXP =
  /yaml_state_editor|replace_action|\bloops\/[\w-]+\.yaml|\bskills\/[\w-]+\/SKILL\.md|\b(?:agents|commands)\/[\w-]+\.md|\.claude\/(?:CLAUDE\.md|settings)/;
const HARNESS_LIBRARY = "lib/benchmark.yaml";

const known = new WeakMap<Loop, boolean>();

/** Returns whether a loop changes the loops, skills or agents that it is a part of. */
export function isMetaLoop(loop: Loop, document: JsonObject): boolean {
  const before = known.get(loop);
  if (before !== undefined) return before;
  const is =
    readTexts(document, "import")?.includes(HARNESS_LIBRARY) === true ||
    Object.values(loop.states).some(({ action }) =>
      HARNESS_REGEXP.test(action ?? "")
    );
  known.set(loop, is);
  return is;
}

/** Evaluators that ask a model, or only look at what models made of one another. */
const INSIDE_EVALUATORS = ["llm_structured", "comparator", "contract"];

/** Returns whether something else than a model judges the state. */
export function isJudgedOutside(state: State): boolean {
  const judge = judgeOf(state);
  return judge !== null && judge !== "learning" &&
    evaluatorFacts(judge) !== null && !INSIDE_EVALUATORS.includes(judge);
}

/** Returns the value of a key of a state, else of its loop. */
export function effectiveText(
  key: string,
  map: JsonObject,
  document: JsonObject,
): string | null {
  return readText(map, key) ?? readText(document, key);
}

/** Returns whether a mapping holds anything. */
export function hasEntries(map: object): boolean {
  return Object.keys(map).length > 0;
}

/** Returns whether a key is the user's own: it means nothing here, and nobody asks what it is for. */
export function isOwnKey(key: string): boolean {
  return key.startsWith("x-");
}

/** Returns whether a value is a whole number from 1. */
export function isPositiveInteger(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}

/** Returns whether a state names no way out, and is no end. */
export function leadsNowhere(state: State): boolean {
  return !state.terminal && state.kind !== "loop" && state.next === null &&
    state.route === null && Object.keys(state.on).length === 0;
}

/** Returns whether there is an evaluator of that type. */
export function isEvaluator(type: string): boolean {
  return evaluatorFacts(type) !== null;
}
