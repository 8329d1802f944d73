/** Owns which environment variables a run may see: only those that its definitions mention. */

import { templatesOf } from "../../check/mod.ts";
import { type Definitions, referencesOf } from "../../model/mod.ts";
import type { Vault } from "../secrets/mod.ts";

/** Returns the mentioned variables that are set, secrets as references. */
export function environmentOf(
  definitions: Pick<Definitions, "loops">,
  environment: Readonly<Record<string, string>>,
  vault: Pick<Vault, "hideEnv">,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const loop of Object.values(definitions.loops)) {
    for (const state of Object.values(loop.states)) {
      for (const { text } of templatesOf(state)) {
        for (const { namespace, path } of referencesOf(text)) {
          const value = namespace === "env" ? environment[path] : undefined;
          if (value !== undefined) env[path] = vault.hideEnv(path, value);
        }
      }
    }
  }
  return env;
}
