// deno-lint-ignore-file no-control-regex -- control characters are what has to be escaped
/** Owns writing a text as one YAML scalar: on one line, and read back as that very text. */

// What is read as something else than text, in this or in an older version of YAML.
const OTHER_VALUE_REGEXP =
  /^(?:true|false|yes|no|on|off|y|n|null|[+\d.][\da-fxo._:+-]*|\+?\.(?:nan|inf))$/i;
// Begins with no sign that means something, and holds none that ends a scalar inside of `[…]` and `{…}`.
const PLAIN_REGEXP = /^[^\s"'#%&*@`!|>?:,[\]{}~=<-][^[\]{},]*$/;
const INVISIBLE_REGEXP = /[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]/g;

/**
 * Returns `text` as a YAML scalar, with as few signs around it as will do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(yamlScalar("npm test"), "npm test");
 * assertEquals(yamlScalar("no"), "'no'");
 * assertEquals(yamlScalar("a: it's # b"), "'a: it''s # b'");
 * assertEquals(yamlScalar("two\nlines"), '"two\\nlines"');
 * ```
 */
export function yamlScalar(text: string): string {
  if (text.search(INVISIBLE_REGEXP) >= 0 || !text.isWellFormed()) {
    return JSON.stringify(text).replace(
      INVISIBLE_REGEXP,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
  const isPlain = PLAIN_REGEXP.test(text) && !OTHER_VALUE_REGEXP.test(text) &&
    !/: |:$| #| $/.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}
