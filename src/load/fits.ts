/**
 * Owns the answer that nearly every file gets: everything in it is of the right type. It never
 * says so where the schema would not; what is wrong, and where, is the schema's to say.
 */

import type { Json } from "../model/mod.ts";
import type { Keys, Shape } from "./shapes.ts";

/**
 * Returns whether a value has that shape; `undefined` stands for a key that is missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const timeout = { kind: "optional", shape: { kind: "number" }, isNullable: true } as const;
 * const shape = { kind: "mapping", keys: { timeout }, isClosed: false } as const;
 * assertEquals(fits(shape, { timeout: 60, other: true }), true);
 * assertEquals(fits(shape, { timeout: "60" }), false);
 * ```
 */
export function fits(shape: Shape, value: Json | undefined): boolean {
  switch (shape.kind) {
    case "anything":
      return true;
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return Number.isFinite(value);
    case "whole":
      return Number.isInteger(value) && isWithin(shape.range, Number(value));
    case "words":
      return (typeof value === "string" || typeof value === "number") &&
        shape.words.includes(value);
    case "union":
      return shape.options.some((option) => fits(option, value));
    case "optional":
      return value === undefined || (value === null && shape.isNullable) ||
        fits(shape.shape, value);
    case "list":
      return Array.isArray(value) &&
        value.every((each) => fits(shape.each, each));
    case "record":
      return isMapping(value) &&
        Object.values(value).every((each) => fits(shape.each, each));
    case "mapping":
      return isMapping(value) && fitsKeys(shape, value);
  }
}

function isWithin(
  range: { readonly min: number; readonly max: number } | undefined,
  value: number,
): boolean {
  return range === undefined || (value >= range.min && value <= range.max);
}

function isMapping(
  value: Json | undefined,
): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// By the keys that are there: a state has a tenth of those that there may be.
function fitsKeys(
  { keys, isClosed }: Shape & { readonly kind: "mapping" },
  value: { readonly [key: string]: Json },
): boolean {
  for (const [key, each] of Object.entries(value)) {
    const shape = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (shape === undefined ? isClosed : !fits(shape, each)) return false;
  }
  return requiredKeys(keys).every((key) => Object.hasOwn(value, key));
}

const knownRequired = new Map<Keys, readonly string[]>();

function requiredKeys(keys: Keys): readonly string[] {
  let required = knownRequired.get(keys);
  if (required === undefined) {
    required = Object.keys(keys).filter((key) =>
      keys[key]?.kind !== "optional"
    );
    knownRequired.set(keys, required);
  }
  return required;
}
