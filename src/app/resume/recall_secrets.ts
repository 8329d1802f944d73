/** Owns getting back the secrets that a run refers to: none of them was stored. */

import {
  type Json,
  LoopError,
  mapTexts,
  SECRET_REFERENCE_REGEXP,
} from "../../model/mod.ts";
import type { Vault } from "../secrets/mod.ts";

/** Two values of one key are told apart by a number behind its name. */
const NUMBER_REGEXP = /#\d+$/;

/**
 * Makes every secret that `values` refer to known to the vault: from what is given now; the others
 * must be there already.
 *
 * @throws {LoopError} `missing-context`, with the words to add
 */
export function recallSecrets(
  vault: Vault,
  needed: {
    readonly values: Json;
    /** Context values that were given, by key. */
    readonly given: ReadonlyMap<string, string>;
    readonly runId: string;
  },
): void {
  const { values, given, runId } = needed;
  const keys = new Set<string>();
  const variables = new Set<string>();
  for (const { source, name } of referencesIn(values)) {
    if (vault.canReveal(source, name)) continue;
    const key = name.replace(NUMBER_REGEXP, "");
    const value = given.get(key);
    if (source === "env") variables.add(name);
    else if (value !== undefined) vault.recall(name, value);
    else keys.add(key);
  }
  if (keys.size + variables.size === 0) return;
  const lines = [
    ...[...keys].map((key) => `  "${key}": add --context ${key}=VALUE`),
    ...[...variables].map((name) => `  "${name}": set the variable ${name}`),
  ];
  const what = lines.length === 1
    ? "a secret is"
    : `${lines.length} secrets are`;
  throw new LoopError(
    "missing-context",
    `Cannot resume run ${runId}: ${what} not stored with it and must be given again\n${
      lines.join("\n")
    }`,
  );
}

function referencesIn(
  values: Json,
): readonly { readonly source: string; readonly name: string }[] {
  const found = new Map<string, { source: string; name: string }>();
  mapTexts(values, (text) => {
    if (!text.includes("\0")) return text;
    for (
      const [, source = "", name = ""] of text.matchAll(SECRET_REFERENCE_REGEXP)
    ) found.set(`${source}:${name}`, { source, name });
    return text;
  });
  return [...found.values()];
}
