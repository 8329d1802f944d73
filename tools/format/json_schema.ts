/**
 * Makes the JSON schema of loop files out of the one that loading uses, for editors. It is that of
 * a file as it is written: with `from`, `flow`, fragments and short keys, where any part may be missing
 * because a parent has it. Unknown keys are marked, as `validate` warns of them.
 */

import * as z from "zod/mini";
import {
  EVALUATE_KEYS,
  LOOP_KEYS,
  LOOP_SHAPE,
  STATE_KEYS,
  TERMS,
  zodSchema,
} from "../../src/load/mod.ts";
import { PROOF_RULES, type Rule, RULES } from "../../src/check/mod.ts";
import { EVALUATOR_TYPES } from "../../src/model/mod.ts";
import {
  EVALUATE_DOCS,
  type KeyDoc,
  LOOP_DOCS,
  NESTED_DOCS,
  STATE_DOCS,
} from "./key_docs.ts";

/** A JSON schema, as far as this makes any. */
export type JsonSchema = {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  enum?: readonly unknown[];
  anyOf?: readonly JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  [key: string]: unknown;
};

/** Keys that expansion makes, and nobody writes. */
const INNER_KEYS = [
  "fragment_bindings",
  "fragment_name",
  "fragment_parameters",
];
/** Keys of anybody's own. */
const OWN_KEYS = "^x-";

/** Returns the flags at the top of a file, each with the rules that it silences. */
export function suppressionFlags(): ReadonlyMap<string, readonly string[]> {
  const flags = new Map<string, string[]>(
    LOOP_KEYS.filter((key) => key.endsWith("_ok")).map((key) => [key, []]),
  );
  const rules: readonly Pick<Rule, "name" | "unless">[] = [
    ...RULES,
    ...PROOF_RULES,
  ];
  for (const { name, unless = [] } of rules) {
    for (const flag of typeof unless === "string" ? [unless] : unless) {
      flags.get(flag)?.push(name);
    }
  }
  return flags;
}

/** Returns the schema of loop files. */
export function loopJsonSchema(): JsonSchema {
  const raw = z.toJSONSchema(zodSchema(LOOP_SHAPE), {
    target: "draft-7",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) =>
      describeTerm(zodSchema, jsonSchema),
  }) as JsonSchema;
  const { $schema, ...root } = tidy(raw);
  const properties = root.properties ?? {};
  const states = properties["states"] ?? {};
  const state = states.additionalProperties as JsonSchema;
  const evaluate = state.properties?.["evaluate"] ?? {};
  for (const key of INNER_KEYS) delete state.properties?.[key];
  documented(evaluate, EVALUATE_DOCS);
  documented(state, STATE_DOCS);
  documented(root, LOOP_DOCS);
  for (const [path, docs] of Object.entries(NESTED_DOCS)) {
    documented(below(root, path.split(".")), docs);
  }
  for (const [flag, rules] of suppressionFlags()) {
    const schema = properties[flag];
    if (schema === undefined) throw new Error(`No key "${flag}"`);
    schema.description = rules.length === 0
      ? "Silences a check of the reference that is not made here"
      : `Silences ${rules.map((rule) => `\`${rule}\``).join(", ")}`;
  }
  (evaluate.properties ?? {})["type"] = {
    enum: EVALUATOR_TYPES,
    description: EVALUATE_DOCS["type"]?.about ?? "",
  };
  state.patternProperties = {
    [OWN_KEYS]: {},
    "^on_": {
      ...ref("target"),
      description: "Where the verdict behind `on_` leads",
    },
  };
  (state.properties ?? {})["fragment"] = written(
    { type: "string" },
    STATE_DOCS["fragment"],
  );
  const stateMap = (about: KeyDoc | undefined): JsonSchema =>
    written({ type: "object", additionalProperties: ref("state") }, about);
  Object.assign(properties, {
    from: written({ type: "string" }, LOOP_DOCS["from"]),
    import: written(
      { type: "array", items: { type: "string" } },
      LOOP_DOCS["import"],
    ),
    flow: written(
      { type: "array", items: { type: "string" }, minItems: 1 },
      LOOP_DOCS["flow"],
    ),
    states: stateMap(LOOP_DOCS["states"]),
    state_defs: stateMap(LOOP_DOCS["state_defs"]),
    fragments: written(
      { type: "object", additionalProperties: ref("fragment") },
      LOOP_DOCS["fragments"],
    ),
  });
  const parameters = properties["parameters"] ?? {};
  (state.properties ?? {})["evaluate"] = written(
    ref("evaluate"),
    STATE_DOCS["evaluate"],
  );
  return {
    $schema: $schema ?? "",
    title: "A loop for ll-loop",
    description: "A finite-state machine that runs until a check passes",
    ...root,
    definitions: {
      flag: {
        description: "True or false, in any of their spellings",
        anyOf: [{ type: "boolean" }, {
          enum: ["yes", "no", "on", "off", "true", "false", 0, 1],
        }],
      },
      target: {
        description: "The name of a state; `$current` is this one",
        type: ["string", "number", "boolean", "null"],
      },
      evaluate: plain(evaluate),
      state,
      fragment: {
        ...state,
        description: "A part of a state",
        properties: {
          ...state.properties,
          parameters: {
            ...parameters,
            description: "What states bind below `with`: `${param.NAME}`",
          },
        },
      },
    },
  };
}

/** What it is for is told where it is used. */
function plain({ description: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function ref(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

/** Says in words of JSON what some schemas say in code. */
function describeTerm(schema: unknown, json: object): void {
  const out = json as JsonSchema;
  if (schema === zodSchema(TERMS.whole)) out.type = "integer";
  const name = schema === zodSchema(TERMS.flag)
    ? "flag"
    : schema === zodSchema(TERMS.target)
    ? "target"
    : null;
  if (name === null) return;
  for (const key of Object.keys(out)) delete out[key];
  out.$ref = `#/definitions/${name}`;
}

/** Takes away what says nothing, and marks unknown keys of mappings of settings. */
function tidy(schema: JsonSchema): JsonSchema {
  const out: JsonSchema = { ...schema };
  delete out["propertyNames"];
  // Whatever a file lacks, its parent may have.
  delete out["required"];
  if (out.anyOf !== undefined) {
    const options = out.anyOf.map(tidy);
    // Nothing at all is a reference to a term that allows it already.
    const real = options.filter(({ type }) => type !== "null");
    const isTarget = real.length === 1 &&
      real[0]?.$ref === "#/definitions/target";
    if (isTarget) return { ...real[0] };
    out.anyOf = options.flatMap((each) => each.anyOf ?? [each]);
  }
  if (out.items !== undefined) out.items = tidy(out.items);
  const { properties, additionalProperties } = out;
  if (properties !== undefined) {
    out.properties = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, tidy(value)]),
    );
    out.patternProperties = { [OWN_KEYS]: {} };
    out.additionalProperties = false;
  } else if (typeof additionalProperties === "object") {
    out.additionalProperties = tidy(additionalProperties);
  }
  return out;
}

/** Adds what is told of each key; fails where a key has nothing told, or a telling no key. */
function documented(
  schema: JsonSchema | null,
  docs: { readonly [key: string]: KeyDoc },
): void {
  const properties = schema?.properties;
  if (properties === undefined) {
    throw new Error(`No mapping with ${Object.keys(docs).join(", ")}`);
  }
  for (const [key, doc] of Object.entries(docs)) {
    const known = properties[key];
    const isForPeople = key === "description";
    if (known === undefined && !isForPeople) throw new Error(`No key "${key}"`);
    properties[key] = written(known ?? { type: ["string", "null"] }, doc);
  }
}

function written(schema: JsonSchema, doc: KeyDoc | undefined): JsonSchema {
  if (doc === undefined) throw new Error("A key without words");
  const about = doc.about +
    (doc.fallback === undefined ? "" : `. Default: ${doc.fallback}`) +
    (doc.isInert === true ? ". Without effect in this version" : "");
  if (doc.words !== undefined) {
    return { description: about, enum: [...doc.words, null] };
  }
  // Beside a reference a description would not count.
  return schema.$ref === undefined
    ? { description: about, ...schema }
    : { description: about, anyOf: [schema] };
}

/** Returns the mapping at a path; `*` is any name or index. */
function below(
  schema: JsonSchema,
  path: readonly string[],
): JsonSchema | null {
  let at: JsonSchema | undefined = schema;
  for (const part of path) {
    const options: readonly JsonSchema[] = at?.anyOf ??
      (at === undefined ? [] : [at]);
    at = options.map((each): JsonSchema | undefined => {
      if (part !== "*") return each.properties?.[part];
      if (each.items !== undefined) return each.items;
      return typeof each.additionalProperties === "object"
        ? each.additionalProperties
        : undefined;
    }).find((each) => each !== undefined);
  }
  return at?.anyOf?.find((each) => each.properties !== undefined) ?? at ?? null;
}

/** Keys of loading's schema that are documented nowhere; empty when all is well. */
export function undocumentedKeys(): readonly string[] {
  const flags = suppressionFlags();
  return [
    ...LOOP_KEYS.filter((key) =>
      !Object.hasOwn(LOOP_DOCS, key) && !flags.has(key)
    ),
    ...STATE_KEYS.filter((key) =>
      !Object.hasOwn(STATE_DOCS, key) && !INNER_KEYS.includes(key)
    ),
    ...EVALUATE_KEYS.filter((key) => !Object.hasOwn(EVALUATE_DOCS, key)),
  ];
}
