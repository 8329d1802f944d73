/** Owns how the variables that a loop or a state gives and lets through are told. */

import type { Loop, State } from "../model/mod.ts";
import { shownVariables } from "./definition_json.ts";
import { makeVisible } from "./visible.ts";

/** Returns a line for `env` and one for `env_allow`, where they are there; what `secrets` lists is a mark. */
export function variableLines(
  { env, envAllow }: Pick<Loop & State, "env" | "envAllow">,
  secrets: readonly string[],
): readonly string[] {
  const shown = Object.entries(shownVariables(env ?? {}, secrets)).map((
    [name, text],
  ) => `${name}=${makeVisible(text.trim().replaceAll("\n", " "))}`);
  const allowed = envAllow?.join(", ") || "nothing";
  return [
    ...(shown.length === 0 ? [] : [`env: ${shown.join(", ")}`]),
    ...(envAllow === undefined ? [] : [`env_allow: ${allowed}`]),
  ];
}
