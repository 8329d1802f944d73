/** Owns the rule on names under `secrets` that mask nothing. */

import { type Loop, nearest, referencesOf } from "../../model/mod.ts";
import { didYouMean, quote } from "../../load/mod.ts";
import { knownContextKeys } from "../context_keys.ts";
import type { Rule } from "../rule.ts";
import { loopTemplatesOf, templatesOf } from "../templates_of.ts";

const VARIABLE_REGEXP = /\$\{?([A-Za-z_][A-Za-z0-9_]{0,99})/g;

/**
 * A name that the loop does not mention may be a variable that some program reads; one that comes
 * near to a name in the loop is most likely that, and its value would be shown.
 */
export const mistypedSecret: Rule = {
  name: "mistyped-secret",
  severity: "warning",
  description:
    'A name under "secrets" that stands nowhere, and nearly is one that does',
  loop({ loop }, report) {
    if (loop.secrets.length === 0) return;
    const known = mentioned(loop);
    loop.secrets.forEach((name, index) => {
      if (known.has(name)) return;
      const near = nearest(name, known, 1);
      if (near.length === 0) return;
      report(["secrets", index], {
        message: `${
          quote(name)
        } stands nowhere in the loop: what is meant is not masked`,
        ...didYouMean(near),
      });
    });
  },
};

/** Names of context keys and variables in a loop, those that a script reads included. */
function mentioned(loop: Loop): ReadonlySet<string> {
  const states = Object.values(loop.states);
  const uses = [...loopTemplatesOf(loop), ...states.flatMap(templatesOf)];
  const scripts = states.flatMap(({ action }) =>
    [...(action ?? "").matchAll(VARIABLE_REGEXP)].map(([, name = ""]) => name)
  );
  return new Set([
    ...knownContextKeys(loop),
    ...[loop, ...states].flatMap(({ env }) => Object.keys(env ?? {})),
    ...states.flatMap((state) => Object.keys(state.with)),
    ...uses.flatMap(({ text }) => referencesOf(text))
      .filter(({ namespace }) => namespace === "env").map(({ path }) => path),
    ...scripts,
  ]);
}
