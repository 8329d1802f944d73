/** Owns which keys of its context a loop knows: what it declares, reads, or gets from every run. */

import { type Loop, referencesOf, variableName } from "../model/mod.ts";
import { loopTemplatesOf, templatesOf } from "./templates_of.ts";

/** Keys that a run adds. */
const ADDED_KEYS = [
  "run_dir",
  "input_hash",
  "max_steps",
  "max_iterations",
  "readiness_threshold",
  "outcome_threshold",
  "design_tokens_context",
];

/** Returns the context keys that a loop declares or that every run gives it. */
export function declaredContextKeys(loop: Loop): string[] {
  return [
    ...Object.keys(loop.context),
    ...Object.keys(loop.parameters),
    ...loop.requiredInputs,
    loop.inputKey,
    ...ADDED_KEYS,
  ];
}

/** Returns the context keys that a loop declares, gets from every run, or reads in a template. */
export function knownContextKeys(loop: Loop): string[] {
  const uses = [
    ...loopTemplatesOf(loop),
    ...Object.values(loop.states).flatMap(templatesOf),
  ];
  const read = uses.flatMap(({ text }) => referencesOf(text))
    .filter(({ namespace }) => namespace === "context")
    .map(({ path }) => path.split(".", 1)[0] ?? path);
  return [...declaredContextKeys(loop), ...read];
}

/** Returns whether the text of an action names the variable that holds a context key. */
export function readsVariable(loop: Loop, key: string): boolean {
  const variable = `LL_CONTEXT_${variableName(key)}`;
  return Object.values(loop.states).some(({ action }) =>
    action?.includes(variable) === true
  );
}
