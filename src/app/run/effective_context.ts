/** Owns the values that a run starts with: file, input, command line, and what is added when absent. */

import {
  isJsonObject,
  type Json,
  type JsonObject,
  type Loop,
  parseJson,
} from "../../model/mod.ts";
import { cleanText } from "./clean_text.ts";

/** Where a value came from. */
export type ContextSource =
  | "loop file"
  | "input"
  | "--context"
  | "configuration"
  | "added by ll-loop";

/** One value of the effective context. */
export interface ContextValue {
  readonly key: string;
  readonly value: Json;
  readonly from: ContextSource;
  /** Set where `value` only stands for the folder that the run will have. */
  readonly isRunDir?: true;
}

/** What the command line gives. */
export interface GivenValues {
  /** The positional input; `null` without one. */
  readonly input: string | null;
  /** `--context` values in order; the last of a key wins. */
  readonly context: readonly (readonly [key: string, value: string])[];
}

/** What is added when nothing else gives it. */
export interface AddedValues {
  /** Stands for `${context.run_dir}` until the run has a folder. */
  readonly runDir: string;
  /** `${context.include}` by the configuration; `null` without one. */
  readonly include: string | null;
  sha256(text: string): string;
}

// The reference takes these from its configuration; where that is silent these hold.
const THRESHOLDS = { readiness: 85, outcome: 65 } as const;

/**
 * Returns the effective context in order of origin. A positional input that is a JSON object
 * with at least one key of the context sets those keys; every other input goes to `input_key`.
 */
export function effectiveContext(
  loop: Loop,
  given: GivenValues,
  added: AddedValues,
): readonly ContextValue[] {
  const values = new Map<string, ContextValue>();
  const set = (key: string, value: Json, from: ContextSource) =>
    values.set(key, { key, value, from });
  for (const [key, value] of Object.entries(loop.context)) {
    set(key, value, "loop file");
  }
  if (given.input !== null) {
    const matching = matchingKeys(given.input, loop.context);
    if (matching === null) set(loop.inputKey, given.input, "input");
    else for (const [key, value] of matching) set(key, value, "input");
  }
  for (const [key, value] of given.context) set(key, value, "--context");
  const addAbsent = (
    key: string,
    value: Json,
    from: ContextSource = "added by ll-loop",
  ) => {
    if (!values.has(key)) set(key, value, from);
  };
  if (!values.has("run_dir")) {
    const from = "added by ll-loop";
    const { runDir: value } = added;
    values.set("run_dir", { key: "run_dir", value, from, isRunDir: true });
  }
  const input = values.get(loop.inputKey)?.value;
  if (typeof input === "string") {
    addAbsent("input_hash", added.sha256(input).slice(0, 12));
  }
  addAbsent("max_steps", loop.maxSteps);
  addAbsent("max_iterations", loop.maxIterations);
  addAbsent("readiness_threshold", THRESHOLDS.readiness);
  addAbsent("outcome_threshold", THRESHOLDS.outcome);
  if (added.include !== null) {
    addAbsent("include", cleanText(added.include), "configuration");
  }
  addAbsent("design_tokens_context", "");
  return [...values.values()];
}

/** Returns the values as the context of the root frame. */
export function contextOf(values: readonly ContextValue[]): JsonObject {
  return Object.fromEntries(values.map(({ key, value }) => [key, value]));
}

function matchingKeys(
  input: string,
  context: JsonObject,
): readonly (readonly [string, Json])[] | null {
  if (!input.trimStart().startsWith("{")) return null;
  let value: Json;
  try {
    value = parseJson(input, cleanText);
  } catch {
    return null;
  }
  if (!isJsonObject(value)) return null;
  const matching = Object.entries(value).filter(([key]) =>
    Object.hasOwn(context, key)
  );
  return matching.length === 0 ? null : matching;
}
