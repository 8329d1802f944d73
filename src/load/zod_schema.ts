/**
 * Owns the schema of a shape: what says of a wrong value where it is and what it should have
 * been. Nearly every file is right, and its making takes longer than all else that a start does,
 * so nobody asks for it before something is wrong.
 */

import * as z from "zod/mini";
import type { Keys, Shape } from "./shapes.ts";

const made = new Map<Shape, z.ZodMiniType>();

/** Returns the schema of a shape: the same one for the same shape. */
export function zodSchema(shape: Shape): z.ZodMiniType {
  let schema = made.get(shape);
  if (schema === undefined) {
    schema = make(shape);
    made.set(shape, schema);
  }
  return schema;
}

function make(shape: Shape): z.ZodMiniType {
  switch (shape.kind) {
    case "anything":
      return z.unknown();
    case "string":
      return z.string(worded(shape));
    case "number":
      return z.number(worded(shape));
    case "boolean":
      return z.boolean(worded(shape));
    case "whole": {
      const { error, range } = shape;
      const whole = z.number({ error }).check(
        z.refine((value) => Number.isInteger(value), { error }),
      );
      return range === undefined ? whole : whole.check(
        z.refine((value) => value >= range.min && value <= range.max, {
          error: range.error,
        }),
      );
    }
    case "words":
      return z.literal([...shape.words], worded(shape));
    case "union":
      return z.union(shape.options.map(zodSchema), worded(shape));
    case "optional": {
      const inner = zodSchema(shape.shape);
      return z.optional(shape.isNullable ? z.nullable(inner) : inner);
    }
    case "list":
      return z.array(zodSchema(shape.each), worded(shape));
    case "record":
      return z.record(z.string(), zodSchema(shape.each), worded(shape));
    case "mapping":
      return shape.isClosed
        ? z.strictObject(schemasOf(shape.keys), worded(shape))
        : z.looseObject(schemasOf(shape.keys), worded(shape));
  }
}

function worded(
  { error }: { readonly error?: string },
): { error: string } | undefined {
  return error === undefined ? undefined : { error };
}

function schemasOf(keys: Keys): Record<string, z.ZodMiniType> {
  return Object.fromEntries(
    Object.entries(keys).map(([key, shape]) => [key, zodSchema(shape)]),
  );
}
