/** Owns the variables that an action is given beside the runner's own (architecture 6). */

import { formatValue } from "../../engine/mod.ts";
import type { ActionEffect } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import type { Vault } from "../secrets/mod.ts";
import { byteLength } from "./clean_text.ts";

/** One variable; longer values are given as a file whose path is in `…_FILE`. */
const VALUE_BYTES_MAX = 64 * 1024;
/** All of them together; the system limits arguments and environment to about 2 MB. */
const TOTAL_BYTES_MAX = 512 * 1024;
/** Names that only this program sets. */
const OWN_NAME_REGEXP = /^LL_(?:CONTEXT|CAPTURED)_/;

/** Makes the environment of one action after another, writing each long value once. */
export class ChildEnvironment {
  readonly #files: Files;
  readonly #folder: string;
  readonly #vault: Vault;
  readonly #fixed: Readonly<Record<string, string>>;
  readonly #removed: Readonly<Record<string, null>>;
  readonly #written = new Map<string, string>();

  /** `fixed` are variables for every action; long values go below `folder`. */
  constructor(options: {
    readonly files: Files;
    readonly folder: string;
    readonly vault: Vault;
    readonly fixed: Readonly<Record<string, string>>;
    /** Names of this process's own variables. */
    readonly inherited: readonly string[];
  }) {
    this.#files = options.files;
    this.#folder = options.folder;
    this.#vault = options.vault;
    this.#fixed = options.fixed;
    this.#removed = Object.fromEntries(
      options.inherited.filter((name) => OWN_NAME_REGEXP.test(name))
        .map((name) => [name, null]),
    );
  }

  /**
   * Returns `LL_CONTEXT_<KEY>` and `LL_CAPTURED_<NAME>` for an action, names in upper case
   * with `_` for everything that a variable's name cannot hold; `null` where a variable of
   * an outer run must not be seen.
   *
   * @throws {LoopError} `cannot-write` when a long value cannot be stored
   */
  of(effect: ActionEffect): Record<string, string | null> {
    const env: Record<string, string | null> = { ...this.#removed };
    let total = 0;
    const add = (name: string, text: string) => {
      const value = this.#vault.reveal(text);
      if (value.includes("\0")) return;
      const sizeBytes = byteLength(value);
      if (
        sizeBytes <= VALUE_BYTES_MAX && total + sizeBytes <= TOTAL_BYTES_MAX
      ) {
        total += sizeBytes;
        env[name] = value;
      } else env[`${name}_FILE`] = this.#store(name, value);
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
