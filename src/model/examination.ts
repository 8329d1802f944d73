/** Owns the record of what `doctor` finds on a machine and in a project: shared by the use case and the view. */

/** One `ll-loop` on PATH. */
export interface FoundCopy {
  readonly path: string;
  /** `ours` is another copy of this program, `reference` the one of little-loops. */
  readonly kind: "this" | "ours" | "reference" | "unknown";
  /** `null` where it is not known. */
  readonly version: string | null;
  /** How that is known, to stand in parentheses. */
  readonly evidence: string;
}

/** One program that loops or this program make use of. */
export interface FoundTool {
  readonly name: string;
  /** `null` when it is not there. */
  readonly path: string | null;
  /** As the program itself tells it; `null` when it was not asked or did not tell. */
  readonly version: string | null;
}

/** What the machine has. */
export interface Machine {
  readonly os: string;
  readonly bash: FoundTool;
  readonly setsid: FoundTool;
  readonly git: FoundTool;
  /** Command lines of agents, in the order in which they are preferred. */
  readonly agents: readonly FoundTool[];
  /** Whether all processes can be looked at (Linux's /proc). */
  readonly canSeeAll: boolean;
  /** Whether a guardian is there for runs whose runner is killed with -9. */
  readonly isGuarded: boolean;
}

/** A configuration file that exists. */
export interface ConfigurationFile {
  readonly file: string;
  readonly owner: "ll-loop" | "little-loops";
  /** Whether anything of it counts here. */
  readonly isRead: boolean;
  /** Keys about loops that are there and have no effect here, dotted. */
  readonly ignoredKeys: readonly string[];
  readonly problems: readonly ConfigurationProblem[];
}

/** Something wrong in a configuration file. */
export interface ConfigurationProblem {
  readonly severity: "error" | "warning";
  readonly line: number;
  readonly message: string;
}

/** What trying out a folder gave. */
export interface FolderTrial {
  readonly path: string;
  /** Whether it was there; the nearest folder above it was tried otherwise. */
  readonly exists: boolean;
  readonly isWritable: boolean;
  /** Whether a lock that was taken there was seen by others, and gone once it was let go. */
  readonly hasLocks: boolean;
  /** What went wrong; `null` when nothing did. */
  readonly problem: string | null;
}

/** Everything but the loops. */
export interface Examination {
  /** Program and first arguments that this program was started by. */
  readonly command: readonly string[];
  readonly runtime: string;
  readonly version: string;
  /** In the order of PATH. */
  readonly copies: readonly FoundCopy[];
  readonly machine: Machine;
  readonly root: string;
  readonly loopsDir: string;
  readonly configuration: readonly ConfigurationFile[];
  readonly folders: readonly FolderTrial[];
}
