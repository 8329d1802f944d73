/** Owns the rule on unknown keys below those of a loop and of a state. */

import {
  type DocumentPath,
  isJsonObject,
  type Json,
  type JsonObject,
} from "../../model/mod.ts";
import { type NestedKeys, nestedKeys, quote, suggest } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

/** Whatever stands in a mapping of settings and is none. */
export const unknownNestedKey: Rule = {
  name: "unknown-nested-key",
  severity: "warning",
  description: "A key of a mapping of settings that means nothing",
  needs: "value",
  isOnTextOnly: true,
  loop({ document }, report) {
    visitEach(document, { known: nestedKeys().loop, path: [], report });
  },
  state({ map }, report) {
    visitEach(map, { known: nestedKeys().state, path: [], report });
  },
};

interface At {
  readonly known: ReadonlyMap<string, NestedKeys>;
  readonly path: DocumentPath;
  readonly report: Report;
}

function visitEach(map: JsonObject, { known, path, report }: At): void {
  for (const [key, value] of Object.entries(map)) {
    const below = known.get(key);
    if (below !== undefined) {
      visit(value, { below, path: [...path, key], report });
    }
  }
}

function visit(
  value: Json,
  { below, path, report }: {
    readonly below: NestedKeys;
    readonly path: DocumentPath;
    readonly report: Report;
  },
): void {
  const again = (item: Json, key: string | number) =>
    visit(item, {
      below: { ...below, each: false },
      path: [...path, key],
      report,
    });
  if (below.each) {
    if (Array.isArray(value)) value.forEach(again);
    else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) again(item, key);
    }
    return;
  }
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    if (below.keys.includes(key) || key.startsWith("x-")) continue;
    report([...path, key], {
      message: `Key ${quote(key)} of ${
        quote(String(path.at(-1)))
      } is unknown and has no effect`,
      onKey: true,
      ...suggest(key, below.keys, { max: 1, beside: value }),
    });
  }
  visitEach(value, { known: below.below, path, report });
}
