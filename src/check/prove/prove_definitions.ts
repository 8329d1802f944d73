/** Owns the findings of the model check, and where they go. */

import { type Definitions, type Finding, hasErrors } from "../../model/mod.ts";
import type { DefinitionsResult } from "../../load/mod.ts";
import { reporter } from "../check_loop.ts";
import { Prover } from "./prover.ts";
import { reportMachine } from "./rules.ts";

const provers = new WeakMap<Definitions, Prover>();

/** Returns the prover of these definitions, which proves each loop once. */
export function proverOf(definitions: Definitions): Prover {
  const prover = provers.get(definitions) ?? new Prover(definitions);
  provers.set(definitions, prover);
  return prover;
}

/**
 * Returns what the machine of the root loop shows, once nothing is an error any more: `found` is what
 * the other rules found. Its sub-loops tell theirs when they are checked themselves.
 */
export function proveFindings(
  loaded: DefinitionsResult,
  found: readonly Finding[],
  options: { readonly isForRun?: boolean } = {},
): Finding[] {
  const { definitions, root } = loaded;
  const result = loaded.results.get(root);
  if (definitions === null || result === undefined || hasErrors(found)) {
    return [];
  }
  const machine = proverOf(definitions).machine(root);
  const findings: Finding[] = [];
  reportMachine(
    machine,
    result,
    (rule) =>
      options.isForRun === true && !rule.isInRun
        ? () => {}
        : reporter(rule, { result, findings, prefix: [] }),
  );
  return findings;
}
