/** Owns the rules on policies that do not exist. */

import { type JsonObject, TAMPER_POLICIES } from "../../model/mod.ts";
import { quote, quoteAll, readText, suggest } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

/** FORMAT V168. */
export const unknownTamperGuard = policyRule({
  key: "tamper_guard",
  values: TAMPER_POLICIES.toSorted(),
  description: "What to do about changed tests, in a word that does not exist",
});

/** FORMAT V169. */
export const unknownPrepatchCheck = policyRule({
  key: "prepatch_check",
  values: ["allow", "fail", "warn"],
  description: "What to do before a patch, in a word that does not exist",
});

function policyRule(
  { key, values, description }: {
    readonly key: string;
    readonly values: readonly string[];
    readonly description: string;
  },
): Rule {
  const check = (map: JsonObject, report: Report): void => {
    const value = readText(map, key);
    if (value === null || values.includes(value)) return;
    report([key], {
      message: `${quote(key)} should be one of ${quoteAll(values)}, not ${
        quote(value)
      }`,
      ...suggest(value, values, { max: 1 }),
    });
  };
  return {
    name: `unknown-${key.replace("_", "-")}`,
    severity: "warning",
    description,
    needs: "value",
    unless: `${key}_ok`,
    isOnTextOnly: true,
    stateKeys: [key],
    loop: ({ document }, report) => check(document, report),
    state: ({ map }, report) => check(map, report),
  };
}
