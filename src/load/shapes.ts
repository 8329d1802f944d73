/**
 * Owns the words in which the shape of a file is written down: plain data, which costs next to
 * nothing to make. `fits.ts` answers by it whether a value is right, `zod_schema.ts` makes the
 * schema of it that says what is wrong.
 */

/** What a value has to be. `error` says it in words: `shape.ts` makes the sentence. */
export type Shape =
  | { readonly kind: "anything" }
  | {
    readonly kind: "string" | "number" | "boolean";
    readonly error?: string;
  }
  /** A number without a fraction, within a range where one is given. */
  | {
    readonly kind: "whole";
    readonly error: string;
    readonly range?: WholeRange;
  }
  /** One of these, and nothing else. */
  | {
    readonly kind: "words";
    readonly words: readonly (string | number)[];
    readonly error?: string;
  }
  | {
    readonly kind: "union";
    readonly options: readonly Shape[];
    readonly error: string;
  }
  /** A key that may be missing; where `isNullable`, it may be there without a value as well. */
  | {
    readonly kind: "optional";
    readonly shape: Shape;
    readonly isNullable: boolean;
  }
  | { readonly kind: "list"; readonly each: Shape; readonly error?: string }
  /** A mapping whose names are the user's own. */
  | { readonly kind: "record"; readonly each: Shape; readonly error: string }
  /** A mapping with keys that mean something; where `isClosed`, others are refused. */
  | {
    readonly kind: "mapping";
    readonly keys: Keys;
    readonly isClosed: boolean;
    readonly error?: string;
  };

/** Both ends belong to it. */
export interface WholeRange {
  readonly min: number;
  readonly max: number;
  /** What a whole number beyond it should have been. */
  readonly error: string;
}

/** The keys of a mapping. */
export type Keys = { readonly [key: string]: Shape };

/** A key whose value means nothing to loading, or is looked at elsewhere. */
export const anything: Shape = optional({ kind: "anything" });

/** Returns the shape of a key that may be missing. */
export function optional(shape: Shape): Shape {
  return { kind: "optional", shape, isNullable: false };
}

const madeMaybe = new Map<Shape, Shape>();

/** Returns the shape of a key that may be missing or empty: the same one for the same shape. */
export function maybe(shape: Shape): Shape {
  let made = madeMaybe.get(shape);
  if (made === undefined) {
    made = { kind: "optional", shape, isNullable: true };
    madeMaybe.set(shape, made);
  }
  return made;
}

/** Returns the shape of a list of `what`. */
export function listOf(each: Shape, what: string): Shape {
  return { kind: "list", each, error: `a list of ${what}` };
}

/** Returns the shape of a mapping from names to values. */
export function record(each: Shape, error: string): Shape {
  return { kind: "record", each, error };
}

/** Returns the shape of a mapping with keys of its own, which lets other keys pass. */
export function mapping(keys: Keys, error = "a mapping"): Shape {
  return { kind: "mapping", keys, isClosed: false, error };
}

/** Returns the shape of what is right for one of `options`. */
export function union(options: readonly Shape[], error: string): Shape {
  return { kind: "union", options, error };
}
