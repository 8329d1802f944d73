/** The model check: what can come about in a loop, whatever its evaluators say. */

export type { Bounds, Why } from "./bounds.ts";
export type { Machine, Situation } from "./machine.ts";
export { Flow } from "./flow.ts";
export { formatStates, relatedTo } from "./tell_steps.ts";
export { PROOF_RULES } from "./rules.ts";
export { proveFindings, proverOf } from "./prove_definitions.ts";
export { summarizeProof } from "./summarize.ts";
export { type Proof, Prover } from "./prover.ts";
