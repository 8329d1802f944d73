/** Owns the rule on secrets that stand in the file. */

import type { DocumentPath, Json } from "../../model/mod.ts";
import { isJsonObject } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

/** Values that are secrets by the looks of them: tokens of well-known services, keys, passwords in addresses. */
const SECRET_REGEXP = new RegExp(
  [
    "\\bgh[pousr]_[A-Za-z0-9]{36,}",
    "\\bgithub_pat_[A-Za-z0-9_]{40,}",
    "\\bglpat-[\\w-]{20,}",
    "\\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{24,}",
    "\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b",
    "\\bAIza[\\w-]{35}",
    "\\bxox[abprs]-[A-Za-z0-9-]{16,}",
    "\\bnpm_[A-Za-z0-9]{36}",
    "\\beyJ[\\w-]{12,999}\\.eyJ[\\w-]{12,9999}\\.[\\w-]{12,}",
    "-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "\\b[a-z][a-z0-9+.-]{0,20}://[^\\s/@:\"'$]{1,99}:[^\\s/@:\"'${}]{6,99}@",
  ].join("|"),
);
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
    const context = document["context"];
    if (isJsonObject(context)) look(context, ["context"], report);
    const { env } = document;
    if (isJsonObject(env)) look(env, ["env"], report);
  },
  state({ state, map }, report) {
    for (const key of ["action", "stdin"] as const) {
      const found = SECRET_REGEXP.exec(state[key] ?? "");
      if (found !== null) tell([key], found[0], report);
    }
    for (const key of ["with", "params", "env"]) {
      const value = map[key];
      if (isJsonObject(value)) look(value, [key], report);
    }
  },
};

function look(value: Json, path: DocumentPath, report: Report): void {
  if (Array.isArray(value)) {
    value.forEach((item: Json, index) => look(item, [...path, index], report));
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      look(item, [...path, key], report);
    }
  } else if (typeof value === "string") {
    const found = SECRET_REGEXP.exec(value)?.[0];
    const name = String(path.at(-1));
    const isNamed = !PLACEHOLDER_REGEXP.test(value) && !/\s/.test(value) &&
      ((NAME_REGEXP.test(name) && RANDOM_REGEXP.test(value)) ||
        (PASSWORD_REGEXP.test(name) && value.length >= CHARACTERS_MIN));
    if (found !== undefined) tell(path, found, report);
    else if (isNamed) tell(path, null, report);
  }
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
