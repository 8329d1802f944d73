/** Owns the proof of a loop as a line and as JSON. */

import {
  formatSpan,
  type JsonObject,
  type ProofSummary,
  type Unseen,
} from "../model/mod.ts";
import { count } from "./count.ts";

/**
 * Returns the proof in one line: what was looked at, the worst case, and what was left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const proof = {
 *   states: 2, results: 4, subLoops: 0, steps: 50, ownSteps: 50, timeMs: 3_600_000,
 *   isExact: true, unboundedBy: null, isCut: false,
 *   unseen: [{ what: "rare-results", count: 1 }],
 * } as const;
 * assertEquals(formatProof(proof),
 *   "2 states with 4 results; at most 50 steps in 1h; not looked at: 1 result that hardly ever comes");
 * ```
 */
export function formatProof(proof: ProofSummary): string {
  if (proof.isCut) {
    return "none: its retries and throttles can stand in more ways than can be looked at";
  }
  const seen = `${count(proof.states, "state")} with ${
    count(proof.results, "result")
  }`;
  const within = proof.subLoops === 0
    ? ""
    : ` and ${count(proof.subLoops, "sub-loop")}`;
  const left = proof.unseen.map(describeUnseen);
  return [
    seen + within,
    worstCase(proof),
    ...(left.length === 0 ? [] : [`not looked at: ${left.join(", ")}`]),
  ].join("; ");
}

function worstCase(proof: ProofSummary): string {
  const { steps, ownSteps, timeMs } = proof;
  const own = steps === ownSteps ? "" : `, ${ownSteps} of its own`;
  const most = steps === null
    ? `no bound of the steps${own}`
    : `at most ${count(steps, "step")}${
      own === "" ? "" : ` (${own.slice(2)})`
    }`;
  const time = timeMs === null
    ? ", no bound of the time"
    : `${steps === null ? ", at most" : " in"} ${formatSpan(timeMs)}`;
  return `${most}${time}${describeReason(proof)}`;
}

function describeReason({ unboundedBy }: ProofSummary): string {
  if (unboundedBy === null) return "";
  const { loop, state, reason } = unboundedBy;
  const where = `state "${state}" of loop "${loop}"`;
  switch (reason) {
    case "computed-loop":
      return `: only a run knows which loop ${where} runs`;
    case "no-time-limit":
      return `: ${where} has no time limit`;
    case "runs-itself":
      return `: ${where} runs a loop that runs it`;
  }
}

function describeUnseen(
  { what, count: amount }: { readonly what: Unseen; readonly count: number },
): string {
  switch (what) {
    case "computed-loops":
      return count(
        amount,
        "sub-loop with a computed name",
        "sub-loops with computed names",
      );
    case "recursion":
      return count(
        amount,
        "sub-loop that runs its own parent",
        "sub-loops that run their own parents",
      );
    case "unreached-states":
      return count(
        amount,
        "state that no result leads to",
        "states that no result leads to",
      );
    case "rare-results":
      return count(
        amount,
        "result that hardly ever comes",
        "results that hardly ever come",
      );
    case "large-limits":
      return count(
        amount,
        "limit too large to count to",
        "limits too large to count to",
      );
  }
}

/** Returns the proof as `validate --json` shows it; `null` stays. */
export function proofJson(proof: ProofSummary | null): JsonObject | null {
  if (proof === null) return null;
  const { unboundedBy } = proof;
  return {
    states: proof.states,
    results: proof.results,
    sub_loops: proof.subLoops,
    max_steps: proof.steps,
    max_own_steps: proof.ownSteps,
    max_seconds: proof.timeMs === null ? null : proof.timeMs / 1000,
    is_exact: proof.isExact,
    unbounded_by: unboundedBy === null ? null : { ...unboundedBy },
    is_complete: !proof.isCut && proof.unseen.length === 0,
    not_looked_at: proof.unseen.map(({ what, count }) => ({ what, count })),
  };
}
