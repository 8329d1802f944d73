/** Owns what judges a state that names no evaluator (EXEC 4.1). */

import { unreachable } from "./errors.ts";
import type { EvaluatorType } from "./evaluator.ts";
import type { State } from "./loop.ts";

/**
 * Returns the evaluator of a state that gives none, once its action has run; `null` where
 * nothing judges, because `next` leads on or nothing runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(defaultEvaluatorOf({ kind: "shell", next: null }), "exit_code");
 * assertEquals(defaultEvaluatorOf({ kind: "shell", next: "b" }), null);
 * ```
 */
export function defaultEvaluatorOf(
  state: Pick<State, "kind" | "next">,
): EvaluatorType | null {
  if (state.next !== null) return null;
  switch (state.kind) {
    case "shell":
      return "exit_code";
    case "prompt":
      return "llm_structured";
    case "mcp":
      return "mcp_result";
    case "none":
    case "contract":
    case "learning":
    case "loop":
      return null;
    default:
      return unreachable(state.kind);
  }
}
