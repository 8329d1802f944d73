/** Owns the rule on keys that load but do nothing in this version. */

import type { Inert } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** Says once for each key that it has no effect. */
export const inertRules: readonly Rule[] = [{
  name: "inert-key",
  severity: "warning",
  description: "A key that this version reads but does not act on",
  needs: "value",
  loop({ loop, result }, report) {
    const byKey = new Map<string, Inert[]>();
    for (const inert of loop.inert) {
      byKey.set(inert.key, [...byKey.get(inert.key) ?? [], inert]);
    }
    for (const [key, uses] of byKey) {
      const more = uses.length - 1;
      const elsewhere = more === 0
        ? ""
        : ` (and in ${more} more ${more === 1 ? "place" : "places"})`;
      report(pathOf(key, { loop, result }), {
        message: `${quote(key)} has no effect in this version${elsewhere}`,
        onKey: true,
      });
    }
  },
}];

/** The first place of a key, in the merged document. */
function pathOf(
  key: string,
  { loop, result }: Pick<
    Parameters<NonNullable<Rule["loop"]>>[0],
    "loop" | "result"
  >,
): (string | number)[] {
  const top = key.split(".");
  const document = result.document ?? {};
  if (Object.hasOwn(document, top[0] ?? "")) return top;
  const states = document["states"];
  for (const name of Object.keys(loop.states)) {
    const state = (states as Record<string, unknown> | undefined)?.[name];
    if (
      typeof state === "object" && state !== null && Object.hasOwn(state, key)
    ) return ["states", name, key];
  }
  return [];
}
