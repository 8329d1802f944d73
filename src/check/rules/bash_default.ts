/** Owns the rule on the shell's defaults, which no template knows. */

import { isNamespace, type Loop, nearest } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import { declaredContextKeys } from "../context_keys.ts";
import type { Rule } from "../rule.ts";

/** A group with `:-` that is not escaped. */
export const BASH_DEFAULT_REGEXP = /(?<!\$)\$\{[^{}]*:-[^{}]*\}/g;

/** FORMAT V129. */
export const bashDefault: Rule = {
  name: "bash-default",
  severity: "error",
  description: "A default as the shell writes it, in a template",
  needs: "state",
  unless: "bash_default_ok",
  state({ loop, state }, report) {
    if (state.action?.includes(":-") !== true) return;
    const found = state.action.matchAll(BASH_DEFAULT_REGEXP);
    for (const source of new Set([...found].map(([text]) => text))) {
      const [, name = "", value = ""] = /^\$\{(.*?):-(.*)\}$/s.exec(source) ??
        [];
      const isOurs = isNamespace(name.split(".", 1)[0] ?? "");
      const meant = isOurs
        ? `\${${knownName(name, loop)}:default=${value}}`
        : `$${source}`;
      report(["action"], {
        message: `${quote(source)} has a default as the shell writes it, ` +
          "and is read as a reference",
        hint: `Did you mean "${meant}"${isOurs ? "" : ", for the shell"}?`,
        excerpt: source,
        edit: { kind: "replace", text: meant },
      });
    }
  },
};

/** A key of the context that is nearly one of those that are declared is taken for that one. */
function knownName(name: string, loop: Loop): string {
  const key = /^context\.([^.]+)$/.exec(name)?.[1];
  const keys = declaredContextKeys(loop);
  return key === undefined || keys.includes(key)
    ? name
    : `context.${nearest(key, keys, 1)[0] ?? key}`;
}
