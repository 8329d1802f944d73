/** Owns telling of values that were probably meant for another key. */

import { findStrayContext, type Prepared } from "../app/mod.ts";

/** Returns a line for each mistyped `--context` key. */
export function strayWarnings(prepared: Prepared): string[] {
  // What is missing is told with what comes near already, but for a required input.
  const missing = new Set(
    prepared.missing.map(({ name }) => name)
      .filter((name) => !prepared.loop.requiredInputs.includes(name)),
  );
  return findStrayContext(prepared)
    .filter(({ near }) => !missing.has(near))
    .map(({ key, near }) =>
      `warning: Context key "${key}" is used nowhere in loop "${prepared.loop.name}"; ` +
      `did you mean "${near}"?`
    );
}
