/** Owns which runs are old: by what the configuration keeps, or by what somebody asks for. */

import type { RunStanding } from "../../view/mod.ts";
import type { Config } from "../project/mod.ts";

/** What makes a run old. */
export type PruneRule =
  /** As at every start of a run: what could go on stays for as long as nobody asks otherwise. */
  | { readonly kind: "retention"; readonly retention: Config["retention"] }
  /** What is given must all apply. */
  | {
    readonly kind: "asked";
    /** The newest of each loop stay. */
    readonly keep: number | null;
    readonly olderThanMs: number | null;
    /** Whether runs that could be resumed count as well. */
    readonly isAllEnded: boolean;
  };

/** A run as far as its age goes. */
export type AgingRun = Pick<
  RunStanding,
  "record" | "state" | "isAlive" | "canResume"
>;

const DAY_MS = 86_400_000;

/**
 * Returns those of `runs` that are old; never one that lives.
 *
 * @param runs newest first
 */
export function chooseRuns<R extends AgingRun>(
  runs: readonly R[],
  options: { readonly rule: PruneRule; readonly nowMs: number },
): readonly R[] {
  const { rule, nowMs } = options;
  const keptOf = new Map<string, number>();
  return runs.filter((run) => {
    if (run.isAlive) return false;
    const { record: { loop, started_at: started }, state, canResume } = run;
    // Those that could go on are counted by themselves.
    const group = `${canResume ? "resumable" : "over"} ${loop}`;
    const kept = keptOf.get(group) ?? 0;
    const ageMs = nowMs - Date.parse(state?.updated_at ?? started);
    const isOld = isBeyond(rule, { kept, ageMs, canResume });
    if (!isOld) keptOf.set(group, kept + 1);
    return isOld;
  });
}

function isBeyond(
  rule: PruneRule,
  run: {
    /** How many newer ones of its loop stay. */
    readonly kept: number;
    readonly ageMs: number;
    readonly canResume: boolean;
  },
): boolean {
  const { kept, ageMs, canResume } = run;
  if (rule.kind === "retention") {
    const { runs, days } = rule.retention;
    return !canResume && ((runs > 0 && kept >= runs) ||
      (days > 0 && ageMs > days * DAY_MS));
  }
  const { keep, olderThanMs, isAllEnded } = rule;
  return (isAllEnded || !canResume) &&
    (keep === null || kept >= keep) &&
    (olderThanMs === null || ageMs > olderThanMs);
}
