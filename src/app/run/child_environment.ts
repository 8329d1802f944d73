/** Owns the variables that an action is given beside the runner's own (architecture 6). */

import { formatValue } from "../../engine/mod.ts";
import type { ActionEffect } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import type { Vault } from "../secrets/mod.ts";

/** One variable; longer values are given as a file whose path is in `…_FILE`. */
const VALUE_CHARACTERS_MAX = 64 * 1024;
/** All of them together; the system limits arguments and environment to about 2 MB. */
const TOTAL_CHARACTERS_MAX = 512 * 1024;

/** Makes the environment of one action after another, writing each long value once. */
export class ChildEnvironment {
  readonly #files: Files;
  readonly #folder: string;
  readonly #vault: Vault;
  readonly #fixed: Readonly<Record<string, string>>;
  readonly #written = new Map<string, string>();

  /** `fixed` are variables for every action; long values go below `folder`. */
  constructor(options: {
    readonly files: Files;
    readonly folder: string;
    readonly vault: Vault;
    readonly fixed: Readonly<Record<string, string>>;
  }) {
    this.#files = options.files;
    this.#folder = options.folder;
    this.#vault = options.vault;
    this.#fixed = options.fixed;
  }

  /**
   * Returns `LL_CONTEXT_<KEY>` and `LL_CAPTURED_<NAME>` for an action, names in upper case
   * with `_` for everything that a variable's name cannot hold.
   *
   * @throws {LoopError} `cannot-write` when a long value cannot be stored
   */
  of(effect: ActionEffect): Record<string, string> {
    const env: Record<string, string> = {};
    let total = 0;
    const add = (name: string, text: string) => {
      const value = this.#vault.reveal(text);
      if (value.includes("\0")) return;
      total += value.length;
      if (
        value.length <= VALUE_CHARACTERS_MAX && total <= TOTAL_CHARACTERS_MAX
      ) {
        env[name] = value;
      } else {
        total -= value.length;
        env[`${name}_FILE`] = this.#store(name, value);
      }
    };
    for (const [key, value] of Object.entries(effect.context)) {
      add(`LL_CONTEXT_${variableName(key)}`, formatValue(value));
    }
    for (const [name, output] of Object.entries(effect.captured)) {
      add(`LL_CAPTURED_${variableName(name)}`, output);
    }
    if (effect.handoffThreshold !== null) {
      env["LL_HANDOFF_THRESHOLD"] = String(effect.handoffThreshold);
    }
    return { ...env, ...this.#fixed };
  }

  #store(name: string, value: string): string {
    const path = `${this.#folder}/${name}`;
    if (this.#written.get(name) !== value) {
      this.#files.makeFolder(this.#folder);
      this.#files.replace(path, value);
      this.#written.set(name, value);
    }
    return path;
  }
}

/**
 * Returns `key` as the end of a variable's name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(variableName("run-dir.x"), "RUN_DIR_X");
 * ```
 */
export function variableName(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
}
