/** Makes the page on the format of loop files out of their JSON schema. */

import { EVALUATOR_FACTS } from "../../src/model/mod.ts";
import { OWN_LOOP_KEYS, OWN_STATE_KEYS } from "../../src/load/mod.ts";
import {
  type JsonSchema,
  loopJsonSchema,
  suppressionFlags,
} from "./json_schema.ts";
import {
  EVALUATE_DOCS,
  type KeyDoc,
  LOOP_DOCS,
  NESTED_DOCS,
  STATE_DOCS,
} from "./key_docs.ts";

type Docs = { readonly [key: string]: KeyDoc };

const INTRODUCTION = `# The format of loop files

Every key that a loop file may have, made by \`deno task format\` out of the schema that loading uses. The same schema is
[\`schema/loop.schema.json\`](../schema/loop.schema.json), and \`ll-loop schema\` prints it.
[short-loops.md](short-loops.md) says what may be left out, [checks.md](checks.md) what is found, and \`ll-loop guide\` explains it
all by example.

Editors that read \`# yaml-language-server: $schema=./loop.schema.json\` complete keys and show what they are for. \`new\`, \`install\`
and \`until --save\` write that line, and the schema into the folder of loops, so that no network is needed; for loops
that were there before, \`ll-loop schema --write\` does. After an upgrade it writes the schema of the new version.

Truth values may be written \`true\`, \`yes\`, \`on\` and their opposites, with quotes or without. Keys that begin with \`x-\` are yours
everywhere. *Own* keys are not known to the reference; *idle* ones are read and have no effect in this version.
`;

/** Returns the page. */
export function formatPage(): string {
  const schema = loopJsonSchema();
  const { properties: top = {} } = schema;
  const definitions = schema["definitions"] as Record<string, JsonSchema>;
  const state = definitions["state"]?.properties ?? {};
  const evaluate = definitions["evaluate"]?.properties ?? {};
  const parts = [
    INTRODUCTION,
    "## The loop\n",
    table(LOOP_DOCS, top, OWN_LOOP_KEYS),
    ...nested("", (path) => !path.startsWith("states.")),
    "## A state\n",
    "Below `states`, `state_defs` and, in parts, `fragments`. A key `on_WORD` is where the verdict WORD leads.\n",
    table(STATE_DOCS, state, [...OWN_STATE_KEYS, "run", "prompt"]),
    ...nested("states.*.", (path) => path.startsWith("states.")),
    "## An evaluator\n",
    "Below `evaluate`. `type` and `source` are for every evaluator, the other keys for those that read them.\n",
    evaluatorTable(),
    table(EVALUATE_DOCS, evaluate, []),
    "## What silences a check\n",
    "At the top of a file, each `true`.\n",
    flagTable(),
  ];
  return parts.join("\n");
}

function nested(prefix: string, isHere: (path: string) => boolean): string[] {
  return Object.entries(NESTED_DOCS).filter(([path]) => isHere(path))
    .flatMap(([path, docs]) => [
      `### \`${path.slice(prefix.length).replaceAll("*", "NAME")}\`\n`,
      table(docs, propertiesAt(path), []),
    ]);
}

function propertiesAt(path: string): Record<string, JsonSchema> {
  const definitions = loopJsonSchema()["definitions"] as Record<
    string,
    JsonSchema
  >;
  let at: JsonSchema | undefined = loopJsonSchema();
  for (const part of path.split(".")) {
    const options: readonly JsonSchema[] = (at?.anyOf ?? [at ?? {}]).map((
      each,
    ) =>
      each.$ref === undefined
        ? each
        : definitions[each.$ref.replace("#/definitions/", "")] ?? each
    );
    at = options.map((each) =>
      part === "*"
        ? each.items ??
          (typeof each.additionalProperties === "object"
            ? each.additionalProperties
            : undefined)
        : each.properties?.[part]
    ).find((each) => each !== undefined);
    const reference: string | undefined = at?.$ref ?? at?.anyOf?.[0]?.$ref;
    if (reference !== undefined && !/(?:flag|target)$/.test(reference)) {
      at = definitions[reference.replace("#/definitions/", "")];
    }
  }
  return at?.properties ??
    at?.anyOf?.find((each) => each.properties !== undefined)?.properties ?? {};
}

function table(
  docs: Docs,
  properties: Record<string, JsonSchema>,
  own: readonly string[],
): string {
  const rows = Object.entries(docs).map(([key, doc]) => {
    const marks = [
      ...(own.includes(key) ? ["*own*"] : []),
      ...(doc.isInert === true ? ["*idle*"] : []),
    ];
    return [
      `\`${key}\`${marks.length === 0 ? "" : ` ${marks.join(" ")}`}`,
      doc.words === undefined
        ? typeText(properties[key] ?? {})
        : doc.words.map((word) => `\`${word}\``).join(", "),
      doc.fallback === undefined ? "" : fallbackText(doc.fallback),
      doc.about,
    ];
  });
  return rowsText(["Key", "Value", "Default", "What it is for"], rows);
}

/** Values stand as they are written; sentences are sentences. */
function fallbackText(fallback: string): string {
  return fallback.includes("`") || fallback.includes(" ")
    ? fallback
    : `\`${fallback}\``;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "list",
  boolean: "truth value",
  integer: "whole number",
  number: "number",
  object: "mapping",
  string: "text",
};

function typeText(schema: JsonSchema): string {
  const names = new Set<string>();
  const visit = (each: JsonSchema): void => {
    if (each.$ref?.endsWith("/flag") === true) names.add("truth value");
    else if (each.$ref?.endsWith("/target") === true) names.add("state");
    else if (each.anyOf !== undefined) each.anyOf.forEach(visit);
    else if (each.enum !== undefined) {
      for (const word of each.enum) if (word !== null) names.add(`\`${word}\``);
    } else if (each.type === undefined) names.add("any");
    else {
      const types = [each.type].flat();
      // A scalar that is read as text is written as one.
      const isText = types.includes("string") && types.includes("boolean");
      for (const type of isText ? ["string"] : types) {
        if (type === "null") continue;
        const name = TYPE_NAMES[type] ?? type;
        const items = each.items === undefined ? "" : itemsText(each.items);
        names.add(name + items);
      }
    }
  };
  visit(schema);
  return [...names].join(" or ");
}

function itemsText(items: JsonSchema): string {
  const text = typeText(items);
  return text === "any" ? "" : ` of ${text}s`.replace("any ones", "anything");
}

function evaluatorTable(): string {
  const words = (list: readonly string[]) =>
    list.map((word) => `\`${word}\``).join(", ");
  return rowsText(
    ["Type", "Needs", "Also reads", "Verdicts"],
    Object.entries(EVALUATOR_FACTS).map(([type, facts]) => {
      const required: readonly string[] = facts.required;
      return [
        `\`${type}\`${facts.by === "agent" ? " (asks a model)" : ""}`,
        words(required),
        words(facts.reads.filter((key) => !required.includes(key))),
        facts.verdicts === null ? "words of the output" : words(facts.verdicts),
      ];
    }),
  );
}

function flagTable(): string {
  return rowsText(
    ["Key", "Silences"],
    [...suppressionFlags()].map(([flag, rules]) => [
      `\`${flag}\``,
      rules.length === 0
        ? "a check of the reference that is not made here"
        : rules.map((rule) => `[\`${rule}\`](checks.md#${rule})`).join(", "),
    ]),
  );
}

function rowsText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `${
    [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
  }\n`;
}
