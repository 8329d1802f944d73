/** Owns the variables that an action is given beside the runner's own (architecture 6). */

import { formatValue } from "../../engine/mod.ts";
import {
  type ActionEffect,
  type GivenVariables,
  isInherited,
  variableName,
} from "../../model/mod.ts";
import type { Files, System } from "../../ports/mod.ts";
import { byteLength } from "./clean_text.ts";

/** One variable; longer values are given as a file whose path is in `…_FILE`. */
const VALUE_BYTES_MAX = 64 * 1024;
/** All of them together; the system limits arguments and environment to about 2 MB. */
const TOTAL_BYTES_MAX = 512 * 1024;
/** What is left of a variable's name in its file's, which the system limits to 255 bytes. */
const NAME_CHARACTERS_MAX = 200;
const HASH_DIGITS = 16;
/** Names that only this program sets. */
const OWN_NAME_REGEXP = /^LL_(?:(?:CONTEXT|CAPTURED)_|LAST_OUTPUT$)/;

/** What the environment of an action is made of. */
type Given =
  & Pick<ActionEffect, "context" | "captured" | "handoffThreshold">
  & GivenVariables;

/** Variables by name; `null` is one that must not be seen. */
type ChildVariables = Readonly<Record<string, string | null>>;

/** Makes the environment of one action after another, writing each long value once. */
export class ChildEnvironment {
  readonly #files: Files;
  readonly #system: Pick<System, "sha256">;
  readonly #folder: string;
  readonly #fixed: Readonly<Record<string, string>>;
  readonly #inherited: readonly string[];
  readonly #removed: Readonly<Record<string, null>>;
  /** What the last action had that was given a context alone: mostly the next one is given the same. */
  #last:
    | Pick<Given, "context" | "handoffThreshold"> & {
      readonly env: ChildVariables;
    }
    | null = null;
  /** The last long value of each name, and its file. */
  readonly #written = new Map<
    string,
    { readonly value: string; readonly path: string }
  >();

  /** `fixed` are variables for every action; long values go below `folder`. */
  constructor(options: {
    readonly files: Files;
    readonly system: Pick<System, "sha256">;
    readonly folder: string;
    readonly fixed: Readonly<Record<string, string>>;
    /** Names of this process's own variables. */
    readonly inherited: readonly string[];
  }) {
    this.#files = options.files;
    this.#system = options.system;
    this.#folder = options.folder;
    this.#fixed = options.fixed;
    this.#inherited = options.inherited;
    this.#removed = Object.fromEntries(
      options.inherited.filter((name) => OWN_NAME_REGEXP.test(name))
        .map((name) => [name, null]),
    );
  }

  /**
   * Returns `LL_CONTEXT_<KEY>` and `LL_CAPTURED_<NAME>` for an action whose secrets are revealed, names in upper case
   * with `_` for everything that a variable's name cannot hold, and what its loop gives; `null`
   * where a variable of an outer run, or one that is not allowed, must not be seen.
   *
   * @throws {LoopError} `cannot-write` when a long value cannot be stored
   */
  of(effect: Given): ChildVariables {
    if (!hasContextAlone(effect)) return this.#make(effect);
    const { context, handoffThreshold } = effect;
    const last = this.#last;
    // A context that has changed is another object.
    const isSame = last?.context === context &&
      last.handoffThreshold === handoffThreshold;
    if (isSame) return last.env;
    const env = this.#make(effect);
    this.#last = { context, handoffThreshold, env };
    return env;
  }

  #make(effect: Given): ChildVariables {
    const env = this.#removedFor(effect.envAllow);
    let total = 0;
    const add = (name: string, value: string) => {
      if (value.includes("\0")) return;
      // No character takes less than a byte: what is long for certain is not encoded.
      const sizeBytes = value.length > VALUE_BYTES_MAX
        ? Infinity
        : byteLength(value);
      if (
        sizeBytes <= VALUE_BYTES_MAX && total + sizeBytes <= TOTAL_BYTES_MAX
      ) {
        total += sizeBytes;
        env[name] = value;
      } else env[`${name}_FILE`] = this.#store(name, value);
    };
    for (const [name, value] of Object.entries(effect.env ?? {})) {
      add(name, value);
    }
    for (const [key, value] of Object.entries(effect.context)) {
      add(contextVariable(key), formatValue(value));
    }
    for (const [name, output] of Object.entries(effect.captured)) {
      add(`LL_CAPTURED_${variableName(name)}`, output);
    }
    if (effect.handoffThreshold !== null) {
      env["LL_HANDOFF_THRESHOLD"] = String(effect.handoffThreshold);
    }
    return { ...env, ...this.#fixed, ...this.#pathOver(env["PATH"]) };
  }

  /** Returns the variables for a server that an action of this kind starts for the run. */
  ofServer(given: GivenVariables): Record<string, string | null> {
    const texts = Object.entries(given.env ?? {}).filter(([, text]) =>
      !text.includes("\0")
    );
    const env: Record<string, string | null> = {
      ...this.#removedFor(given.envAllow),
      ...Object.fromEntries(texts),
    };
    return { ...env, ...this.#fixed, ...this.#pathOver(env["PATH"]) };
  }

  #removedFor(
    allowed: readonly string[] | undefined,
  ): Record<string, string | null> {
    if (allowed === undefined) return { ...this.#removed };
    const others = this.#inherited.filter((name) =>
      !isInherited(name, allowed)
    );
    return {
      ...this.#removed,
      ...Object.fromEntries(others.map((name) => [name, null])),
    };
  }

  /** A PATH that a loop gives stands behind the folder in which this program is found. */
  #pathOver(given: string | null | undefined): { readonly PATH?: string } {
    if (typeof given !== "string") return {};
    const launchers = this.#fixed["PATH"]?.split(":", 1)[0];
    return {
      PATH: launchers === undefined ? given : `${launchers}:${given}`,
    };
  }

  /** A file is never rewritten: children of an earlier state may still be reading it. */
  #store(name: string, value: string): string {
    const last = this.#written.get(name);
    if (last?.value === value) return last.path;
    const hash = this.#system.sha256(value).slice(0, HASH_DIGITS);
    const path = `${this.#folder}/${
      name.slice(0, NAME_CHARACTERS_MAX)
    }-${hash}`;
    this.#files.makeFolder(this.#folder);
    if (this.#files.stat(path) === null) this.#files.replace(path, value);
    this.#written.set(name, { value, path });
    return path;
  }
}

function hasContextAlone({ env, envAllow, captured }: Given): boolean {
  return env === undefined && envAllow === undefined &&
    Object.keys(captured).length === 0;
}

/** Returns the name of the variable for a context key. */
export function contextVariable(key: string): string {
  return `LL_CONTEXT_${variableName(key)}`;
}

/** Whether a value is too long for a variable, which then is `…_FILE`, the path of a file. */
export function isGivenAsFile(value: string): boolean {
  // No character takes less than a byte: what is long for certain is not encoded.
  return value.length > VALUE_BYTES_MAX ||
    byteLength(value) > VALUE_BYTES_MAX;
}
