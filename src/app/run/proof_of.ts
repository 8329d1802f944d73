/** Owns asking for the proof of a loop that was found. */

import { summarizeProof } from "../../check/mod.ts";
import { hasErrors, type ProofSummary } from "../../model/mod.ts";
import type { Located } from "./locate_loop.ts";

/** Returns what the model check knows of a loop; `null` where an error keeps it from running. */
export function proofOf(
  { definitions, findings }: Pick<Located, "definitions" | "findings">,
): ProofSummary | null {
  return definitions === null || hasErrors(findings)
    ? null
    : summarizeProof(definitions);
}
