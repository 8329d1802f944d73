/** Owns what the model check knows of a loop as a whole, for people and programs. */

/** What was not looked at, or not told. */
export type Unseen =
  /** States whose sub-loop has a name that only a run knows. */
  | "computed-loops"
  /** States whose sub-loop runs the loop that they belong to. */
  | "recursion"
  /** States that nothing leads to. */
  | "unreached-states"
  /** Results without a target that hardly ever come. */
  | "rare-results"
  /** Limits that are too large to be counted through: they may be reached from the start. */
  | "large-limits";

/** The proof of a loop in numbers. */
export interface ProofSummary {
  /** States that can be entered. */
  readonly states: number;
  /** Results that they can give. */
  readonly results: number;
  /** Sub-loops that were looked into. */
  readonly subLoops: number;
  /** The most steps of a run, with those of sub-loops; `null` where there is no bound. */
  readonly steps: number | null;
  /** The most steps of the loop itself. */
  readonly ownSteps: number;
  /** The longest time of a run in ms; `null` where there is no bound. */
  readonly timeMs: number | null;
  /** Whether a run can really take that much: otherwise it takes no more. */
  readonly isExact: boolean;
  /** Why there is no bound; `null` where there is one. */
  readonly unboundedBy: {
    readonly loop: string;
    readonly state: string;
    readonly reason: "computed-loop" | "no-time-limit" | "runs-itself";
  } | null;
  /** Whether there was too much to look at all of it, so that nothing is known. */
  readonly isCut: boolean;
  readonly unseen: readonly { readonly what: Unseen; readonly count: number }[];
}
