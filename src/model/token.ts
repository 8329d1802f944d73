/**
 * Owns what secrets of well-known services look like. Each form begins with what only such secrets begin with and
 * is as long as they are, so that no word of a text is taken for one.
 */

import { MASKED } from "./secret.ts";

/** Sixteen letters and digits in a row, a digit among them: names with hyphens have none such. */
const DENSE = "(?=[\\w-]{0,200}?(?=[A-Za-z]{0,15}\\d)[A-Za-z0-9]{16})";

const FORMS = [
  "\\bgh[pousr]_[A-Za-z0-9]{36,251}\\b",
  "\\bgithub_pat_[A-Za-z0-9_]{40,251}\\b",
  `\\bglpat-(?=[\\w-]{0,19}\\d)[\\w-]{20,300}`,
  // OpenAI, Anthropic, OpenRouter and those that do as they.
  `\\bsk-${DENSE}[\\w-]{24,300}`,
  "\\b[rs]k_(?:live|test)_[A-Za-z0-9]{24,251}\\b",
  "\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b",
  "\\bAIza[\\w-]{35}(?![\\w-])",
  "\\bGOCSPX-[\\w-]{28}(?![\\w-])",
  "\\bya29\\.[\\w-]{60,999}",
  "\\bxox[abeprs]-(?=[\\w-]{0,20}\\d)[A-Za-z0-9-]{16,300}",
  "\\bnpm_[A-Za-z0-9]{36}\\b",
  "\\bpypi-AgEIcHlwaS5vcmc[\\w-]{50,999}",
  "\\bhf_[A-Za-z0-9]{34}\\b",
  "\\bgsk_[A-Za-z0-9]{48,64}\\b",
  "\\bxai-[A-Za-z0-9]{70,90}\\b",
  "\\br8_[A-Za-z0-9]{37}\\b",
  "\\bSG\\.[\\w-]{22}\\.[\\w-]{43}(?![\\w-])",
  "\\bdop_v1_[a-f0-9]{64}\\b",
  "\\bshp(?:at|ca|pa|ss)_[a-f0-9]{32}\\b",
  "\\blin_api_[A-Za-z0-9]{40}\\b",
  "\\bhvs\\.[\\w-]{24,300}",
  "\\beyJ[\\w-]{12,999}\\.eyJ[\\w-]{12,9999}\\.[\\w-]{12,999}",
  "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]{0,16384}-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
  // The password of an address.
  "(?<=\\b[a-z][a-z0-9+.-]{0,20}://[^\\s/@:\"'$]{1,99}:)[^\\s/@:\"'${}]{6,99}(?=@)",
];

let made: RegExp | null = null;

/** Made when the first text is looked at: most commands look at none. */
function tokenRegexp(): RegExp {
  made ??= new RegExp(FORMS.join("|"), "g");
  return made;
}

/** What documentation puts in the place of one. */
const SAMPLE_REGEXP =
  /EXAMPLE|example|placeholder|your[-_]|xxxx|XXXX|\*\*\*|\.\.\.|^(?:password|passwd|passw0rd|secret|changeme)$/;
/** So many different characters a random text of this length always has. */
const VARIETY_MIN = 5;
/** What is shorter is none: `a://b:123456@` is the shortest with one in it. */
const LENGTH_MIN = 13;
const NONE: readonly string[] = [];

/**
 * Returns the texts in `text` that are secrets by the looks of them, as often as they stand there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const key = `sk-proj-${"a1B2c3D4e5F6g7H8".repeat(3)}`;
 * assertEquals(tokensIn(`curl -H "Authorization: Bearer ${key}" # not sk-a-long-name-of-some-thing`), [key]);
 * ```
 */
export function tokensIn(text: string): readonly string[] {
  // Most texts of a loop are names and numbers.
  if (text.length < LENGTH_MIN) return NONE;
  return text.match(tokenRegexp())?.filter(isToken) ?? NONE;
}

/** Returns `text` with something else in the place of each secret that it seems to hold. */
export function replaceTokens(
  text: string,
  make: (token: string) => string,
): string {
  if (text.length < LENGTH_MIN) return text;
  return text.replace(
    tokenRegexp(),
    (token) => isToken(token) ? make(token) : token,
  );
}

/** Returns `text` with each secret that it seems to hold masked. */
export function maskTokens(text: string): string {
  return replaceTokens(text, () => MASKED);
}

function isToken(text: string): boolean {
  return !SAMPLE_REGEXP.test(text) && new Set(text).size >= VARIETY_MIN;
}
