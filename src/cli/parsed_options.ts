/** Owns the options of one invocation, read by name and kind. */

import { LoopError } from "../model/mod.ts";
import type { OptionSpec, ValueSpec } from "./command_spec.ts";
import type { OptionValue } from "./option_value.ts";

/** Checked options. Asking for one that the command does not have is a bug and throws. */
export class ParsedOptions {
  readonly #specs: ReadonlyMap<string, OptionSpec>;
  readonly #values: ReadonlyMap<string, readonly OptionValue[]>;

  constructor(
    specs: readonly OptionSpec[],
    values: ReadonlyMap<string, readonly OptionValue[]>,
  ) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    this.#values = values;
  }

  /** Returns whether the command has such an option at all. */
  declares(name: string): boolean {
    return this.#specs.has(name);
  }

  /** Returns whether the option was given. */
  has(name: string): boolean {
    this.#spec(name);
    return this.#values.has(name);
  }

  /** Returns whether a flag was given. */
  flag(name: string): boolean {
    this.#spec(name, "flag");
    return this.#values.has(name);
  }

  /** Returns a text, or a choice as text; `null` when it was not given. */
  text(name: string): string | null {
    this.#spec(name, "text", "choice");
    const value = this.#values.get(name)?.at(-1);
    return typeof value === "string" ? value : null;
  }

  /** Returns the text behind an option that may stand alone; `null` where it does, or was not given. */
  optionalText(name: string): string | null {
    this.#spec(name, "optional-text");
    const value = this.#values.get(name)?.at(-1);
    return typeof value === "string" ? value : null;
  }

  /** Returns one of the choices that the option is declared with; `null` when it was not given. */
  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const { value: declared } = this.#spec(name, "choice");
    if (declared.kind !== "choice" || declared.choices !== choices) {
      throw new LoopError("internal", `Option "${name}" has other choices`);
    }
    const value = this.#values.get(name)?.at(-1);
    return choices.find((each) => each === value) ?? null;
  }

  /** Returns a number, times in seconds; `null` when it was not given. */
  number(name: string): number | null {
    this.#spec(name, "integer", "seconds", "amount");
    const value = this.#values.get(name)?.at(-1);
    return typeof value === "number" ? value : null;
  }

  /** Returns a time in milliseconds; `null` when it was not given. */
  milliseconds(name: string): number | null {
    const { kind } = this.#spec(name, "seconds", "duration").value;
    const value = this.#values.get(name)?.at(-1);
    if (typeof value !== "number") return null;
    return kind === "duration" ? value : Math.round(value * 1000);
  }

  /** Returns every `KEY=VALUE` in the order typed. */
  pairs(name: string): readonly (readonly [key: string, value: string])[] {
    this.#spec(name, "key-value");
    const values = this.#values.get(name) ?? [];
    return values.filter((value) => typeof value === "object");
  }

  #spec(name: string, ...kinds: readonly ValueSpec["kind"][]): OptionSpec {
    const spec = this.#specs.get(name);
    if (spec === undefined) {
      throw new LoopError("internal", `No option "${name}" in the table`);
    }
    if (kinds.length > 0 && !kinds.includes(spec.value.kind)) {
      throw new LoopError(
        "internal",
        `Option "${name}" is a ${spec.value.kind}, read as ${kinds.join(", ")}`,
      );
    }
    return spec;
  }
}
