/** Owns which environment variables are secret: by their names, by credentials in addresses, and by tokens of well-known services. */

import { tokensIn } from "../../model/mod.ts";

/** Words that say what the value is, wherever they end a part of the name: `PGPASSWORD`, `TOKEN_2`. */
const SECRET_NAME_REGEXP =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_KEY|PRIVATE_KEY|JWT)(?:$|_)/i;
/** Words that often say so, at the end of a name. */
const LIKELY_NAME_REGEXP = /(?:(?:^|_)(?:KEY|AUTH|PAT|PASS|PWD)|SSHPASS)$/i;
/** Names of the first kinds that hold something else. */
const OTHER_NAME_REGEXP =
  /^PWD$|(?:PUBLIC|CACHE|SORT|PRIMARY|FOREIGN)_KEY$|_(?:FILE|PATH|DIR)$/i;
/** Shorter values of names that are only likely ones are words and numbers. */
const LIKELY_CHARACTERS_MIN = 8;
/** A flag or a small number tells nothing and would mask too much. */
const HARMLESS_VALUE_REGEXP = /^(?:true|false|yes|no|\d{1,7})$/i;
/** `user:password@` of an address, and a user that is long enough to be a token. */
const CREDENTIALS_REGEXP = /:\/\/(?:[^\s/@:]*:([^\s/@]+)|([^\s/@:]{16,}))@/g;

/** A variable that must not be seen. */
export interface SecretVariable {
  readonly name: string;
  readonly value: string;
  /** What of the value is masked in text. */
  readonly hidden: readonly string[];
}

/** Options of {@linkcode secretVariables}. */
export interface SecretVariablesOptions {
  /** Returns whether something is there at an absolute path: then the value is that path. */
  exists(path: string): boolean;
}

/**
 * Returns the secret ones of an environment.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const environment = {
 *   HOME: "/home/me",
 *   PGPASSWORD: "/s3cr3t",
 *   DATABASE_URL: "postgres://me:hunter22@db/x",
 * };
 * const secrets = secretVariables(environment, { exists: () => false });
 * assertEquals(secrets.map(({ hidden }) => hidden), [["/s3cr3t"], ["hunter22"]]);
 * ```
 */
export function secretVariables(
  environment: Readonly<Record<string, string>>,
  options: SecretVariablesOptions,
): SecretVariable[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const isSecret = hasSecretName(name, value) &&
      !HARMLESS_VALUE_REGEXP.test(value) &&
      !isPath(value, { environment, options });
    const hidden = isSecret
      ? [value]
      : [...new Set([...credentialsIn(value), ...tokensIn(value)])];
    return hidden.length === 0 ? [] : [{ name, value, hidden }];
  });
}

function hasSecretName(name: string, value: string): boolean {
  if (value === "" || OTHER_NAME_REGEXP.test(name)) return false;
  return SECRET_NAME_REGEXP.test(name) ||
    (LIKELY_NAME_REGEXP.test(name) && value.length >= LIKELY_CHARACTERS_MIN);
}

// A secret may begin with a slash: only what is really there is a path.
function isPath(
  value: string,
  { environment, options }: {
    readonly environment: Readonly<Record<string, string>>;
    readonly options: SecretVariablesOptions;
  },
): boolean {
  if (value.startsWith("~/")) {
    const home = environment["HOME"] ?? "";
    return home !== "" && options.exists(home + value.slice(1));
  }
  return value.startsWith("/") && options.exists(value);
}

function credentialsIn(value: string): string[] {
  if (!value.includes("://")) return [];
  return [...value.matchAll(CREDENTIALS_REGEXP)].flatMap((match) => {
    const credential = match[1] ?? match[2] ?? "";
    return [...new Set([credential, decoded(credential)])];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
