/** Owns amounts of bytes as people read them. */

const UNITS = ["KiB", "MiB", "GiB", "TiB"];

/**
 * Returns an amount in the largest unit of which there is at least one, with one digit after
 * the point where it is not whole.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatBytes(1), "1 byte");
 * assertEquals(formatBytes(2 * 1024 * 1024), "2 MiB");
 * assertEquals(formatBytes(5_000_000), "4.8 MiB");
 * ```
 */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) {
    return `${sizeBytes} ${sizeBytes === 1 ? "byte" : "bytes"}`;
  }
  let size = sizeBytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${Number(size.toFixed(1))} ${UNITS[unit]}`;
}
