/** Owns the forms in which a secret shows up beside its own: as JSON, in an address, in base64 and hex. */

/** Shorter values would mask parts of other texts. */
const ENCODED_CHARACTERS_MIN = 8;
/** Base64 tells three bytes by four characters; those at both ends depend on what stands beside. */
const BASE64_CORE_MIN = 8;

/**
 * Returns the other forms of a secret, those that are the same left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const forms = encodedForms('a"b&c/hunter22');
 * assertEquals(forms.includes('a\\"b&c/hunter22'), true);
 * assertEquals(forms.includes("a%22b%26c%2Fhunter22"), true);
 * assertEquals(forms.some((form) => btoa('x:a"b&c/hunter22').includes(form)), true);
 * ```
 */
export function encodedForms(secret: string): readonly string[] {
  if (secret.length < ENCODED_CHARACTERS_MIN) return [];
  const bytes = new TextEncoder().encode(secret);
  const forms = new Set([
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    ...[0, 1, 2].flatMap((offset) => base64Core(bytes, offset)),
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  ]);
  forms.delete(secret);
  return [...forms];
}

/** The characters that stand for the bytes whatever stands before and behind them. */
function base64Core(bytes: Uint8Array, offset: number): readonly string[] {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  let binary = "";
  for (const byte of padded) binary += String.fromCharCode(byte);
  const text = btoa(binary).replace(/=+$/, "");
  const start = offset === 0 ? 0 : offset + 1;
  const end = Math.floor(padded.length / 3) * 4;
  const core = text.slice(start, end);
  if (core.length < BASE64_CORE_MIN) return [];
  const forAddresses = core.replaceAll("+", "-").replaceAll("/", "_");
  return forAddresses === core ? [core] : [core, forAddresses];
}
