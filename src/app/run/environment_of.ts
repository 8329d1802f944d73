/** Owns which environment variables a run may see: only those that its definitions mention. */

import { loopTemplatesOf, templatesOf } from "../../check/mod.ts";
import { type Definitions, type Loop, referencesOf } from "../../model/mod.ts";
import type { Vault } from "../secrets/mod.ts";

/** Returns the mentioned variables that are set, secrets as references. */
export function environmentOf(
  definitions: Pick<Definitions, "loops">,
  environment: Readonly<Record<string, string>>,
  vault: Pick<Vault, "hideEnv">,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  const add = (name: string) => {
    const value = Object.hasOwn(environment, name)
      ? environment[name]
      : undefined;
    if (value !== undefined) env[name] = vault.hideEnv(name, value);
  };
  for (const loop of Object.values(definitions.loops)) {
    for (const text of textsOf(loop)) {
      for (const { namespace, path } of referencesOf(text)) {
        if (namespace === "env") add(path);
      }
    }
  }
  return env;
}

function textsOf(loop: Loop): string[] {
  return [
    ...loopTemplatesOf(loop).map(({ text }) => text),
    ...Object.values(loop.states).flatMap((state) => [
      ...templatesOf(state).map(({ text }) => text),
      ...state.evaluate?.track?.map((key) => `\${${key}}`) ?? [],
    ]),
  ];
}
