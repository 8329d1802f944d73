/** What a plan lacks and needs, each part told in its own line. */

/** One value that is missing. */
export interface PlanMissing {
  readonly name: string;
  /** What to add, such as `--context name=VALUE`. */
  readonly add: string;
  /** Where it is used, such as `states.a.action`. */
  readonly usedBy: string;
}

/** Something outside of the loop that it needs. */
export interface PlanNeed {
  readonly kind:
    | "program"
    | "Python package"
    | "agent host"
    | "MCP server"
    | "slash command"
    | "loop"
    | "file"
    | "environment variable";
  readonly name: string;
  /** `null` when it cannot be known before the run. */
  readonly isFound: boolean | null;
  /** Where it was found, or where it was looked for. */
  readonly where: string | null;
  /** Why it cannot be used, where that is not only that it was not found. */
  readonly why?: string;
  /** The way out, where one is known. */
  readonly hint?: string;
  /** Whether it comes with the reference and with nothing else. */
  readonly isOfReference: boolean;
  readonly states: readonly string[];
}
