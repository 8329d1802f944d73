/** Owns the shape of the command table: what a command, an option and a positional are as data. */

/** A command of the program. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases: readonly string[];
  /** One line, no final period. */
  readonly summary: string;
  /** Has a line of its own in the overview, where the others are only named. A dozen at most. */
  readonly isCommon?: true;
  /** Further paragraphs of `help NAME`. */
  readonly details?: string | undefined;
  readonly positionals: readonly PositionalSpec[];
  readonly options: readonly OptionSpec[];
  /** Options that the usage line shows by name, such as `[--fix CMD2]`. */
  readonly usageOptions?: string;
  readonly examples: readonly ExampleSpec[];
  /** Statuses that this command can end with, beyond 70 (a bug). */
  readonly statuses: readonly number[];
  /**
   * `ready` runs; `later` will come and `refused` will not: both are refused by name with
   * status 64, so that no loop of that name is taken for them.
   */
  readonly status: "ready" | "later" | "refused";
  /** Why it is refused and what to use instead. Set exactly when the status is not `ready`. */
  readonly refusal?: Refusal;
  /** For programs, not for people: in no help and no list. */
  readonly isHidden?: true;
  /** Whether the reference has a command of this name; ours can be the name of somebody's loop. */
  readonly origin: "reference" | "own";
}

type LatePart =
  | "details"
  | "positionals"
  | "options"
  | "examples"
  | "statuses";

/**
 * Returns the row of one command. `late` is made when it is asked for first: each start knows all
 * commands by name, and what one of them takes.
 */
export function commandSpec(
  row: Omit<CommandSpec, LatePart>,
  late: () => Pick<CommandSpec, LatePart>,
): CommandSpec {
  let made: Pick<CommandSpec, LatePart> | null = null;
  const get = () => made ??= late();
  return {
    ...row,
    get details() {
      return get().details;
    },
    get positionals() {
      return get().positionals;
    },
    get options() {
      return get().options;
    },
    get examples() {
      return get().examples;
    },
    get statuses() {
      return get().statuses;
    },
  };
}

/** Why something of the reference is not done. */
export interface Refusal {
  /** A sentence without final period. */
  readonly reason: string;
  /** What to do instead: a sentence or a command. */
  readonly instead: string;
}

/** What a shell offers where a value is typed. */
export type Completion =
  | "loop"
  | "built-in loop"
  /** Of the loop that was typed before. */
  | "state"
  | "run"
  | "command"
  | "file"
  | "folder"
  /** Nothing can be known: a name that is to be made up, a number, a text. */
  | "nothing";

/** An argument without dashes. */
export interface PositionalSpec {
  /** In capitals, as in the usage line. */
  readonly name: string;
  readonly isOptional?: true;
  /** Takes all that are left. Only on the last one. */
  readonly isRepeatable?: true;
  readonly summary: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** @default {"file"}, unless there are choices */
  readonly completes?: Completion;
}

/** A line to type and what it does. */
export interface ExampleSpec {
  readonly command: string;
  readonly summary: string;
}

/** What an option belongs to, in the order of the help. */
export const CATEGORIES = [
  "Fixing",
  "Limits",
  "Values",
  "Definition",
  "Agents",
  "Running",
  "Output",
  "General",
] as const;

/** One of {@linkcode CATEGORIES}. */
export type Category = typeof CATEGORIES[number];

/** An argument with dashes. */
export interface OptionSpec {
  /** Long name without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Other long names. */
  readonly aliases?: readonly string[];
  readonly value: ValueSpec;
  /** Every use counts; otherwise the last one wins. */
  readonly isRepeatable?: true;
  /** One line, no final period. */
  readonly summary: string;
  /** More, for the help of one command. */
  readonly details?: string;
  readonly category: Category;
  /** An option of the reference that is refused by name. */
  readonly refusal?: Refusal;
  /** Name of an option without which this one does nothing, which is then said. */
  readonly worksWith?: string;
  /** Name of an option beside which this one does nothing, which is then said. */
  readonly yieldsTo?: string;
}

/** What follows an option. */
export type ValueSpec =
  | { readonly kind: "flag" }
  | {
    readonly kind: "text";
    readonly placeholder: string;
    /** @default {"nothing"} */
    readonly completes?: Completion;
    /** @default a text of blanks is refused */
    readonly allowsEmpty?: true;
  }
  | {
    readonly kind: "integer";
    readonly placeholder: string;
    readonly min: number;
    readonly max: number;
  }
  | {
    readonly kind: "seconds";
    readonly placeholder: string;
    readonly min: number;
    readonly max: number;
  }
  /** A decimal number; `unit` says of what. */
  | {
    readonly kind: "amount";
    readonly placeholder: string;
    readonly unit: string;
    readonly min: number;
    readonly max: number;
  }
  /** Seconds, or numbers with units: `5m`, `1h30m`. */
  | {
    readonly kind: "duration";
    readonly placeholder: string;
    readonly minMs: number;
    readonly maxMs: number;
  }
  | {
    readonly kind: "choice";
    readonly placeholder: string;
    readonly choices: readonly string[];
  }
  | { readonly kind: "key-value"; readonly placeholder: string }
  /** A value only with `=`; without one it is a flag. */
  | { readonly kind: "optional-text"; readonly placeholder: string };
