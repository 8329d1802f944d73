/** Owns what a shell is asking for: the words of an unfinished command line to what may come next. */

import { unreachable } from "../../model/mod.ts";
import type {
  CommandSpec,
  Completion,
  OptionSpec,
  PositionalSpec,
} from "../command_spec.ts";
import { GLOBAL_OPTIONS } from "../common_options.ts";

/** What may come next, and what was typed that decides about it. */
export type Wanted = WantedWord & {
  /** Value of `--loops-dir`. */
  readonly loopsDir: string | null;
  /** The loop that was typed before. */
  readonly loop: string | null;
};

type WantedWord =
  /** A command, or a loop that is run without one. */
  | { readonly kind: "command" }
  /** An option of a command; of all commands when it is `null`. */
  | { readonly kind: "option"; readonly command: CommandSpec | null }
  | { readonly kind: "choice"; readonly choices: readonly string[] } & Prefixed
  | { readonly kind: "value"; readonly completion: Completion } & Prefixed;

interface Prefixed {
  /** What stands in the same word before the value: `--name=`, or nothing. */
  readonly prefix: string;
}

/**
 * Returns what may stand in the place of the last of `words`, which may be empty. The words are
 * those after the program's name, up to the cursor, without quotes. Never throws: what makes no
 * sense is passed over.
 *
 * @param commands those that there are, ready ones only
 */
export function wantedAt(
  words: readonly string[],
  commands: readonly CommandSpec[],
): Wanted {
  const line = new Line(commands);
  for (const word of words.slice(0, -1)) line.take(word);
  return line.wantedIn(words.at(-1) ?? "");
}

/** The words so far. */
class Line {
  readonly #commands: readonly CommandSpec[];
  #command: CommandSpec | null = null;
  readonly #positionals: string[] = [];
  /** An option that waits for its value. */
  #open: OptionSpec | null = null;
  #isAfterDashes = false;
  #loopsDir: string | null = null;

  constructor(commands: readonly CommandSpec[]) {
    this.#commands = commands;
  }

  take(word: string): void {
    if (this.#open !== null) this.#set(this.#open, word);
    else if (this.#isAfterDashes || !word.startsWith("-") || word === "-") {
      this.#takePositional(word);
    } else if (word === "--") this.#isAfterDashes = true;
    else if (word.startsWith("--")) this.#takeLong(word);
    else this.#takeShort(word);
  }

  wantedIn(word: string): Wanted {
    const known = { loopsDir: this.#loopsDir, loop: this.#loop() };
    if (this.#open !== null) {
      return { ...valueOf(this.#open, ""), ...known };
    }
    if (!this.#isAfterDashes && word.startsWith("-")) {
      const equals = word.startsWith("--") ? word.indexOf("=") : -1;
      const option = equals < 0
        ? null
        : this.#longOption(word.slice(2, equals));
      return option === null
        ? { kind: "option", command: this.#command, ...known }
        : { ...valueOf(option, word.slice(0, equals + 1)), ...known };
    }
    if (this.#command === null) return { kind: "command", ...known };
    return { ...positionalOf(this.#nextPositional()), ...known };
  }

  #takePositional(word: string): void {
    if (this.#command !== null) {
      this.#positionals.push(word);
      return;
    }
    const named = (name: string) =>
      this.#commands.find((command) =>
        command.name === name || command.aliases.includes(name)
      ) ?? null;
    this.#command = named(word);
    if (this.#command !== null) return;
    // A bare name is a loop to run.
    this.#command = named("run");
    this.#positionals.push(word);
  }

  #takeLong(word: string): void {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const option = this.#longOption(name);
    if (option === null) return;
    if (equals >= 0) this.#set(option, word.slice(equals + 1));
    else if (takesValue(option)) this.#open = option;
  }

  #takeShort(word: string): void {
    for (const [index, letter] of [...word.slice(1)].entries()) {
      const option = this.#options().find(({ short }) => short === letter);
      if (option === undefined || !takesValue(option)) continue;
      // The rest of the word is its value.
      if (index === word.length - 2) this.#open = option;
      return;
    }
  }

  #set(option: OptionSpec, value: string): void {
    this.#open = null;
    if (option.name === "loops-dir") this.#loopsDir = value;
  }

  #options(): readonly OptionSpec[] {
    return [...this.#command?.options ?? [], ...GLOBAL_OPTIONS];
  }

  /** The option of that name, or the only one that begins like it. */
  #longOption(name: string): OptionSpec | null {
    const namesOf = ({ name, aliases = [] }: OptionSpec) => [name, ...aliases];
    const options = this.#options();
    const exact = options.find((option) => namesOf(option).includes(name));
    if (exact !== undefined) return exact;
    const [first, ...others] = options.filter((option) =>
      namesOf(option).some((each) => each.startsWith(name))
    );
    return first !== undefined && others.length === 0 ? first : null;
  }

  #nextPositional(): PositionalSpec | null {
    const specs = this.#command?.positionals ?? [];
    const last = specs.at(-1);
    return specs[this.#positionals.length] ??
      (last?.isRepeatable === true ? last : null);
  }

  #loop(): string | null {
    const specs = this.#command?.positionals ?? [];
    const index = specs.findIndex(({ completes }) => completes === "loop");
    return this.#positionals[index] ?? null;
  }
}

function takesValue({ value }: OptionSpec): boolean {
  return value.kind !== "flag" && value.kind !== "optional-text";
}

function valueOf({ value }: OptionSpec, prefix: string): WantedWord {
  switch (value.kind) {
    case "choice":
      return { kind: "choice", choices: value.choices, prefix };
    case "text": {
      const completion = value.completes ?? "nothing";
      return { kind: "value", completion, prefix };
    }
    case "flag":
    case "integer":
    case "seconds":
    case "amount":
    case "duration":
    case "key-value":
    case "optional-text":
      return { kind: "value", completion: "nothing", prefix };
    default:
      return unreachable(value);
  }
}

function positionalOf(spec: PositionalSpec | null): WantedWord {
  if (spec?.choices !== undefined) {
    return { kind: "choice", choices: spec.choices, prefix: "" };
  }
  const completion = spec === null ? "nothing" : spec.completes ?? "file";
  return { kind: "value", completion, prefix: "" };
}
