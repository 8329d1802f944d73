/** Owns what this version loads, checks and shows but does not run. */

import {
  defaultEvaluatorOf,
  type Definitions,
  EVALUATOR_FACTS,
  type EvaluatorFacts,
  type Loop,
  type Origin,
  type State,
  STATE_KINDS,
  type StateKind,
  unreachable,
} from "../model/mod.ts";

/** What whoever performs a run can do. */
export interface Abilities {
  /** Kinds of states that it can run. */
  readonly kinds: ReadonlySet<StateKind>;
  /** Who can judge for it. */
  readonly judges: ReadonlySet<EvaluatorFacts["by"]>;
  /** Program that shell actions need; `null` when they need none. */
  readonly shell: string | null;
}

/** Abilities of a performer that answers for whatever is asked of it. */
export const ALL_ABILITIES: Abilities = {
  kinds: new Set(STATE_KINDS),
  judges: new Set(Object.values(EVALUATOR_FACTS).map(({ by }) => by)),
  shell: null,
};

/** A state that this version does not run. */
export interface UnsupportedState {
  readonly state: string;
  /** Id of its loop. */
  readonly loop: string;
  readonly at: Origin;
  /** Completes "state X …": `runs a prompt, which …`. */
  readonly reason: string;
}

const NOT_YET = "which this version does not do yet";

/**
 * Returns every state of the loops that cannot run with these abilities, in the order of the
 * files; those of the started loop first.
 */
export function unsupported(
  definitions: Pick<Definitions, "loops">,
  abilities: Abilities,
): UnsupportedState[] {
  return Object.entries(definitions.loops).flatMap(([id, loop]) =>
    Object.values(loop.states).flatMap((state) => {
      const reason = reasonAgainst(state, { loop, abilities });
      return reason === null
        ? []
        : [{ state: state.name, loop: id, at: state.at, reason }];
    })
  );
}

function reasonAgainst(
  state: State,
  given: { readonly loop: Loop; readonly abilities: Abilities },
): string | null {
  const { loop, abilities } = given;
  const isSummary = state.name === loop.onMaxSteps ||
    state.name === loop.onMaxIterations;
  // Entering a terminal ends the run before its action.
  if (state.terminal && !isSummary) return null;
  return abilities.kinds.has(state.kind)
    ? reasonAgainstJudge(state, given)
    : reasonAgainstKind(state);
}

function reasonAgainstKind(state: State): string {
  switch (state.kind) {
    case "loop":
      return `runs a loop, ${NOT_YET}`;
    case "learning":
      return `is a learning state, ${NOT_YET}`;
    case "prompt":
      return state.action?.startsWith("/") === true
        ? `runs a slash command, ${NOT_YET}`
        : `runs a prompt, ${NOT_YET}`;
    case "mcp":
      return `calls an MCP tool, ${NOT_YET}`;
    case "contract":
      return `checks a contract, ${NOT_YET}`;
    case "shell":
      return `runs a shell action, ${NOT_YET}`;
    case "none":
      return `is judged without an action, ${NOT_YET}`;
    default:
      return unreachable(state.kind);
  }
}

function reasonAgainstJudge(
  state: State,
  { loop, abilities }: { readonly loop: Loop; readonly abilities: Abilities },
): string | null {
  const type = state.kind === "loop" || state.next !== null
    ? null
    : state.evaluate?.type ?? defaultEvaluatorOf(state);
  if (type === null || abilities.judges.has(EVALUATOR_FACTS[type].by)) {
    return null;
  }
  // Nobody is asked where it is off: the verdict is error (EXEC 4.1).
  if (type === "llm_structured" && !loop.llm.enabled) return null;
  return type === "llm_structured"
    ? `is judged by a language model (${type}), ${NOT_YET}`
    : `uses the evaluator ${type}, ${NOT_YET}`;
}
