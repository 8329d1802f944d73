/** Owns the rule on secrets in `scope`, whose paths are shown, stored and read by other runs. */

import { parseTemplate } from "../model/mod.ts";
import { type DefinitionsResult, quote } from "../load/mod.ts";
import type { Report, Rule } from "./rule.ts";

/** The rule, as it is listed. */
export const SECRET_IN_SCOPE_RULE = {
  name: "secret-in-scope",
  severity: "error",
  description: "A scope made of a value that is listed as secret",
} as const satisfies Pick<Rule, "name" | "severity" | "description">;

/** Reports each entry of the root's scope that names a secret of any of the loops. */
export function checkScope(loaded: DefinitionsResult, report: Report): void {
  const loops = [...loaded.results.values()].flatMap(({ draft }) =>
    draft ?? []
  );
  const secrets = new Set(loops.flatMap((loop) => loop.secrets));
  const scope = loaded.results.get(loaded.root)?.draft?.scope ?? [];
  for (const entry of scope) {
    for (const part of parseTemplate(entry)) {
      const isSecret = part.kind === "reference" &&
        part.namespace === "context" && secrets.has(part.path);
      if (!isSecret) continue;
      report(["scope"], {
        message: `${quote(part.path)} is secret: a scope cannot be made of it`,
        hint: "A scope is shown, stored and read by other runs; take a value " +
          'that may be seen, or take the name out of "secrets"',
      });
    }
  }
}
