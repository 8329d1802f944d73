/** Owns what is said of an evaluator whose texts cannot be resolved (EXEC 11, row 19). */

import { type Evaluate, isNamespace, referencesOf } from "../model/mod.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import type { Turn } from "./turn.ts";

/**
 * Warns of texts that are used as they are written because a reference in them leads
 * nowhere. A `${` that names no namespace is meant literally there.
 */
export function warnOfLiterals(
  turn: Turn,
  id: string,
  evaluate: Evaluate | null,
): void {
  for (const [key, text] of literalsOf(evaluate)) {
    if (!referencesOf(text).some(({ namespace }) => isNamespace(namespace))) {
      continue;
    }
    try {
      interpolate(text, turn.lookup(id));
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      const how = `\`evaluate.${key}\` is used as it is written`;
      warnOnce(turn, id, `${how}: ${error.message}`);
    }
  }
}

function literalsOf(evaluate: Evaluate | null): [key: string, text: string][] {
  switch (evaluate?.type) {
    case "output_contains":
      return [["pattern", evaluate.pattern ?? ""]];
    case "output_json":
      return typeof evaluate.target === "string"
        ? [["target", evaluate.target]]
        : [];
    case "score_stall":
    case "open_question_stall":
      return [["history_file", evaluate.historyFile ?? ""]];
    default:
      return [];
  }
}

/** Warns about a state that is being judged: once, though it is judged again after each look. */
export function warnOnce(turn: Turn, id: string, message: string): void {
  const { state, observed } = turn.frame(id);
  if (Object.keys(observed).length > 0) return;
  turn.emit(id, { event: "warning", state, message });
}
