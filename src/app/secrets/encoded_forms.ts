/** Owns the forms in which a secret shows up beside its own: as JSON, in an address, in base64 and hex. */

/** Shorter values would mask parts of other texts. */
const ENCODED_CHARACTERS_MIN = 8;
/** Base64 tells three bytes by four characters; those at both ends depend on what stands beside. */
const BASE64_CORE_MIN = 8;
/** Characters in a line of `base64`, and of PEM files. */
const BASE64_WIDTHS = [76, 64];
/** Characters in a line of `xxd -p`. */
const HEX_WIDTHS = [60];
const NEWLINE = 10;

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
  const json = JSON.stringify(secret).slice(1, -1);
  const address = encodeURIComponent(secret.toWellFormed());
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const forms = new Set([
    json,
    // Some writers escape the slash, and JSON is told within JSON.
    json.replaceAll("/", "\\/"),
    JSON.stringify(json).slice(1, -1),
    address,
    // Digits of the escapes are written small, too, and a blank as a plus.
    address.replace(/%../g, (escape) => escape.toLowerCase()),
    address.replaceAll("%20", "+"),
    ...[0, 1, 2].flatMap((offset) => base64Core(bytes, offset)),
    ...base64Whole(bytes),
    // What `echo` gives to it.
    ...base64Whole(new Uint8Array([...bytes, NEWLINE])),
    ...[hex, hex.toUpperCase()].flatMap((text) => inLines(text, HEX_WIDTHS)),
  ]);
  forms.delete(secret);
  return [...forms];
}

/** The value encoded by itself: its end would be left where only what is sure is masked. */
function base64Whole(bytes: Uint8Array): readonly string[] {
  const text = base64(bytes);
  return [text, text.replace(/=+$/, "")]
    .flatMap((form) => inLines(form, BASE64_WIDTHS))
    .flatMap(alsoForAddresses);
}

/** A text, and the lines that programs write of it. */
function inLines(text: string, widths: readonly number[]): readonly string[] {
  const lines = widths.filter((width) => width < text.length).flatMap((width) =>
    Array.from(
      { length: Math.ceil(text.length / width) },
      (_, line) => text.slice(line * width, (line + 1) * width),
    )
  );
  return [
    text,
    ...lines.filter(({ length }) => length >= ENCODED_CHARACTERS_MIN),
  ];
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function alsoForAddresses(text: string): readonly string[] {
  const other = text.replaceAll("+", "-").replaceAll("/", "_");
  return other === text ? [text] : [text, other];
}

/** The characters that stand for the bytes whatever stands before and behind them. */
function base64Core(bytes: Uint8Array, offset: number): readonly string[] {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  const text = base64(padded).replace(/=+$/, "");
  const start = offset === 0 ? 0 : offset + 1;
  const end = Math.floor(padded.length / 3) * 4;
  const core = text.slice(start, end);
  return core.length < BASE64_CORE_MIN ? [] : alsoForAddresses(core);
}
