/** Owns SHA-256 without waiting: the runtime's own digest is only to be had as a promise. */

const ROUND_CONSTANTS = new Uint32Array(64);
const INITIAL_HASH = new Uint32Array(8);

/**
 * Returns the SHA-256 of `text` as UTF-8, in 64 lower-case hex digits (FIPS 180-4).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(sha256("abc").slice(0, 16), "ba7816bf8f01cfea");
 * ```
 */
export function sha256(text: string): string {
  if (INITIAL_HASH[0] === 0) fillConstants();
  const bytes = pad(new TextEncoder().encode(text));
  const view = new DataView(bytes.buffer);
  const hash = INITIAL_HASH.slice();
  const schedule = new Uint32Array(64);
  for (let offset = 0; offset < bytes.length; offset += 64) {
    for (let i = 0; i < 16; i++) {
      schedule[i] = view.getUint32(offset + 4 * i);
    }
    compress(hash, schedule);
  }
  return [...hash].map((word) => word.toString(16).padStart(8, "0")).join("");
}

// Fractional parts of the square and cube roots of the first primes: computed, so that no table
// can be mistyped. Both roots have bits to spare in a double. At the first use, since most
// commands need none of it, and it takes as long as the own work of some.
function fillConstants(): void {
  let count = 0;
  for (let candidate = 2; count < 64; candidate++) {
    let isPrime = true;
    for (let factor = 2; factor * factor <= candidate; factor++) {
      if (candidate % factor === 0) isPrime = false;
    }
    if (!isPrime) continue;
    if (count < 8) INITIAL_HASH[count] = fraction(Math.sqrt(candidate));
    ROUND_CONSTANTS[count++] = fraction(Math.cbrt(candidate));
  }
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(
    padded.length - 8,
    BigInt(bytes.length) * 8n,
  );
  return padded;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function compress(hash: Uint32Array, schedule: Uint32Array): void {
  const at = (array: Uint32Array, i: number): number => array[i] ?? 0;
  for (let i = 16; i < 64; i++) {
    const early = at(schedule, i - 15);
    const late = at(schedule, i - 2);
    schedule[i] = at(schedule, i - 16) + at(schedule, i - 7) +
      (rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)) +
      (rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10));
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let i = 0; i < 64; i++) {
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
      ((e & f) ^ (~e & g)) + at(ROUND_CONSTANTS, i) + at(schedule, i)) | 0;
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
      ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, first];
    a = (first + second) | 0;
  }
  const words = [a, b, c, d, e, f, g, h];
  words.forEach((word, i) => hash[i] = at(hash, i) + word);
}
