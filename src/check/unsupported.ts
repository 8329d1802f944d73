/** Owns what this version loads, checks and shows but does not run. */

import type { Definitions, Loop, Origin, State } from "../model/mod.ts";

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
  if (state.loop !== null) return null;
  if (state.isLearning) return `is a learning state, ${NOT_YET}`;
  switch (state.mode) {
    case "prompt":
      return state.action?.startsWith("/") === true
        ? `runs a slash command, ${NOT_YET}`
        : `runs a prompt, ${NOT_YET}`;
    case "mcp":
      return `calls an MCP tool, ${NOT_YET}`;
    case "contract":
      return `checks a contract, ${NOT_YET}`;
    case "shell":
    case null:
  }
  if (state.next !== null || state.evaluate === null) return null;
  switch (state.evaluate.type) {
    case "llm_structured":
      return `is judged by a language model (llm_structured), ${NOT_YET}`;
    case "comparator":
    case "contract":
      return `uses the evaluator ${state.evaluate.type}, ${NOT_YET}`;
    default:
      return null;
  }
}
