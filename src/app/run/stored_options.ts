/** Owns which options of a request hold for a run's whole life, and their form in `run.json`. */

import { isJsonObject, type Json, type JsonObject } from "../../model/mod.ts";
import type { RunRequest } from "./request.ts";

/** Options that a resumed run keeps unless others are given. */
export type LastingOptions = Pick<
  RunRequest,
  | "maxSteps"
  | "maxIterations"
  | "delayMs"
  | "noLlm"
  | "llmModel"
  | "host"
  | "model"
  | "effort"
  | "budget"
  | "handoffThreshold"
  | "contextLimit"
  | "promptSizeGuard"
  | "noHostGuard"
  | "durability"
  | "graceMs"
  | "onEnd"
>;

/** What an option's value may be; everything else in a file is not taken. */
type Check = (value: Json) => boolean;

const isNumber: Check = (value) => typeof value === "number" && value >= 0;

const isBudget: Check = (value) =>
  isJsonObject(value) && Object.keys(value).length > 0 &&
  Object.values(value).every(isNumber);

const OPTIONS: {
  readonly [name in keyof LastingOptions]: readonly [key: string, is: Check];
} = {
  maxSteps: ["max_steps", isNumber],
  maxIterations: ["max_iterations", isNumber],
  delayMs: ["delay_ms", isNumber],
  noLlm: ["no_llm", (value) => value === true],
  llmModel: ["llm_model", (value) => typeof value === "string"],
  host: ["host", (value) => typeof value === "string"],
  model: ["model", (value) => typeof value === "string"],
  effort: ["effort", (value) => typeof value === "string"],
  budget: ["budget", isBudget],
  handoffThreshold: ["handoff_threshold", isNumber],
  contextLimit: ["context_limit", isNumber],
  promptSizeGuard: [
    "prompt_size_guard",
    (value) => value === false || isNumber(value),
  ],
  noHostGuard: ["no_host_guard", (value) => value === true],
  durability: ["durability", (value) => value === "full" || value === "fast"],
  graceMs: ["grace_ms", isNumber],
  onEnd: ["on_end", (value) => typeof value === "string"],
};

const NAMES = Object.keys(OPTIONS) as (keyof LastingOptions)[];

/** Returns the options that were given, as `run.json` holds them. */
export function storeOptions(request: LastingOptions): JsonObject {
  const given: Record<string, Json> = {};
  for (const name of NAMES) {
    const value = request[name];
    const [key, isOne] = OPTIONS[name];
    const json = value as Json;
    if (json !== null && isOne(json)) given[key] = json;
  }
  return given;
}

/** Returns the options in `run.json`: those of a record that has none are not given. */
export function restoreOptions(stored: JsonObject): Partial<LastingOptions> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const [key, isOne] = OPTIONS[name];
      const value = Object.hasOwn(stored, key) ? stored[key] : undefined;
      return value !== undefined && isOne(value) ? [[name, value]] : [];
    }),
  );
}
