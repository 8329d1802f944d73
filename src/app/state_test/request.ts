/** Owns what the test of a state is asked to be. */

/** A request to take one real step. `null` where nothing was asked for. */
export interface StateTestRequest {
  /** The initial state when `null`. */
  readonly state: string | null;
  /** Values of `${captured.NAME.output}`, or of a field where the name has a dot; the last one wins. */
  readonly captured: readonly (readonly [name: string, value: string])[];
  /** `${prev.output}`. */
  readonly prev: string | null;
  /** Answers for the action, which is then not run. */
  readonly exitCode: number | null;
  /** The same, with what it prints. */
  readonly output: string | null;
  /** Answers for a judge that cannot be asked here. */
  readonly verdict: string | null;
}
