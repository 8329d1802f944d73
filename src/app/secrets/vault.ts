/** Owns which values are secret, and the way from an opaque reference back to its value. */

import {
  type Json,
  type JsonObject,
  SECRET_REFERENCE_REGEXP,
  secretReference,
} from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";
import { makeMask } from "./mask.ts";

const SECRET_NAME_REGEXP =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY|API_KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY)(?:$|_)/i;
/** A value that is a path, a flag or a small number tells nothing and would mask too much. */
const HARMLESS_VALUE_REGEXP = /^(?:\/|~|true$|false$|yes$|no$|\d{1,7}$)/i;

/** The secrets of one run. */
export interface Vault {
  /** Hides them in text; `null` where there are none. */
  readonly mask: Mask | null;
  /** Names of secret context keys. */
  readonly contextKeys: readonly string[];
  /** Returns a variable as the engine may see it: its value, or a reference to it. */
  hideEnv(name: string, value: string): string;
  /** Returns a context without the values of secret keys: references in their place. */
  hideContext(context: JsonObject): JsonObject;
  /** Returns `text` with every reference replaced by the value that it stands for. */
  reveal(text: string): string;
}

/**
 * Returns the vault of a run: environment variables whose name looks like a secret's or is
 * listed, and context values whose key is listed.
 */
export function makeVault(source: {
  readonly environment: Readonly<Record<string, string>>;
  readonly context: JsonObject;
  /** `secrets:` of the loops. */
  readonly names: readonly string[];
}): Vault {
  const names = new Set(source.names);
  const env = new Map<string, string>();
  for (const [name, value] of Object.entries(source.environment)) {
    if (value === "") continue;
    const isNamed = names.has(name);
    const looksSecret = SECRET_NAME_REGEXP.test(name) &&
      !HARMLESS_VALUE_REGEXP.test(value);
    if (isNamed || looksSecret) env.set(name, value);
  }
  const context = new Map<string, string>();
  for (const [key, value] of Object.entries(source.context)) {
    if (names.has(key) && value !== null && value !== "") {
      context.set(
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      );
    }
  }
  return {
    mask: makeMask([...env.values(), ...context.values()]),
    contextKeys: [...context.keys()],
    hideEnv: (name, value) =>
      env.has(name) ? secretReference("env", name) : value,
    hideContext: (values) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]): [string, Json] => [
          key,
          context.has(key) ? secretReference("context", key) : value,
        ]),
      ),
    reveal(text) {
      if (!text.includes("\u0000secret:")) return text;
      return text.replace(
        SECRET_REFERENCE_REGEXP,
        (_all, kind: string, name: string, quoted?: string) => {
          const value = (kind === "env" ? env : context).get(name) ?? "";
          return quoted === undefined
            ? value
            : `'${value.replaceAll("'", `'"'"'`)}'`;
        },
      );
    },
  };
}
