/** Owns the rule on secrets that stand in the file. */

import {
  type DocumentPath,
  isJsonObject,
  type Json,
  type JsonObject,
  tokensIn,
} from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

const NAME_REGEXP =
  /(?:^|_)(?:token|secret|api_?key|access_key|private_key|credentials?)$/i;
const PASSWORD_REGEXP = /(?:^|_)(?:password|passwd|passphrase)$/i;
/** A word that an agent prints when it is done is no token: those hold digits among their letters. */
const RANDOM_REGEXP = /^(?=.*\d)(?=.*[a-z]).{8,}$/i;
/** What stands there where nobody has put a secret yet. */
const PLACEHOLDER_REGEXP =
  /^$|\$\{|^<.*>$|^(?:x+|\*+|\.+|none|null|changeme|change-me|todo|your[-_ ].*|example.*|placeholder|dummy|test|secret|password|token)$/i;
const CHARACTERS_MIN = 6;

/** A secret in plain text. */
export const plainSecret: Rule = {
  name: "plain-secret",
  severity: "warning",
  description: "A secret in plain text",
  needs: "value",
  isOnTextOnly: true,
  loop({ document }, report) {
    const { states: _, ...rest } = document;
    lookAt(rest, ["context", "env"], report);
  },
  state: ({ map }, report) => lookAt(map, ["with", "params", "env"], report),
};

/** Looks at every text; in the mappings of `named`, a key tells by its name as well. */
function lookAt(
  map: JsonObject,
  named: readonly string[],
  report: Report,
): void {
  for (const [key, value] of Object.entries(map)) {
    // Nearly every text of a state: there is nothing to tell of it.
    if (typeof value === "string" && tokensIn(value).length === 0) continue;
    look(value, { path: [key], isNamed: named.includes(key), report });
  }
}

function look(
  value: Json,
  { path, isNamed, report }: {
    readonly path: DocumentPath;
    readonly isNamed: boolean;
    readonly report: Report;
  },
): void {
  if (typeof value === "string") {
    const found = tokensIn(value);
    for (const token of new Set(found)) tell(path, token, report);
    const isSecret = isNamed && found.length === 0 &&
      isSecretByName(String(path.at(-1)), value);
    if (isSecret) tell(path, null, report);
  } else if (Array.isArray(value)) {
    value.forEach((item: Json, index) =>
      look(item, { path: [...path, index], isNamed, report })
    );
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      look(item, { path: [...path, key], isNamed, report });
    }
  }
}

function isSecretByName(name: string, value: string): boolean {
  if (PLACEHOLDER_REGEXP.test(value) || /\s/.test(value)) return false;
  return (NAME_REGEXP.test(name) && RANDOM_REGEXP.test(value)) ||
    (PASSWORD_REGEXP.test(name) && value.length >= CHARACTERS_MIN);
}

/** The secret itself is not told again: what is printed may be stored. */
function tell(path: DocumentPath, found: string | null, report: Report): void {
  report(path, {
    message: `${quote(String(path.at(-1)))} holds a secret in plain text`,
    hint:
      "Read it from the environment: ${env.NAME}, and take the old one out of use",
    ...(found === null ? {} : { excerpt: found }),
    isSecret: true,
  });
}
