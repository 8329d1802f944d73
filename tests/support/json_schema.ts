/** Checks values against a JSON schema, as far as the project's own schema uses the language. */

import { isJsonObject, type Json } from "../../src/model/mod.ts";
import type { JsonSchema } from "../../tools/format/json_schema.ts";

/** Returns what is wrong with `value`, as `PATH: WHY`; empty where it fits. */
export function misfits(value: Json, root: JsonSchema): readonly string[] {
  const definitions = root["definitions"] as Record<string, JsonSchema>;
  const look = (part: Json, schema: JsonSchema, path: string): string[] => {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.replace("#/definitions/", "");
      return look(part, definitions[name] ?? {}, path);
    }
    if (schema.anyOf !== undefined) {
      const tries = schema.anyOf.map((each) => look(part, each, path));
      return tries.some((each) => each.length === 0)
        ? []
        : tries.toSorted((a, b) => b.join().length - a.join().length)[0] ?? [];
    }
    if (schema.enum !== undefined && !schema.enum.includes(part)) {
      return [`${path}: not one of ${schema.enum.join(", ")}`];
    }
    const types = schema.type === undefined ? null : [schema.type].flat();
    if (types !== null && !types.some((type) => hasType(part, type))) {
      return [`${path}: not ${types.join(" or ")}`];
    }
    if (Array.isArray(part)) {
      return part.flatMap((item: Json, index) =>
        schema.items === undefined
          ? []
          : look(item, schema.items, `${path}.${index}`)
      );
    }
    if (!isJsonObject(part)) return [];
    return Object.entries(part).flatMap(([key, item]) => {
      const below = propertyOf(schema, key);
      return below === false
        ? [`${path}: unknown key ${key}`]
        : look(item, below, `${path}.${key}`);
    });
  };
  return look(value, root, "");
}

function propertyOf(schema: JsonSchema, key: string): JsonSchema | false {
  const own = schema.properties?.[key];
  if (own !== undefined) return own;
  for (
    const [pattern, below] of Object.entries(schema.patternProperties ?? {})
  ) {
    if (new RegExp(pattern).test(key)) return below;
  }
  const { additionalProperties = {} } = schema;
  return typeof additionalProperties === "boolean"
    ? additionalProperties && {}
    : additionalProperties;
}

function hasType(value: Json, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return [typeof value].includes(type as "string");
  }
}
