/** Owns what this version loads, checks and shows but does not run. */

import {
  type Definitions,
  evaluatorFacts,
  type Loop,
  type Origin,
  type State,
  unreachable,
} from "../model/mod.ts";

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
 * Returns every state of the loops that cannot run yet, in the order of the files; those
 * of the started loop first.
 */
export function unsupported(definitions: Definitions): UnsupportedState[] {
  return Object.entries(definitions.loops).flatMap(([id, loop]) =>
    Object.values(loop.states).flatMap((state) => {
      const reason = reasonAgainst(state, loop);
      return reason === null
        ? []
        : [{ state: state.name, loop: id, at: state.at, reason }];
    })
  );
}

function reasonAgainst(state: State, loop: Loop): string | null {
  const isSummary = state.name === loop.onMaxSteps ||
    state.name === loop.onMaxIterations;
  // Entering a terminal ends the run before its action.
  if (state.terminal && !isSummary) return null;
  switch (state.kind) {
    case "loop":
      return null;
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
    case "none":
      break;
    default:
      return unreachable(state.kind);
  }
  if (state.next !== null || state.evaluate === null) return null;
  const { type } = state.evaluate;
  if (type === "llm_structured") {
    return `is judged by a language model (${type}), ${NOT_YET}`;
  }
  return evaluatorFacts(type)?.by === "agent"
    ? `uses the evaluator ${type}, ${NOT_YET}`
    : null;
}
