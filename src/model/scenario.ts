/** Owns the names of the reference's scenarios for simulated runs (EXEC 2.11). */

/** What actions give in a simulation: exit code 0, 1 or 2 throughout; 1 then 0; 1 and 0 in turn. */
export const SCENARIOS = [
  "all-pass",
  "all-fail",
  "all-error",
  "first-fail",
  "alternating",
] as const;

/** One of {@linkcode SCENARIOS}. */
export type Scenario = typeof SCENARIOS[number];
