/** Owns the rule on policies that ask for a score which nobody gives. */

import { quote, quoteAll, readMap, readText, suggest } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const FILE_REGEXP = /rubric-dim-([\w-]+)\.txt/g;
const PREDICATE_REGEXP = /^([\w][\w\s-]*?)\s*:\s*(>=|<=|==|!=|<|>)\s*(\S.*)$/;

/** FORMAT V139. Rules that cannot be read silence it. */
export const unscoredDimension: Rule = {
  name: "unscored-dimension",
  severity: "warning",
  description: "A policy rule on a dimension that is never scored",
  unless: "policy_dims_scored_ok",
  isOnTextOnly: true,
  loop({ loop, document }, report) {
    const context = readMap(document, "context");
    const rules = readText(context, "policy_rules");
    const wanted = rules === null ? null : dimensionsIn(rules);
    if (wanted === null) return;
    const scored = new Set<string>();
    for (
      const name of (readText(context, "rubric_dimensions") ?? "").split("|")
    ) {
      const text = name.trim().toLowerCase().replaceAll(/\s+/g, "-");
      if (text !== "") scored.add(text);
    }
    for (const { kind, action } of Object.values(loop.states)) {
      if (kind !== "shell") continue;
      for (const [, name = ""] of (action ?? "").matchAll(FILE_REGEXP)) {
        scored.add(name);
      }
    }
    for (const name of [...wanted].sort()) {
      if (name === "aggregate" || scored.has(name)) continue;
      const names = [...scored].sort();
      const near = suggest(name, names, { max: 1 }).hint;
      report(["context", "policy_rules"], {
        message: `The policy asks for ${quote(name)}, which nothing scores`,
        hint: near ??
          (names.length === 0
            ? 'Name it in "rubric_dimensions" of the context'
            : `Scored are ${quoteAll(names)}`),
        excerpt: name,
      });
    }
  },
};

/** Returns the dimensions that the rules of a policy name; `null` where one cannot be read (FORMAT 5.2). */
function dimensionsIn(text: string): ReadonlySet<string> | null {
  const found = new Set<string>();
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const arrow = line.indexOf("->");
    const left = line.slice(0, arrow).trim();
    const target = line.slice(arrow + 2).trim();
    if (arrow < 0 || left === "" || !/^\w[\w-]*$/.test(target)) return null;
    if (left === "*") continue;
    const predicates = left.split("&").map((each) => each.trim())
      .filter((each) => each !== "");
    if (predicates.length === 0) return null;
    for (const predicate of predicates) {
      const [, name, operator = "", value = ""] =
        PREDICATE_REGEXP.exec(predicate) ?? [];
      const isOrder = /^[<>]/.test(operator);
      if (name === undefined || (isOrder && Number.isNaN(Number(value)))) {
        return null;
      }
      found.add(name.trim());
    }
  }
  return found;
}
