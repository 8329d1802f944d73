/** Owns which states depend on the world outside: where a cycle through them may be left. */

import {
  evaluatorFacts,
  hasAction,
  judgeOf,
  referencesOf,
  type State,
} from "../../model/mod.ts";
import { templatesOf } from "../templates_of.ts";
import { isHeld, type Move } from "./moves.ts";

/**
 * Returns whether what happens outside decides where a state leads. `isFed` says whether an action
 * runs in a cycle with it, so that what it reads can change.
 */
export function isDecidedOutside(
  state: State,
  moves: readonly Move[],
  isFed: boolean,
): boolean {
  // Who abstains only puts off what is decided.
  const turnouts = moves.filter((move) =>
    move.cause === "turnout" && !isHeld(move)
  );
  const [first, ...others] = turnouts;
  if (others.every(({ target }) => target === first?.target)) return false;
  if (hasAction(state) || state.kind === "loop") return true;
  const judge = judgeOf(state);
  if (judge === null || judge === "learning") return false;
  return WATCHING_JUDGES.has(judge) ||
    evaluatorFacts(judge)?.by === "agent" || (isFed && readsResults(state)) ||
    readsClock(state);
}

/** They look at the world, or count how often nothing has changed. */
const WATCHING_JUDGES: ReadonlySet<string> = new Set([
  "action_stall",
  "diff_stall",
  "open_question_stall",
  "score_stall",
]);

/** What actions and sub-loops change. */
const RESULTS: ReadonlySet<string> = new Set(["captured", "messages", "prev"]);

function readsResults(state: State): boolean {
  return judgedReferences(state).some(({ namespace }) =>
    RESULTS.has(namespace)
  );
}

/** What changes by itself: the time, and how many steps were taken. */
function readsClock(state: State): boolean {
  return judgedReferences(state).some(({ namespace, path }) =>
    (namespace === "loop" && path.startsWith("elapsed")) ||
    (namespace === "state" && path === "iteration")
  );
}

function judgedReferences(state: State) {
  return templatesOf(state).filter(({ path }) => path[0] === "evaluate")
    .flatMap(({ text }) => referencesOf(text));
}
